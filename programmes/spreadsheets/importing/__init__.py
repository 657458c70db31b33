"""What a file would do, doing it, and taking it back."""
