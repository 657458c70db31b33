"""The boxes of one row of the grid: read as everywhere else, filled from a draft, kept as a draft."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import services
from programmes.admin.entry.sources import find_source, source_name
from programmes.admin.forms.fields import (
    AmountFormField,
    DayFormField,
    PreciseDateFormField,
    undisguised,
    written_date,
)
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import measured_words
from programmes.admin.forms.ratios import HUNDRED, as_typed, is_ratio
from programmes.admin.review.review_history import log_saved, plain_content
from programmes.admin.review.review_steps import LONGEST_WORDS, mark_of
from programmes.calculations.dates import PreciseDate
from programmes.models import EDITABLE, FrozenRowError, Measurement, Series, Source
from programmes.models.named import own_first
from programmes.models.plausibility import doubts_of
from programmes.models.reasons import has_words
from programmes.models.target import Qualifier
from programmes.spreadsheets.columns.numbers import write_number

FIGURES = ("value", "numerator", "denominator")
COMMON = ("as_of", "source")
_NAME = re.compile(r"r([0-9]{1,18})-([a-z_]{1,20})\Z")
NAMES = (*FIGURES, *COMMON, "period_start", "qualifier", "note", "confirmation")


class RowForm(forms.Form):
    """What was typed in one row. Date and source stand once for all rows, unless a row says otherwise."""

    value = AmountFormField(label=gettext_lazy("value"), required=False)
    numerator = AmountFormField(label=gettext_lazy("numerator"), required=False)
    denominator = AmountFormField(label=gettext_lazy("denominator"), required=False)
    period_start = DayFormField(label=gettext_lazy("start of the period"), required=False)
    as_of = PreciseDateFormField(label=gettext_lazy("as of"), required=False)
    source = forms.CharField(label=gettext_lazy("source"), required=False, max_length=900)
    qualifier = forms.ChoiceField(
        label=gettext_lazy("qualifier"), required=False, choices=Qualifier.choices
    )
    note = forms.CharField(label=gettext_lazy("note"), required=False, max_length=300)
    looked = forms.BooleanField(required=False)
    confirmation = forms.CharField(required=False, max_length=LONGEST_WORDS)

    def clean_as_of(self) -> PreciseDate:
        when: PreciseDate = self.cleaned_data["as_of"]
        if when.last is None:
            raise ValidationError(
                _("Give the date that the figures speak of: here for all of them, or in each row.")
            )
        return when

    def clean_source(self) -> Source:
        source = find_source(self.cleaned_data["source"])
        if source is None:
            raise ValidationError(
                _("Choose where the figures come from: here for all of them, or in each row.")
            )
        return source

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {name: undisguised(value) for name, value in cleaned.items()}


@dataclass(slots=True)
class SavedRow:
    """What became of one row. row: the draft as kept; None where nothing was.

    errors: sentences by box. doubts: what is unusual of it, to be confirmed before it is submitted.
    common: what is said of the boxes above all rows, for each of them that the row leaves it to; empty: it is right.
    """

    row: Measurement | None
    errors: dict[str, list[str]]
    doubts: list[str]
    is_confirmed: bool = False
    common: dict[str, list[str]] = field(default_factory=dict)

    @property
    def waits_above(self) -> bool:
        """Whether nothing is wrong with the row itself, but something is above it."""
        return any(self.common.values()) and list(self.errors) == [NON_FIELD_ERRORS]


class TakenError(ValidationError):
    """Somebody else keeps a figure in this row. `row`: theirs."""

    def __init__(self, row: Measurement) -> None:
        self.row = row
        who = row.changed_by or row.entered_by or _("Somebody else")
        super().__init__(
            _(
                "%(who)s entered %(figure)s here while you were typing. Nothing of yours is saved yet: leave it, or "
                "change a box once more to keep yours in its place."
            )
            % {"who": who, "figure": measured_words(row)}
        )


def rows_typed(data: QueryDict) -> dict[int, dict[str, str]]:
    """The boxes that a form carries, by series. A row that stands twice in it says so under `twice`."""
    found: dict[int, dict[str, str]] = {}
    for name in data:
        if match := _NAME.match(name):
            values = data.getlist(name)
            boxes = found.setdefault(int(match[1]), {})
            boxes[match[2]] = values[0]
            if len(values) > 1 and len(set(values)) > 1:
                boxes["twice"] = "1"
    return found


def is_filled(boxes: dict[str, str]) -> bool:
    """Whether a figure was typed in a row."""
    return any(boxes.get(name, "").strip() for name in FIGURES)


def boxes_of(series: Series, row: Measurement | None, common: dict[str, str]) -> dict[str, str]:
    """A draft as it stands in the boxes of its row. What it shares with all rows stands empty."""
    if row is None:
        return {}
    boxes = {
        "value": _number(as_typed(series, row.value)),
        "numerator": _number(row.numerator),
        "denominator": _number(row.denominator),
        "as_of": written_date(row.as_of),
        "period_start": f"{row.period_start:%d/%m/%Y}" if row.period_start else "",
        "source": source_name(row.source),
        "qualifier": row.qualifier,
        "note": getattr(row, own_note()) or "",
        "confirmation": row.confirmation,
        "draft": str(row.pk),
        "seen": str(mark_of(row.changed_at)),
    }
    return boxes | {name: "" for name in COMMON if boxes[name] == common.get(name)}


def own_note() -> str:
    """The column of a note that the grid fills: in the language of whoever types. The figure's own form has all."""
    return f"note_{own_first()[0]}"


def _number(amount: Decimal | None) -> str:
    return "" if amount is None else AmountFormField().prepare_value(Decimal(write_number(amount)))


def enter(series: Series, boxes: dict[str, str], common: dict[str, str], *, by: User) -> SavedRow:
    """Reads one row and keeps it as a draft. Errors say what was not understood; then nothing is kept.

    boxes: what was typed in the row. common: the date and source of all rows.
    """
    if boxes.get("twice"):
        return SavedRow(
            None, {NON_FIELD_ERRORS: [_("This row was sent twice, with two values.")]}, []
        )
    left_to = {name for name in COMMON if not boxes.get(name, "").strip()}
    form = RowForm({**boxes, **{name: common.get(name, "") for name in left_to}})
    if not form.is_valid():
        errors = {name: [str(one) for one in found] for name, found in form.errors.items()}
        return _refused(errors, left_to)
    typed = form.cleaned_data
    try:
        row = _keep(series, typed, boxes.get("draft", ""), boxes.get("seen", ""), by=by)
    except TakenError as error:
        return SavedRow(error.row, {NON_FIELD_ERRORS: error.messages}, [])
    except ValidationError as error:
        return _refused(_by_box(error), left_to)
    except (PermissionDenied, FrozenRowError) as error:
        return SavedRow(None, {NON_FIELD_ERRORS: [str(error)]}, [])
    right: dict[str, list[str]] = {name: [] for name in left_to}
    return SavedRow(row, {}, doubts_of(row), bool(row.confirmation), right)


def _refused(errors: dict[str, list[str]], left_to: set[str]) -> SavedRow:
    """What is wrong with a row. What is wrong above all rows is said there, once."""
    own = {name: found for name, found in errors.items() if name not in left_to}
    common = {name: errors.get(name, []) for name in left_to}
    return SavedRow(None, own or {NON_FIELD_ERRORS: [not_kept_words()]}, [], common=common)


def common_errors(entered: Iterable[SavedRow]) -> dict[str, list[str]]:
    """What is wrong with the date and source above all rows, by box. The same stands in each row left to them."""
    return {name: found for one in entered for name, found in one.common.items() if found}


def not_kept_words() -> str:
    """Of a row that is right itself, under a date or source that is not."""
    return _("Not kept yet: the date or source for all figures is to be corrected.")


@transaction.atomic
def _keep(series: Series, typed: dict[str, Any], draft: str, seen: str, *, by: User) -> Measurement:
    """The row as a draft: the one that it was, or a new one.

    Raises:
        TakenError: somebody else keeps another figure there.
        ValidationError, PermissionDenied, FrozenRowError: as the services.
    """
    # two people on one row wait for each other
    series = (
        Series.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=series.pk)
    )
    row = _standing(series, draft)
    is_theirs = row is not None and (row.changed_by_id or row.entered_by_id) != by.pk
    if row is not None and is_theirs and seen != str(mark_of(row.changed_at)):
        raise TakenError(row)
    before = plain_content(row) if row is not None else None
    row = row or Measurement(series=series)
    row.series = series
    for name in (*FIGURES, "period_start", "as_of", "source"):
        setattr(row, name, typed[name])
    setattr(row, own_note(), typed["note"])
    row.qualifier = typed["qualifier"] or Qualifier.EXACTLY
    is_said = typed["looked"] and has_words(typed["confirmation"])
    row.confirmation = typed["confirmation"].strip() if is_said else ""
    if is_ratio(series) and row.value is not None:
        row.value /= HUNDRED
    row = services.change_draft(row, by=by) if row.pk else services.record(row, by=by)
    log_saved(by, row, before)
    return row


def _standing(series: Series, draft: str) -> Measurement | None:
    """The draft that a row speaks of: the one it names, else the last one of the series."""
    rows = Measurement.objects.filter(series=series).select_related(
        "entered_by", "changed_by", "source"
    )
    named = rows.filter(pk=draft).first() if can_be_key(draft) else None
    return named or rows.filter(state__in=EDITABLE).order_by("-pk").first()


def _by_box(error: ValidationError) -> dict[str, list[str]]:
    """Sentences at the boxes that they speak of."""
    if not hasattr(error, "error_dict"):
        return {NON_FIELD_ERRORS: error.messages}
    found: dict[str, list[str]] = {}
    for name, errors in error.error_dict.items():
        names = (name, name.rpartition("_")[0])
        box = next((one for one in names if one in NAMES), NON_FIELD_ERRORS)
        found.setdefault(box, []).extend(m for one in errors for m in one.messages)
    return found


def clear(series: Series, boxes: dict[str, str], *, by: User) -> SavedRow:
    """A row whose figure was taken out: one's own draft goes with it."""
    draft = boxes.get("draft", "")
    if can_be_key(draft):
        row = Measurement.objects.filter(
            pk=draft, series=series, entered_by=by, state__in=EDITABLE
        ).first()
        if row is not None and str(mark_of(row.changed_at)) == boxes.get("seen"):
            try:
                services.discard(row, by=by)
            except (PermissionDenied, FrozenRowError) as error:
                return SavedRow(row, {NON_FIELD_ERRORS: [str(error)]}, [])
    return SavedRow(None, {}, [])
