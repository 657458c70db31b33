"""The ledger as pages tell it: the digest of each day, and the entries of a target in plain words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Amendment,
    LedgerEntry,
    Measurement,
    Reply,
    Series,
    Target,
    TargetRevision,
)
from programmes.selectors.wording.formats import date_words, day_words, number, percentage
from programmes.verify import BETWEEN

DAYS, LINES, PER_PAGE = 30, 8, 100
# The columns of an announcement or a figure that say the most of it.
AMOUNTS, DATES = ("value", "percent"), ("due", "as_of")


@dataclass(frozen=True, slots=True)
class DayLine:
    """The last entry of a day on which something was added, and how many were."""

    day: date
    words: str
    count: str
    number: int
    digest: str
    at: datetime

    @property
    def kept(self) -> str:
        """What to keep of the day."""
        return f"{self.number}:{self.digest}"


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry in words. record, key: of which record of which table. detail: the most of what it says."""

    number: int
    day: str
    what: str
    record: str
    key: str
    detail: str


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries, newest first. older: the number before which the rest lies; 0 where that is all."""

    lines: tuple[EntryLine, ...]
    older: int


def ledger_days(
    limit: int | None = None, *, on: date | None = None, known: datetime | None = None
) -> Iterator[DayLine]:
    """The days on which something was added, newest first, by a day and a moment where they are given. One query."""
    days = entries_by(on, known)
    found = days.order_by("-day").values("day").annotate(last=Max("number"), count=Count("number"))
    ends = {one["last"]: one["count"] for one in found[:limit]}
    last_of_days: Any = found.values("last")[:limit] if limit else ends  # a query of keys, or keys
    entries = LedgerEntry.objects.filter(number__in=last_of_days)
    for day, last, digest, at in entries.order_by("-number").values_list(
        "day", "number", "digest", "moment"
    ):
        yield DayLine(day, day_words(day), number(ends[last]), last, digest, at)


def entries_by(on: date | None, known: datetime | None) -> QuerySet[LedgerEntry]:
    """The entries of a day and before, that were there at a moment (None: all)."""
    entries = LedgerEntry.objects.all()
    if on is not None:
        entries = entries.filter(day__lte=on)
    return entries if known is None else entries.filter(moment__lte=known)


def entries_of_target(
    code: str,
    on: date,
    labels: Mapping[str, Any],
    *,
    known: datetime | None = None,
    before: int = 0,
    limit: int = LINES,
) -> Entries:
    """The entries of a target, its announcements, replies, series and figures by a day and a moment (None: now).

    labels: what people call a row of each table. before: only those before a number (0: all). One query.
    """
    rows = _of_target(code) & entries_by(on, known)
    if before:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: limit + 1])
    lines = tuple(_line(entry, labels) for entry in found[:limit])
    return Entries(lines, lines[-1].number if len(found) > limit else 0)


def _of_target(code: str) -> QuerySet[LedgerEntry]:
    """The entries of a target, its announcements, replies, series and figures, and of what was changed of these."""
    targets = Target.objects.filter(code=code).order_by()
    owned = {
        "targets": ("code", targets),
        "series": ("code", Series.objects.filter(targets__in=targets)),
        "target-revisions": ("number", TargetRevision.objects.filter(target__in=targets)),
        "replies": ("code", Reply.objects.filter(target__in=targets)),
        "measurements": ("ref", Measurement.objects.filter(series__targets__in=targets)),
    }
    amended = Q()
    for _key, rows in owned.values():
        amended |= Q(table=rows.model._meta.model_name, record__in=rows.order_by().values("pk"))
    owned["amendments"] = ("pk", Amendment.objects.published().filter(amended))
    found = Q()
    for table, (key, rows) in owned.items():
        above = f"{code}{BETWEEN}" if table == "target-revisions" else ""
        told_as = Concat(Value(above, TextField()), Cast(key, TextField()))
        found |= Q(table=table, key__in=rows.order_by().annotate(told_as=told_as).values("told_as"))
    return LedgerEntry.objects.filter(found)


def _line(entry: LedgerEntry, labels: Mapping[str, Any]) -> EntryLine:
    rows = json.loads(entry.content)["rows"].get(entry.table, []) if entry.content else []
    return EntryLine(
        number=entry.number,
        day=day_words(entry.day),
        what=str(LedgerEntry.Event(entry.event).label),
        record=str(labels[entry.table]),
        key=entry.key,
        detail=_detail(rows[0]) if rows else "",
    )


def _detail(row: Mapping[str, Any]) -> str:
    """The number and the date of a figure or an announcement."""
    found = []
    for name in AMOUNTS:
        if row.get(name) is not None:
            amount = Decimal(row[name])
            decimals = max(0, -int(amount.as_tuple().exponent))
            found.append(
                percentage(amount / 100, decimals)
                if name == "percent"
                else number(amount, decimals)
            )
    found += [date_words(PreciseDate.parse(row[name])) for name in DATES if row.get(name)]
    return " · ".join(found)
