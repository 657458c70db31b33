"""Texts that are no reason, though they are not empty: nothing of them is read."""

WITHOUT_WORDS = [
    "\u200b\u200b",  # zero-width spaces
    "\u200f",  # right-to-left mark
    "\u00a0",  # no-break space
    "\u00ad",  # soft hyphen
    "\u3164",  # Hangul filler
    "\ufe0f\u2060",  # variation selector, word joiner
    "\u0301\u0651",  # marks without a letter
    "\u0640\u0640",  # tatweel
    "… – 12",
]
