"""What a file says that is neither accepted nor refused: its sender is asked, and nothing of it is applied unasked."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cause(models.TextChoices):
    """Why something is to be confirmed: what one tick is for."""

    FRACTION = "fraction", _("less than one per cent: perhaps a share of 1")
    LOOSE_DATE = "loose_date", _("a date in words that fits several days")
    YEAR_AS_DAY = "year_as_day", _("a day that a program makes of a year")
    NEAR_NAME = "near_name", _("a name that is only near the one that is known")
    ERASED = "erased", _("an empty cell would erase what is stored")
    MERGED = "merged", _("the value of a merged cell, filled down")
    HIDDEN = "hidden", _("a row that is hidden in the file")
    UNUSUAL = "unusual", _("an unusual value, which review asks about too")
    OTHER_TABLE = "other_table", _("the sheet or file bears the name of another table")


class Doubt(NamedTuple):
    """Why one cell, or a whole row, is to be confirmed: the cause, and what it is about."""

    cause: Cause
    sentence: str
