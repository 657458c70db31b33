"""Promises: where they stand, in rows and in words."""
