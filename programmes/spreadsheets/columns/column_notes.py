"""What the note on the header of a column says: what is accepted, the unit, an example."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    MomentCell,
    NumberCell,
    PreciseDateCell,
    RowCell,
    RowsCell,
    TextCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column

# Columns whose unit does not depend on the row.
UNITS: dict[str, Promise] = {
    "population": gettext_lazy("inhabitants"),
    "population_year": gettext_lazy("year"),
    "interval_months": gettext_lazy("months"),
    "latitude": gettext_lazy("degrees north"),
    "longitude": gettext_lazy("degrees east; west is negative"),
    "percent": gettext_lazy("%, from 0 to 100; only for indicators that are ratios"),
    "baseline_percent": gettext_lazy("%, from 0 to 100; only for indicators that are ratios"),
    "value": gettext_lazy(
        "the unit of the indicator, named beside the series in the sheet of lists"
    ),
    "baseline": gettext_lazy(
        "the unit of the indicator, named beside the series in the sheet of lists"
    ),
    "numerator": gettext_lazy("the unit of the indicator; only for ratios"),
    "denominator": gettext_lazy("the unit of the indicator; only for ratios"),
}


def header_note(column: Column, *, key: bool, drop_down: bool) -> str:
    """The note on a header, in the reader's language.

    `key`: the column says which record a row is. `drop_down`: a list is offered in the cell.
    """
    if column.decided:
        return _("Shown for information: a record is shown and withdrawn by a step of review.")
    if column.readonly:
        return _("Shown for information: what is written here is not read.")
    lines = [_("Must be filled in.") if column.required else _("May stay empty.")]
    if column.one_of:
        lines = [_("Must be filled in in one language at least.")]
    if key and not column.required:
        lines = [_("Given by the tracker. Leave it empty in a new row.")]
    elif key:
        lines.append(
            _("Says which record the row is: it is not changed in a row that is filled in.")
        )
    lines.append(_kind(column, drop_down=drop_down))
    if column.code in UNITS:
        lines.append(_("Unit: %(unit)s.") % {"unit": UNITS[column.code]})
    example = _example(column)
    if example:
        lines.append(_("Example: %(example)s") % {"example": example})
    return "\n".join(lines)


def data_note(column: Column) -> str:
    """What stands in a column of a file that anyone may take, in the reader's language."""
    widget = column.widget
    if isinstance(widget, RowCell):
        table = str(widget.model._meta.verbose_name_plural)
        pattern = (
            _("Codes, with | between them; see: %(table)s.")
            if isinstance(widget, RowsCell)
            else _("A code; see: %(table)s.")
        )
        return pattern % {"table": table}
    if isinstance(widget, ChoiceCell):
        choices = (f"{choice.value} ({choice.label})" for choice in widget.choices)
        return _("One of: %(choices)s.") % {"choices": _(", ").join(choices)}
    if isinstance(widget, PreciseDateCell):
        return _(
            "A date as exact as it was stated: a day 2021-02-17, a month 2021-02, a year 2021, "
            "a training year 2021-2022, a span 2023..2024."
        )
    if isinstance(widget, DayCell):
        return _("A day: 2021-02-17.")
    if isinstance(widget, MomentCell):
        return _("A moment, as of Greenwich: 2025-03-01T14:30:00.000000Z.")
    kind = _("Text.") if type(widget) is TextCell else _kind(column, drop_down=False)
    if getattr(widget, "lines", False):
        kind = _("Texts, with | between them.")
    unit = UNITS.get(column.code)
    return f"{kind} {_('Unit: %(unit)s.') % {'unit': unit}}" if unit else kind


def _kind(column: Column, *, drop_down: bool) -> str:
    widget = column.widget
    if isinstance(widget, RowsCell):
        return _("Codes, with | between them. They stand in the sheet of lists.")
    if isinstance(widget, RowCell) or (drop_down and isinstance(widget, TextCell)):
        return _("A code. The codes and their names stand in the sheet of lists.")
    if isinstance(widget, ChoiceCell):
        return _("One of: %(choices)s.") % {
            "choices": ", ".join(str(choice.label) for choice in widget.choices)
        }
    if isinstance(widget, YesNoCell):
        return _("Yes or no.")
    if isinstance(widget, PreciseDateCell):
        return _(
            "A day, a month, a year, a training year, or a span with two dots. Day before month."
        )
    if isinstance(widget, DayCell):
        return _("A day. Day before month.")
    if isinstance(widget, IntegerCell):
        return _("A whole number from zero.")
    if isinstance(widget, NumberCell):
        return _("A number, without its unit.")
    if getattr(widget, "lines", False):
        return _("Several may be given, with | between them.")
    limit = getattr(widget, "max_length", None)
    return _("Text of at most %(limit)s signs.") % {"limit": limit} if limit else _("Text.")


def _example(column: Column) -> str:
    widget = column.widget
    if isinstance(widget, PreciseDateCell):
        return "17/02/2021 · 02/2021 · 2021 · 2021-2022 · 2023..2024"
    if isinstance(widget, DayCell):
        return "17/02/2021"
    if isinstance(widget, NumberCell):
        return "56.3" if widget.percent else "33.5731" if column.code == "latitude" else "15000"
    if column.code == "interval_months":
        return "12"
    if column.code == "delay_days":
        return "30"
    if column.code == "population_year":
        return "2024"
    if column.code == "code":
        return "cmc-souss-massa"
    return ""
