"""The reviewer's desk: one queue, one submission a screen, three answers."""
