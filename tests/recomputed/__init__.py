"""What the sample says, worked out anew from its files and the published rules, sharing nothing with the program."""
