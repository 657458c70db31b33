"""Accounts of the staff: roles, where they work, what is kept of them."""
