"""Tables as files: exports, workbooks to fill in, what anyone may take."""
