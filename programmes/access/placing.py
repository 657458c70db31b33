"""Where a person puts rows, which columns they leave alone, and what they are told otherwise."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.access.assigned import (
    has_national_scope,
    is_staff,
    shares_reference_tables,
    territories_of,
    whole_programmes,
)
from programmes.access.rows import ENTERED, NATIONAL, may_change
from programmes.models import (
    Agreement,
    Centre,
    Evidence,
    Participation,
    Programme,
    Signature,
    Stage,
    Territory,
)

# what a territory is and where it lies decides whose everything in it is
_HELD: dict[type[models.Model], frozenset[str]] = {
    Territory: frozenset({"code", "hcp_code", "kind", "parent"}),
}
_NATIONAL = _(
    "This is kept for the whole country: only those to whom all of it is assigned may do it."
)
_TERRITORY = _(
    "A territory is changed by those to whom it is assigned. Only those to whom the whole country is assigned add, "
    "move or remove one."
)
_ENTERED = _(
    "This is changed by whoever entered it, and by those to whom the whole country is assigned."
)
_PROGRAMME = _(
    "A programme is changed by those to whom all its territories, or the programme itself, are assigned."
)
_AGREEMENT = _("An agreement is changed by those who may change all its programmes.")
_SENTENCES: dict[type[models.Model], Any] = {
    **dict.fromkeys(NATIONAL, _NATIONAL),
    Territory: _TERRITORY,
    **dict.fromkeys((*ENTERED, Evidence), _ENTERED),
    **dict.fromkeys((Programme, Participation, Stage), _PROGRAMME),
    **dict.fromkeys((Agreement, Signature), _AGREEMENT),
    Centre: _("A centre is changed by those to whom its territory is assigned."),
}


def may_add(user: User, model: type[models.Model]) -> bool:
    """Whether a member of staff may add to a table at all; where to, other questions say."""
    if model in NATIONAL or model is Territory:
        return has_national_scope(user)
    return shares_reference_tables(user)


def may_delete(user: User, row: models.Model) -> bool:
    """Whether a member of staff may remove a saved row. Says nothing of permissions on the table."""
    return may_change(user, row) and may_add(user, type(row))


def may_place_programme(
    user: User, *, territories: Iterable[Territory], itself_and_parent: Iterable[Programme | None]
) -> bool:
    """Whether a programme in those territories would be a person's own.

    itself_and_parent: the programme where it is stored already, and the one it is to be part of.
    """
    if has_national_scope(user):
        return True
    if not is_staff(user):
        return False
    programmes = {work.pk for work in itself_and_parent if work is not None and work.pk}
    places = {place.pk for place in territories}
    if programmes & whole_programmes(user):
        return True
    return bool(places) and places <= territories_of(user, programmes)


def may_place_centre(
    user: User, *, territory: Territory | None, programmes: Iterable[Programme]
) -> bool:
    """Whether a centre in that territory, used by those programmes, would be a person's own."""
    if has_national_scope(user):
        return True
    if not is_staff(user) or territory is None:
        return False
    return territory.pk in territories_of(user, {work.pk for work in programmes})


def may_place_agreement(user: User, *, programmes: Iterable[Programme]) -> bool:
    """Whether an agreement on those programmes would be a person's own. One that the same file makes counts."""
    if has_national_scope(user):
        return True
    found = list(programmes)
    return bool(found) and all(work.pk is None or may_change(user, work) for work in found)


def held_columns(user: User, model: type[models.Model]) -> frozenset[str]:
    """The columns that a person may not change on rows of a table that they may change otherwise."""
    held = _HELD.get(model, frozenset())
    return held if held and not has_national_scope(user) else frozenset()


def outside_sentence(model: type[models.Model]) -> str:
    """What to tell somebody about a row of this table that they may not change."""
    sentence = _SENTENCES.get(model)
    return str(sentence or _("This record lies outside your territories and programmes."))
