"""The files that everybody may take."""
