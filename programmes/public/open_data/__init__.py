"""Data, feeds and catalogues for machines."""
