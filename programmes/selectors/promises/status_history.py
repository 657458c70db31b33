"""What became of promises over time: how many of each group at the end of each quarter."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from programmes.calculations.choices import Status
from programmes.models import Programme, Series, Standing, Target, TargetRevision, Territory
from programmes.selectors.promises.counts import ends_of_quarters
from programmes.selectors.promises.own_targets import own_targets
from programmes.selectors.promises.track_records import GROUP_OF, GROUPS, KEPT, SILENT, WORDS
from programmes.selectors.wording.formats import day_words
from programmes.selectors.wording.texts import Text, translated

# Ten years.
MOST_QUARTERS = 40


@dataclass(frozen=True, slots=True)
class Quarter:
    """How many promises of each group there were on a day."""

    day: date
    words: str
    counts: Counter[str]

    @property
    def total(self) -> int:
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """The ends of quarters, the day asked last. groups: those that occur, as stacked. title: what they show."""

    quarters: tuple[Quarter, ...]
    groups: tuple[str, ...]
    title: str

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Each group with its words."""
        return [(group, str(WORDS[group])) for group in self.groups]

    @property
    def table(self) -> list[tuple[str, list[int], int]]:
        """A row for the end of each year and for the day asked: its day, a count a group, and all."""
        shown = [one for one in self.quarters[:-1] if one.day.month == 12]
        return [
            (one.words, [one.counts.get(group, 0) for group in self.groups], one.total)
            for one in (*shown, self.quarters[-1])
        ]


def targets_of(
    page: str, code: str, *, known: datetime | None = None
) -> tuple[Text, QuerySet[Target]] | None:
    """The name of a public programme or territory, and the targets of its own; None where there is none of that code.

    One query.
    """
    model = Programme if page == "programme" else Territory
    row = model.objects.published(known).filter(code=code).first()
    return None if row is None else (translated(row, "name"), own_targets(row))


def read_status_history(
    targets: QuerySet[Target] | None, on: date, *, known: datetime | None = None
) -> StatusHistory | None:
    """The history of public promises among targets (None: of all), since the first was announced. Two queries."""
    announced = TargetRevision.objects.once_published()
    if targets is not None:
        announced = announced.filter(target__in=targets.order_by().values("pk"))
    first = announced.aggregate(first=Min("announced_on"))["first"]
    if first is None or first > on:
        return None
    days = [*ends_of_quarters(first, on), on][-MOST_QUARTERS:]
    public = Target.objects.published().filter(series__role=Series.Role.PROGRESS)
    if targets is not None:
        public = public.filter(pk__in=targets.order_by().values("pk"))
    rows = (
        Standing.objects.known(known)
        .filter(target__in=public.order_by().values("pk"), until_day__gte=days[0], from_day__lte=on)
        .exclude(status=Status.NOT_YET_PROMISED)
        .order_by()
        .values_list("status")
        .annotate(
            **{
                f"on_{place}": Count("pk", filter=Q(from_day__lte=day, until_day__gte=day))
                for place, day in enumerate(days)
            }
        )
    )
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    for status, *found in rows:
        for day, count in zip(days, found, strict=True):
            if count:
                counts[day][GROUP_OF[Status(status)]] += count
    quarters = tuple(Quarter(day, day_words(day), counts[day]) for day in days)
    groups = tuple(group for group in GROUPS if any(one.counts[group] for one in quarters))
    return StatusHistory(quarters, groups, _title(quarters)) if groups else None


def _title(quarters: tuple[Quarter, ...]) -> str:
    """What the picture shows: how many are kept and silent, and how many were a year before."""
    last = quarters[-1]
    words = {"kept": last.counts[KEPT], "silent": last.counts[SILENT], "total": last.total}
    title = _("Kept: %(kept)s of %(total)s; without a recent figure: %(silent)s") % words
    if len(quarters) <= 4:
        return title
    before = quarters[-5]
    words = {"kept": before.counts[KEPT], "silent": before.counts[SILENT], "total": before.total}
    return f"{title} " + (_("(a year before: %(kept)s of %(total)s, and %(silent)s)") % words)
