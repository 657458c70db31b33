"""What could be better in the records: each check is a set of rows of one table, within a person's own scope."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext_lazy as _

from programmes import access
from programmes.models import (
    Agreement,
    Centre,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Organisation,
    Programme,
    Series,
    State,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.measurement import MeasurementQuerySet
from programmes.models.openings import opened_by, read_openings
from programmes.models.series import SeriesQuerySet
from programmes.models.target import TargetQuerySet
from programmes.selectors.desk.counting import counted
from programmes.selectors.desk.tasks import late_series
from programmes.selectors.desk.untranslated import untranslated
from programmes.selectors.promises.shares_check import sums_of_shares
from programmes.type_names import Rows

JUMP = 10
# Checks whose rows carry a computation of their own.
COUNTED_ALONE = frozenset({"sum", "jump", "recent", "openings"})
# Units of what a centre can take in, by their French names, as indicators keep them.
CAPACITY_UNITS = ("place", "places", "places pédagogiques", "lit", "lits")


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """One kind of fault in one table.

    kind: the same for several tables. places: lookups that lead from a row to its territories; none for the tables
    that all territories share. faulty: from the rows of a person's scope, those at fault on a day.
    """

    kind: str
    model: type[models.Model]
    places: tuple[str, ...]
    faulty: Callable[[Any, date], models.QuerySet[Any]]  # of its own table

    @property
    def key(self) -> str:
        """Names the check in addresses and files."""
        return f"{self.kind}-{self.model._meta.model_name}"

    def rows(self, user: User, on: date, within: int | None = None) -> models.QuerySet[Any]:
        """The rows at fault that a person may mend, or of one territory alone, in the table's order."""
        rows = access.changeable(self.model._default_manager.all(), user)
        if within is not None:
            rows = rows.filter(pk__in=self._placed(within))
        return self.faulty(rows, on)

    def _placed(self, within: int) -> models.QuerySet[Any, Any]:
        inside = Territory.objects.within({within}).order_by().values("pk")
        condition = Q(pk__in=[])
        for path in self.places:
            condition |= Q(**{f"{path}__in": inside})
        return self.model._default_manager.filter(condition).order_by().values("pk")


KINDS = {
    "baseline": _("Targets without a baseline or its date"),
    "recent": _("Targets without a recent figure"),
    "translation": _("Records without a translation"),
    "sum": _("Targets whose announced shares do not add up"),
    "openings": _("Series that disagree with the openings they count"),
    "places": _("Open centres without places"),
    "jump": _("Figures that jump more than tenfold"),
    "source": _("Public records without a source"),
}


def _without_baseline(rows: TargetQuerySet, on: date) -> TargetQuerySet:
    """Public targets whose present announcement names no baseline, or no date of it."""
    latest = (
        TargetRevision.objects.filter(
            target=OuterRef("target"), state=State.PUBLISHED, announced_on__lte=on
        )
        .order_by("-announced_on", "-number")
        .values("pk")[:1]
    )
    bare = TargetRevision.objects.filter(
        Q(baseline__isnull=True) | Q(baseline_on__isnull=True),
        target=OuterRef("pk"),
        pk=Subquery(latest),
    ).exclude(kind=TargetRevision.Kind.ABANDONED)
    return rows.published().filter(series__figures=Series.Figures.OWN).filter(Exists(bare))


def _without_recent_figure(rows: TargetQuerySet, on: date) -> TargetQuerySet:
    late = late_series(Series.objects.all(), on).order_by().values("pk")
    return rows.published().filter(series__in=late)


def _untranslated(rows: Rows, on: date) -> Rows:
    return rows.filter(untranslated(rows.model))


def _uneven(rows: TargetQuerySet, on: date) -> TargetQuerySet:
    """Targets whose announced shares promise more or less than they do themselves. Two queries, and the rows' own."""
    wholes = rows.filter(Exists(Target.objects.filter(share_of=OuterRef("pk"))))
    sums = sums_of_shares(wholes.order_by().values_list("pk", flat=True), on)
    return rows.filter(pk__in=[pk for pk, total in sums.items() if not total.adds_up])


def _miscounted(rows: SeriesQuerySet, on: date) -> SeriesQuerySet:
    """Series of openings whose reported figures, or the lack of one, disagree with what is said of the openings.

    Two queries for each, and the rows' own.
    """
    reported = rows.published().exclude(counted_kind="").filter(figures=Series.Figures.OWN)
    return rows.filter(pk__in=[one.pk for one in reported.order_by() if _disagrees(one, on)])


def _disagrees(series: Series, on: date) -> bool:
    """Whether a figure as of any day, or the last one on the day asked, is not the number of openings by then."""
    openings = [one for one in read_openings([series])[series.pk] if one.day <= on]
    figures = Measurement.objects.published().filter(series=series, as_of_on__lte=on)
    said = list(figures.order_by("as_of_on").values_list("as_of_on", "value"))
    last = said[-1][1] if said else 0
    return any(opened_by(openings, day or on) != value for day, value in [*said, (on, last)])


def _placeless(rows: models.QuerySet[Centre], on: date) -> models.QuerySet[Centre]:
    """Open centres of which no published figure says how many places, or beds, they have."""
    reached = MilestoneStatement.objects.filter(
        milestone__centre=OuterRef("pk"),
        state=State.PUBLISHED,
        kind=MilestoneStatement.Kind.REACHED,
        date_on__lte=on,
    )
    places = Measurement.objects.filter(
        series__centre=OuterRef("pk"),
        state=State.PUBLISHED,
        series__indicator__unit_fr__in=CAPACITY_UNITS,
    )
    return rows.filter(
        Exists(reached.filter(milestone__kind=Milestone.Kind.OPENING)),
        ~Exists(reached.filter(milestone__kind=Milestone.Kind.CLOSING)),
        ~Exists(places),
    )


def _jumping(rows: MeasurementQuerySet, on: date) -> MeasurementQuerySet:
    """Published figures more than ten times, or less than a tenth of, the one before them: `before`."""
    before = Window(
        Lag("value"), partition_by=F("series"), order_by=(F("as_of_on").asc(), F("id").asc())
    )
    return (
        rows.filter(state=State.PUBLISHED, value__gt=0)
        .annotate(before=before)
        .filter(Q(value__gt=F("before") * JUMP) | Q(before__gt=F("value") * JUMP))
    )


def _sourceless(rows: Rows, on: date) -> Rows:
    """Public records that name no source of their own."""
    named = rows.model.sources.through.objects.filter(
        **{rows.model._meta.model_name: OuterRef("pk")}
    )
    return rows.filter(is_public=True).filter(~Exists(named))


_SERIES = ("series__territory",)
_PLACES: dict[type[models.Model], tuple[str, ...]] = {
    Programme: ("territories",),
    Centre: ("territory",),
    Agreement: ("programmes__territories",),
    Milestone: (
        "centre__territory",
        "programme__territories",
        "agreement__programmes__territories",
    ),
    Organisation: (),
    Indicator: (),
}
_CHECKS = (
    QualityCheck("recent", Target, _SERIES, _without_recent_figure),
    QualityCheck("jump", Measurement, _SERIES, _jumping),
    QualityCheck("sum", Target, _SERIES, _uneven),
    QualityCheck("openings", Series, ("territory",), _miscounted),
    QualityCheck("baseline", Target, _SERIES, _without_baseline),
    QualityCheck("places", Centre, _PLACES[Centre], _placeless),
    *(
        QualityCheck("source", model, _PLACES[model], _sourceless)
        for model in (Programme, Centre, Agreement)
    ),
    *(
        QualityCheck("translation", model, places, _untranslated)
        for model, places in _PLACES.items()
    ),
)
CHECKS = {check.key: check for check in _CHECKS}


def counts(
    checks: Iterable[QualityCheck], user: User, on: date, within: int | None = None
) -> dict[str, int]:
    """How many rows each check finds, by its key. The plain ones are counted in one query together."""
    found = {check: check.rows(user, on, within).order_by() for check in checks}
    alone = {check.key: rows for check, rows in found.items() if check.kind in COUNTED_ALONE}
    plain = {check.key: rows for check, rows in found.items() if check.kind not in COUNTED_ALONE}
    return {key: rows.count() for key, rows in alone.items()} | counted(plain)


def share_differences(rows: list[Target], on: date) -> dict[int, str]:
    """By how much the announced shares of some targets miss them, as it is printed."""
    sums = sums_of_shares([row.pk for row in rows], on)
    return {pk: total.difference for pk, total in sums.items()}
