"""What a table of a file is made of: kinds of cells, its columns, and what its rows mean."""
