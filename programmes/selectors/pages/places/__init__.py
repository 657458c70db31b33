"""Pages of territories, alone and beside each other."""
