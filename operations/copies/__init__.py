"""Backups: a folder each, with the database, the attached files and a list of what they hold."""
