"""What the page of one target says of it."""
