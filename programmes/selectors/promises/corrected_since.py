"""What pages of a past day say of entries of that day that were corrected since to be of a later one.

The page of a day counts a corrected entry from its right day on; before that, nobody is left to wonder where it went.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import Target, TargetRevision
from programmes.selectors.promises.value_words import promised_by_words
from programmes.selectors.wording.formats import day_words, said_words, unit_of
from programmes.selectors.wording.names import series_label
from programmes.selectors.wording.texts import Sentence, Text, translated
from programmes.type_names import certain

MOST = 50


@dataclass(frozen=True, slots=True)
class CorrectedSince:
    """A target of which an entry of the day was corrected since, and what is said of it."""

    code: str
    label: Text
    words: Sentence


def entries_corrected_since(
    revisions: Iterable[TargetRevision], on: date
) -> list[tuple[TargetRevision, TargetRevision]]:
    """Of all entries of a target, those of a day or earlier whose place later ones took, each with its correction."""
    rows = {row.pk: row for row in revisions}
    corrected = {row.corrects_id for row in rows.values()}
    found = []
    for row in rows.values():
        if row.pk in corrected:
            continue
        while row.announced_on > on and (before := rows.get(row.corrects_id or 0)) is not None:
            if before.announced_on <= on:
                found.append((before, row))
            row = before
    return found


def corrected_words(before: TargetRevision, after: TargetRevision) -> Sentence:
    """What an entry said, when it was corrected, to which day, and why."""
    return Sentence.of(
        _(
            "Entry corrected on %(day)s: the announcement (%(target)s) was dated %(date)s; the right date is "
            "%(right)s. Reason: %(reason)s."
        ),
        date=said_words(before.announced),
        target=promised_by_words(unit_of(before.target.series.indicator), before)
        or before.get_kind_display(),
        day=day_words(timezone.localdate(after.published_at)),
        right=said_words(after.announced),
        reason=translated(after, "reason").open_ended,
    )


def corrected_since(
    on: date, known: datetime | None = None, targets: QuerySet[Target] | None = None
) -> tuple[CorrectedSince, ...]:
    """Such entries of public targets (None: of all). One query of a past day, none of today."""
    if on >= timezone.localdate():
        return ()
    rows = TargetRevision.objects.once_published().filter(
        announced_on__gt=on, corrects__announced_on__lte=on
    )
    if known is not None:
        rows = rows.filter(published_at__lte=known)
    if targets is not None:
        rows = rows.filter(target__in=targets.order_by().values("pk"))
    # what a later correction brought back to the day is counted on it
    back = TargetRevision.objects.filter(
        announced_on__lte=on, corrects__isnull=False, published_at__isnull=False
    )
    if known is not None:
        back = back.filter(published_at__lte=known)
    rows = rows.exclude(pk__in=back.values("corrects"))
    rows = rows.select_related("corrects", "target__series__indicator").order_by("target__code")
    return tuple(_line(row) for row in rows[:MOST])


def _line(row: TargetRevision) -> CorrectedSince:
    before, series = certain(row.corrects), row.target.series
    before.target = row.target
    return CorrectedSince(row.target.code, series_label(series), corrected_words(before, row))
