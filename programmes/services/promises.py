"""Making a promise: the target, its series where there is none yet, and its first announcement."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import (
    Agreement,
    Centre,
    Indicator,
    Organisation,
    Programme,
    Series,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.history import name_author
from programmes.models.names import code_stem
from programmes.services.entries import require, require_scope, revise


@dataclass(frozen=True)
class SeriesIdentity:
    """What is followed and where: enough to find or make a series."""

    indicator: Indicator
    territory: Territory
    programme: Programme | None = None
    centre: Centre | None = None

    @property
    def stem(self) -> str:
        """Of what the code of a series is made that follows it."""
        parts = (self.programme, self.indicator, self.centre or self.territory)
        return "-".join(part.code.lower() for part in parts if part)


def twin_series(place: SeriesIdentity) -> Series | None:
    """The series that already follows the same indicator at the same place, None where there is none."""
    return (
        Series.objects.filter(
            indicator=place.indicator,
            territory=place.territory,
            programme=place.programme,
            centre=place.centre,
            areas=None,
        )
        .order_by("pk")
        .first()
    )


@transaction.atomic
def promise(
    revision: TargetRevision,
    *,
    by: User,
    place: SeriesIdentity | None = None,
    series: Series | None = None,
    code: str = "",
    agreement: Agreement | None = None,
    responsible: Organisation | None = None,
    share_of: Target | None = None,
) -> Target:
    """Makes a target with its first announcement, a draft to be submitted.

    Args:
        revision: the announcement, unsaved and without its target.
        place: where no `series` is given: the series found or made.
        code: the target's key; made from the series where empty.

    Raises:
        PermissionDenied: `by` may not make targets there.
        ValidationError: a rule is broken; the message says what to do.
    """
    require(by, "add", Target)
    if series is None:
        if place is None:
            raise ValidationError(_("Say what is promised and where: indicator and territory."))
        series = twin_series(place) or new_series(place, by=by)
    else:
        require_scope(by, series)
    target = Target(
        code=code or free_code(series.code, Target),
        series=series,
        agreement=agreement,
        responsible=responsible,
        share_of=share_of,
    )
    target.full_clean()
    name_author(target, by)
    target.save()
    revision.target = target
    revise(revision, by=by)
    return target


def free_code(stem: str, model: type[models.Model]) -> str:
    """The stem as a code, with a number behind it where that code is taken."""
    stem = code_stem(stem)[:60].strip("-") or str(model._meta.model_name)
    code, number = stem, 1
    while model._default_manager.filter(code=code).exists():
        number += 1
        code = f"{stem}-{number}"
    return code


def new_series(place: SeriesIdentity, *, by: User, **columns: Any) -> Series:
    """Makes a series that follows something at a place. columns: what it has besides.

    Raises:
        PermissionDenied: the place is not theirs.
    """
    if not access.may_place(by, territory=place.territory, programme=place.programme):
        raise PermissionDenied(_("This place lies outside your territories and programmes."))
    series = Series(
        code=free_code(place.stem, Series),
        indicator=place.indicator,
        territory=place.territory,
        programme=place.programme,
        centre=place.centre,
        **columns,
    )
    series.full_clean()
    name_author(series, by)
    series.save()
    return series
