"""What is new: updates, the week, and whose they are."""
