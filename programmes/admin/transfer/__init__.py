"""Files: lists taken out, files and workbooks sent in."""
