"""What one programme is made of, taken over by another: who takes part, what is promised; no figures, no dates."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from programmes import access
from programmes.languages import CODES
from programmes.models import Milestone, Participation, Programme, Series, Target
from programmes.services.entries import require, require_scope
from programmes.services.promises import SeriesIdentity, free_code, new_series


@transaction.atomic
def copy_structure(source: Programme, into: Programme, *, by: User) -> None:
    """Gives a new programme the organisations, targets and milestones of another, as rows that nobody has seen.

    Targets come without announcements, milestones without dates. What belongs to one centre stays where it is; what
    lies outside the person's own territories is left out.

    Raises:
        PermissionDenied: `by` may not add one of these, or the new programme is not theirs.
    """
    require_scope(by, into)
    _copy_participations(source, into, by)
    _copy_targets(source, into, by)
    _copy_milestones(source, into, by)


def _copy_participations(source: Programme, into: Programme, by: User) -> None:
    for row in access.visible(Participation.objects.filter(programme=source), by):
        require(by, "add", Participation)
        Participation.objects.create(
            programme=into, organisation_id=row.organisation_id, role=row.role
        )


def _copy_targets(source: Programme, into: Programme, by: User) -> None:
    targets = access.visible(Target.objects.filter(series__programme=source), by)
    targets = targets.filter(series__centre=None, series__areas=None, withdrawn_at=None)
    copies: dict[int, Series] = {}
    for row in targets.select_related("series__indicator", "series__territory").order_by("pk"):
        require(by, "add", Target)
        place = SeriesIdentity(row.series.indicator, row.series.territory, into)
        if not access.may_place(by, territory=place.territory, programme=into):
            continue
        series = copies.get(row.series_id) or new_series(place, by=by, **_columns(row.series))
        copies[row.series_id] = series
        target = Target(
            code=free_code(series.code, Target), series=series, responsible_id=row.responsible_id
        )
        target.full_clean()
        target.save()


def _columns(series: Series) -> dict[str, Any]:
    """How a copy of a series is followed: as it is, but for a sum of parts, which it has none of."""
    kept = {name: getattr(series, name) for name in ("interval_months", "delay_days")}
    kept |= {f"name_{code}": getattr(series, f"name_{code}") for code in CODES}
    if series.figures == Series.Figures.MILESTONES:
        kept |= {"figures": series.figures, "counted_kind": series.counted_kind}
    return kept


def _copy_milestones(source: Programme, into: Programme, by: User) -> None:
    rows = access.visible(Milestone.objects.filter(programme=source, withdrawn_at=None), by)
    for row in rows.order_by("pk"):
        require(by, "add", Milestone)
        titles = {f"title_{code}": getattr(row, f"title_{code}") for code in CODES}
        milestone = Milestone(
            code=free_code(f"{into.code}-{row.kind}", Milestone),
            kind=row.kind,
            programme=into,
            **titles,
        )
        milestone.full_clean()
        milestone.save()
