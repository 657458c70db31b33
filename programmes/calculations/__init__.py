"""The arithmetic of promises and figures: pure functions, no clock, no database, no rounding.

Everything is computed on exact fractions; `amounts` turns them into decimals for display. The
day asked about is always passed in (`on`). `docs/methodology.md` says the same in plain words.
"""
