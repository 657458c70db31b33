"""What screens are made of: forms, boxes, filters, lists inside a record."""
