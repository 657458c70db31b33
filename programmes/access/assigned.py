"""What is assigned to a member of staff, and which territories and programmes lie in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.contrib.auth.models import User

from programmes import country
from programmes.models import Assignment, Programme, Territory

# the territory and the programme of an assignment; one of them may be None
Pair = tuple[int | None, int | None]

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("scope_answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within it, the database is asked once for what is assigned to a person and what lies where.

    For reading one page: whoever writes an assignment, a territory or a programme must not be within it.
    """
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def asked_once(question: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A question about one person or record whose answer is kept while `remembering`."""

    @wraps(question)
    def ask(subject: Any) -> Any:
        answers = _answers.get()
        if answers is None:
            return question(subject)
        key = (question.__name__, getattr(subject, "pk", subject))
        if key not in answers:
            answers[key] = question(subject)
        return answers[key]

    return ask


def is_staff(user: User) -> bool:
    """Whether somebody is a member of staff whose account is open."""
    return bool(user and user.is_active and user.is_staff)


@asked_once
def _assignments(user: User) -> list[tuple[int | None, int | None, str | None]]:
    rows = Assignment.objects.filter(user=user)
    return list(rows.values_list("territory_id", "programme_id", "territory__code"))


def assigned(user: User) -> list[Pair]:
    """What is assigned to a person."""
    return [(place, work) for place, work, _code in _assignments(user)]


def has_national_scope(user: User) -> bool:
    """Whether the whole country is a person's: a superuser's, or theirs to whom it is assigned without a
    programme."""
    if not is_staff(user):
        return False
    return user.is_superuser or any(
        code == country.CODE and work is None for _place, work, code in _assignments(user)
    )


def shares_reference_tables(user: User) -> bool:
    """Whether a member of staff uses the tables that all share: any assignment is enough."""
    return is_staff(user) and (user.is_superuser or bool(assigned(user)))


def may_place(user: User, *, territory: Territory | None, programme: Programme | None) -> bool:
    """Whether a member of staff may put a new row at a territory and programme. Neither given: never, but for those
    with national scope."""
    if has_national_scope(user):
        return True
    if not is_staff(user):
        return False
    for place, work in assigned(user):
        placed = place is None or (territory is not None and territory.pk in inside(place))
        worked = work is None or (
            programme is not None and programme.pk in programme_and_parts(work)
        )
        if placed and worked:
            return True
    return False


@asked_once
def inside(territory_id: int) -> set[int]:
    """A territory and all that lie in it."""
    return set(Territory.objects.within({territory_id}).values_list("pk", flat=True))


@asked_once
def above(territory_id: int) -> set[int]:
    """The territories that contain this one."""
    parents = (
        Territory.objects.filter(pk=territory_id)
        .values_list("parent_id", "parent__parent_id")
        .first()
        or ()
    )
    return {pk for pk in parents if pk}


@asked_once
def programme_and_parts(programme_id: int) -> set[int]:
    """A programme and those that are part of it, at any depth."""
    found, edge = {programme_id}, {programme_id}
    while edge:
        edge = set(Programme.objects.filter(parent__in=edge).values_list("pk", flat=True)) - found
        found |= edge
    return found


def whole_territories(user: User) -> set[int]:
    """The territories that are a person's whatever the programme."""
    return {
        pk
        for place, work in assigned(user)
        if place is not None and work is None
        for pk in inside(place)
    }


def whole_programmes(user: User) -> set[int]:
    """The programmes that are a person's wherever they run."""
    return {
        pk
        for place, work in assigned(user)
        if place is None and work is not None
        for pk in programme_and_parts(work)
    }


def territories_of(user: User, programme_ids: set[int]) -> set[int]:
    """The territories in which a person keeps one of those programmes: a programme, and what it is part of."""
    found = whole_territories(user)
    for place, work in assigned(user):
        if place is not None and work is not None and programme_and_parts(work) & programme_ids:
            found |= inside(place)
    return found
