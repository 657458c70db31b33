"""Django looks for the formats of a language in a module of its own; its own Arabic puts the month first."""

from tracker.formats.day_first import *  # noqa: F403  whatever stands there

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
