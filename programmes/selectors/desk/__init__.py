"""What awaits staff, and what could be better in the records."""
