"""What is removed for good, and what is kept of it."""
