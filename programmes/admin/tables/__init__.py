"""Screens of the tables, a file each or for a close family."""
