"""Writing what the rows of a checked file would do, and taking it back."""
