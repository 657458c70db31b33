"""The way in which a programme is set up: short steps, each saved by itself; where one stands is read from the rows."""
