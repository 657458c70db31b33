"""The grid: the figures that are due on one page, kept as they are typed, submitted together."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.admin.entry.grid_rows import (
    COMMON,
    SavedRow,
    clear,
    common_errors,
    enter,
    is_filled,
    not_kept_words,
    rows_typed,
)
from programmes.admin.entry.lines import MOST_CHOSEN, grid_page
from programmes.admin.entry.sources import NewSource
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import measured_words
from programmes.admin.review.review_steps import STEPS, Answer, refusal_of, seen_mark
from programmes.models import Measurement
from programmes.selectors.desk.entry import SHOWN, EntryFilter, entered_series
from programmes.selectors.wording.formats import as_of_words, number
from programmes.type_names import staff_request

MOST_ROWS = 500


def entry_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Shows the rows; on POST keeps what was typed, and submits it where the button says so."""
    if not request.user.has_perm("programmes.add_measurement"):
        raise PermissionDenied
    wanted, posted = _wanted(request), request.method == "POST"
    common = _common(request)
    new_source = NewSource(request.POST if request.POST.get("do") == "source" else None)
    entered: dict[int, SavedRow] = {}
    typed: dict[int, dict[str, str]] = {}
    is_added = False
    if posted:
        if new_source.is_bound and (source := new_source.save(by=staff_request(request).user)):
            common["source"], new_source, is_added = str(source.pk), NewSource(), True
        typed = rows_typed(request.POST)
        entered = _enter(request, typed, common)
        submits = request.POST.get("do") == "submit"
        left = _submit(request, entered) if submits else entered
        if submits and not any(one.errors or one.doubts for one in left.values()):
            return HttpResponseRedirect(request.get_full_path())
        entered = left
    return TemplateResponse(
        request,
        "admin/programmes/entry.html",
        context
        | grid_page(request, wanted, common, typed, entered, new_source)
        | {"source_added": is_added},
    )


def rows_view(request: HttpRequest) -> JsonResponse:
    """Keeps some rows while the next is typed, and says what there is to say of each, by series."""
    if request.method != "POST" or not request.user.has_perm("programmes.add_measurement"):
        raise PermissionDenied
    entered = _enter(request, rows_typed(request.POST), _common(request))
    return JsonResponse({key: _answer(one) for key, one in entered.items()})


def _answer(one: SavedRow) -> dict[str, Any]:
    row = one.row
    return {
        "errors": one.errors,
        "common": one.common,
        "doubts": one.doubts,
        "draft": row.pk if row else "",
        "seen": str(seen_mark(row)) if row else "",
        "kept": _kept_words(row) if row is not None and not one.errors else "",
    }


def _kept_words(row: Measurement) -> str:
    row = Measurement.objects.select_related("series__indicator").get(pk=row.pk)
    return _("Kept as a draft: %(figure)s, %(day)s") % {
        "figure": measured_words(row),
        "day": as_of_words(row.as_of),
    }


def _wanted(request: HttpRequest) -> EntryFilter:
    asked = request.GET
    shown = asked.get("show", "")
    chosen = [key for key in asked.get("series", "").split(",") if can_be_key(key)]
    return EntryFilter(
        shown if shown in SHOWN else "waiting",
        _key(asked.get("programme", "")),
        _key(asked.get("territory", "")),
        tuple(int(key) for key in chosen[:MOST_CHOSEN]),
    )


def _key(text: str) -> int | None:
    return int(text) if can_be_key(text) else None


def _common(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip()[:900] for name in COMMON}


def _enter(
    request: HttpRequest, typed: dict[int, dict[str, str]], common: dict[str, str]
) -> dict[int, SavedRow]:
    """Keeps each row that was filled. Rows that are not the person's are refused by themselves."""
    user = staff_request(request).user
    filled = [key for key, boxes in typed.items() if is_filled(boxes) or boxes.get("draft")]
    series = entered_series(user).select_related("indicator")
    found = series.in_bulk(filled[:MOST_ROWS])
    result = {}
    for key in filled:
        boxes = typed[key]
        if key not in found:
            words = _("This figure lies outside your territories and programmes.")
            result[key] = SavedRow(None, {"__all__": [words]}, [])
        elif is_filled(boxes):
            result[key] = enter(found[key], boxes, common, by=user)
        else:
            result[key] = clear(found[key], boxes, by=user)
    return result


def _submit(request: HttpRequest, entered: dict[int, SavedRow]) -> dict[int, SavedRow]:
    """Submits what was kept and is not doubtful, or confirmed. Returns the rest, with what is wrong with it."""
    left, done = {}, 0
    step = STEPS["submit"]
    for key, one in entered.items():
        if one.row is None or one.errors or (one.doubts and not one.is_confirmed):
            left[key] = one
        elif refusal := refusal_of(
            step, one.row, staff_request(request).user, Answer(), seen_mark(one.row)
        ):
            left[key] = SavedRow(one.row, {"__all__": [refusal]}, one.doubts)
        else:
            done += 1
    if done:
        messages.success(
            request,
            ngettext(
                "%(n)s figure submitted for review.", "%(n)s figures submitted for review.", done
            )
            % {"n": number(done)},
        )
    wrong = sum(bool(one.errors and not one.waits_above) for one in left.values())
    doubtful = sum(bool(one.doubts and not one.errors) for one in left.values())
    if common_errors(left.values()):
        messages.error(request, not_kept_words())
    if wrong:
        messages.error(
            request,
            ngettext(
                "%(n)s row could not be read: what is wrong stands in it.",
                "%(n)s rows could not be read: what is wrong stands in each.",
                wrong,
            )
            % {"n": number(wrong)},
        )
    if doubtful:
        messages.warning(
            request,
            ngettext(
                "%(n)s figure is unusual: look at it, and say why it is right.",
                "%(n)s figures are unusual: look at each, and say why it is right.",
                doubtful,
            )
            % {"n": number(doubtful)},
        )
    if not entered:
        messages.info(request, _("No figure was typed: nothing was submitted."))
    return left
