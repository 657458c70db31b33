"""Django looks for the formats of a language in a module of its own."""

from tracker.formats.day_first import *  # noqa: F403  whatever stands there
