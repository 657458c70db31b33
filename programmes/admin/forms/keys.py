"""Keys of records as people and forged forms send them."""

# digits that the largest key of both databases has at least
MOST_DIGITS = 18


def can_be_key(text: object) -> bool:
    """Whether a text can be the key of a record: databases fail on others instead of finding nothing."""
    said = str(text)
    return said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS
