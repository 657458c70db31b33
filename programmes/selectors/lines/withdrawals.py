"""What was shown and then withdrawn: its address still answers, and everything that names it carries its mark."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import overload

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.languages import CODES
from programmes.models import Amendment
from programmes.models.review import column_names
from programmes.models.sealed import Showable, sealed_models
from programmes.selectors.lines.owner_changes import (
    STATEMENTS,
    CountedCentres,
    came_to_or_left,
    may_move,
    moved_counts,
    retell_by_milestone,
)
from programmes.selectors.lines.sources import SourceLine, public_source
from programmes.selectors.promises.promise_rows import PromiseRow
from programmes.selectors.wording.formats import day_words
from programmes.selectors.wording.names import NamedRecord, Record
from programmes.selectors.wording.texts import Sentence, Text, translated
from programmes.type_names import certain


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record that is withdrawn: since when, and why."""

    table: str
    code: str
    at: datetime
    reason: Text
    source: SourceLine | None

    @property
    def day(self) -> str:
        return day_words(timezone.localdate(self.at))

    @property
    def words(self) -> str:
        """The notice of the record's own page."""
        return {
            "programme": _("This programme has been withdrawn since %(day)s."),
            "centre": _("This centre has been withdrawn since %(day)s."),
            "agreement": _("This agreement has been withdrawn since %(day)s."),
            "target": _("This promise has been withdrawn since %(day)s."),
            "milestone": _("This milestone has been withdrawn since %(day)s."),
        }[self.table] % {"day": self.day}

    @property
    def mark(self) -> str:
        """The mark beside its name in a list, and beside what belongs to it and keeps its own state."""
        return {
            "programme": _("programme withdrawn since %(day)s"),
            "centre": _("centre withdrawn since %(day)s"),
            "agreement": _("agreement withdrawn since %(day)s"),
            "target": _("promise withdrawn since %(day)s"),
            "milestone": _("milestone withdrawn since %(day)s"),
        }[self.table] % {"day": self.day}

    @property
    def why(self) -> Sentence:
        """Its reason as a sentence that stands alone."""
        return Sentence.of(_("Reason: %(reason)s."), reason=self.reason.open_ended)


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Every withdrawal as known at a moment (None: now): a page of any day is marked with what is known of its records.

    changes: those of the records that were asked for, latest first.
    """

    rows: dict[Record, Withdrawal] = field(default_factory=dict)
    changes: list[Amendment] = field(default_factory=list)
    known: datetime | None = None

    def of(self, table: str, code: str) -> Withdrawal | None:
        """That of a record itself."""
        return self.rows.get((table, code))

    def mark(self, table: str, code: str) -> str:
        """The mark of a record in a list; empty where it stands."""
        found = self.of(table, code)
        return found.mark if found else ""

    @overload
    def marked(self, row: NamedRecord) -> NamedRecord: ...
    @overload
    def marked(self, row: NamedRecord | None) -> NamedRecord | None: ...
    def marked(self, row: NamedRecord | None) -> NamedRecord | None:
        """A record by its name, with its mark."""
        return None if row is None else replace(row, mark=self.mark(row.table, row.code))

    def among(self, records: Iterable[Record]) -> tuple[Withdrawal, ...]:
        """Those of several records, each once, in their order."""
        return tuple(self.rows[one] for one in dict.fromkeys(records) if one in self.rows)

    def owners_of(self, row: PromiseRow) -> tuple[Record, ...]:
        """What a target belongs to: its programme, its centre, and its agreement where that is withdrawn."""
        agreement = ("agreement", row.agreement_code or "")
        return (*row.owners, agreement) if agreement in self.rows else row.owners

    def of_target(self, row: PromiseRow) -> tuple[Withdrawal, ...]:
        """Those of a target: its own, and those of what it belongs to."""
        return self.among((("target", row.code), *self.owners_of(row))) if self.rows else ()

    def with_change(self, line: SourceLine) -> SourceLine:
        """A source with the key of its latest change, where it was changed."""
        found = (one.pk for one in self.changes if (one.table, one.key) == ("source", line.code))
        change = next(found, None)
        return line if change is None else replace(line, change=change)

    def marks(self, own: Record, owners: Iterable[Record] = ()) -> tuple[str, ...]:
        """The marks of a record in a list: its own, and those of what it belongs to."""
        return tuple(one.mark for one in self.among((own, *owners)))


# a figure of these is put together of others: wherever one is printed, what came to it or left it is told
_SUMS = ("series", "target")


def withdrawable_tables() -> list[str]:
    """The tables whose records can be withdrawn."""
    return [str(model._meta.model_name) for model in sealed_models() if issubclass(model, Showable)]


def read_withdrawals(
    records: Iterable[Record] = (),
    *,
    gathering: Iterable[Record] = (),
    counted: Collection[CountedCentres] = (),
    known: datetime | None = None,
) -> Withdrawals:
    """Every withdrawal of a record that was shown, as known at a moment (None: now), and every change of some records.

    Records are shown as they are today, so that a change after the moment is told too. gathering: those of which is
    told, too, what came to them or left them. counted: what is counted of centres; so is what moved a count. A
    milestone has no page of its own: that it was withdrawn, and why, is among the changes. One query, more where a
    count moved.
    """
    kinds, codes, gathered = (
        Amendment.Kind,
        defaultdict[str, set[str]](set),
        defaultdict[str, set[str]](set),
    )
    for table, code in records:
        codes[table].add(code)
        if table in _SUMS:
            gathered[table].add(code)
    for table, code in gathering:
        gathered[table].add(code)
    asked = Q(kind=kinds.WITHDRAWAL, table__in=withdrawable_tables())
    if known is not None:
        asked &= Q(applied_at__lte=known)
    told_of_records = (kinds.CHANGE, kinds.BLANKING)
    for table, keys in codes.items():
        asked |= Q(kind__in=told_of_records, table=table, key__in=keys)
    asked |= may_move(gathered, counted)
    told = Amendment.objects.published().filter(asked).select_related("source__organisation")
    rows = list(told.order_by("-applied_at", "-pk"))
    of_statements = retell_by_milestone(
        row for row in rows if known is None or certain(row.applied_at) <= known
    )
    moved = moved_counts(rows, counted)
    found = Withdrawals(known=known)
    for row in rows:
        if row.table == STATEMENTS:
            continue  # of a plan: nothing is counted by it
        is_told = row.pk in moved or came_to_or_left(row, gathered)
        if row.kind != kinds.WITHDRAWAL or row.pk in of_statements:
            if is_told or (row.kind in told_of_records and row.key in codes[row.table]):
                found.changes.append(row)
            continue
        if is_told or (row.table == "milestone" and row.key in codes["milestone"]):
            found.changes.append(row)
        found.rows.setdefault(
            (row.table, row.key),
            Withdrawal(
                row.table,
                row.key,
                certain(row.applied_at),
                translated(row, "reason"),
                public_source(row.source),
            ),
        )
    return found


def reasons_of_withdrawal(
    table: str, known: datetime | None = None
) -> dict[str, dict[str, str | None]]:
    """Why the withdrawn records of a table were withdrawn, by their codes and the languages in which it was said, as
    known at a moment (None: now)."""
    rows = Amendment.objects.applied(known).filter(kind=Amendment.Kind.WITHDRAWAL, table=table)
    told = rows.values_list("key", *column_names(Amendment, "reason"))
    return {key: dict(zip(CODES, texts, strict=True)) for key, *texts in told}
