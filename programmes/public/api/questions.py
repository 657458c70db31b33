"""What may be asked of a table: its filters, which follow from its columns, and the page of a list."""

import base64
import json
from hashlib import blake2b

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from programmes.models import Territory
from programmes.public.api.problems import ProblemError
from programmes.public.page_request import CLOCKS
from programmes.spreadsheets.columns.cells import ChoiceCell, RowCell, YesNoCell
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.public_files.published import is_shown, public_columns
from programmes.type_names import Rows

PAGING = ("limit", "cursor")
# A territory stands for what lies in it too, as on pages.
PLACES = ("territory", "region")
# Whole numbers by which rows are found; none of it is 0.
COUNTS = ("moves",)
TRUTHS = {"true": True, "false": False, "1": True, "0": False}
LONGEST = 500
DEFAULT, MOST = 100, 500


def filters_of(table: TableResource) -> dict[str, Column]:
    """The columns by which a table can be narrowed: other records, closed sets, counts, and its own code."""
    return {
        column.code: column
        for column in public_columns(table)
        if column.code not in CLOCKS
        and (
            isinstance(column.widget, ChoiceCell | YesNoCell)
            or column.code in COUNTS
            or (isinstance(column.widget, RowCell) and column.widget.key == "code")
            or (column.code == "code" and "code" in table.keys)
        )
    }


def refuse_unknown(request: HttpRequest, allowed: set[str]) -> None:
    """Raises ProblemError for a parameter that is not one, is given twice, or is too long."""
    for name, values in request.GET.lists():
        if name not in allowed:
            raise ProblemError(
                400,
                _("There is no parameter “%(name)s”. There are: %(names)s.")
                % {"name": name[:80], "names": ", ".join(sorted(allowed))},
                name[:80],
            )
        if len(values) > 1:
            raise ProblemError(400, _("The parameter is given more than once."), name)
        if len(values[0]) > LONGEST or "\x00" in values[0]:
            raise ProblemError(400, _("The value of the parameter cannot be read."), name)


def narrowed(rows: Rows, columns: dict[str, Column], request: HttpRequest) -> Rows:
    """The rows that a request asks for.

    Raises:
        ProblemError: a value is not one of those that may be asked for; of what is not public, as of what is not there.
    """
    for code, column in columns.items():
        value = request.GET.get(code, "").strip()
        if value:
            rows = rows.filter(_condition(column, value))
    return rows


def _condition(column: Column, value: str) -> Q:
    widget, path = column.widget, column.attribute
    if isinstance(widget, ChoiceCell):
        if value not in widget.choices.values:
            raise ProblemError(
                400,
                _("One of: %(choices)s.") % {"choices": ", ".join(widget.choices.values)},
                column.code,
            )
        return Q((path, value))
    if isinstance(widget, YesNoCell):
        if value not in TRUTHS:
            raise ProblemError(
                400, _("One of: %(choices)s.") % {"choices": "true, false"}, column.code
            )
        return Q((path, TRUTHS[value]))
    if column.code in COUNTS:
        if not (value.isascii() and value.isdecimal() and len(value) < 5):
            words = _("“%(text)s” is not a whole number from zero.") % {"text": value[:80]}
            raise ProblemError(400, words, column.code)
        return Q((path, int(value))) | (Q((f"{path}__isnull", True)) if int(value) == 0 else Q())
    if not isinstance(widget, RowCell):
        return Q((path, value))
    if not is_shown(widget.model, value):
        raise ProblemError(
            400, _("No public record has the code “%(code)s”.") % {"code": value[:80]}, column.code
        )
    if column.code in PLACES:
        place = Territory.objects.filter(code=value).values_list("pk", flat=True)
        return Q((f"{path}__in", Territory.objects.within(set(place))))
    return Q((f"{path}__code", value))


def read_limit(request: HttpRequest) -> int:
    """How many rows a page has.

    Raises:
        ProblemError: not a whole number from 1 to 500.
    """
    text = request.GET.get("limit", "").strip() or str(DEFAULT)
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise ProblemError(400, _("A whole number from 1 to %(most)s.") % {"most": MOST}, "limit")
    return int(text)


def read_cursor(request: HttpRequest) -> int:
    """The key of the last row that the reader has; 0 on the first page.

    Raises:
        ProblemError: the cursor was not made here, or for another question.
    """
    text = request.GET.get("cursor", "")
    if not text:
        return 0
    try:
        question, last = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, TypeError, RecursionError):
        question, last = None, None
    is_key = isinstance(last, int) and not isinstance(last, bool) and 0 < last < 2**63
    if not is_key or text != _cursor(question, last):  # what is not to the letter is not ours
        raise ProblemError(400, _("The cursor was not made here. Start without one."), "cursor")
    if question != _question(request):
        raise ProblemError(
            400, _("The cursor belongs to another question. Start without one."), "cursor"
        )
    return int(last)


def cursor_after(request: HttpRequest, last: int) -> str:
    """The cursor of the page after a row."""
    return _cursor(_question(request), last)


def _cursor(question: str, last: int) -> str:
    text = json.dumps([question, last], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _question(request: HttpRequest) -> str:
    """A digest of what is asked, the page aside."""
    asked = sorted(pair for pair in request.GET.items() if pair[0] not in PAGING)
    return blake2b(json.dumps([request.path, asked]).encode(), digest_size=6).hexdigest()
