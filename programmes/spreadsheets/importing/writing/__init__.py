"""What the rows of a file become: drafts, and how each ended."""
