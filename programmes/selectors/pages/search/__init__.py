"""Search: what is looked through, and what a question finds."""
