"""The grid in which figures are entered: many series on one page, each checked and kept while the next is typed."""
