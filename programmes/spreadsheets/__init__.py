"""Spreadsheets: the columns of every table, reading a file, checking it, applying it, and sending tables out."""
