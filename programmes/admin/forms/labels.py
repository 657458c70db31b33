"""Records named so that a person recognises them: what is counted, of what, where."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.models import (
    Amendment,
    Category,
    Centre,
    Measurement,
    MeasurementShare,
    MilestoneStatement,
    Participation,
    Reply,
    Series,
    Signature,
    Source,
    State,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)
from programmes.models.review import Reviewed
from programmes.selectors.wording.formats import (
    Unit,
    date_words,
    day_words,
    number,
    percentage,
    qualified,
    unit_of,
)
from programmes.selectors.wording.texts import named_apart
from programmes.spreadsheets.importing.sample import OWN_ACCOUNTS

# What the label of a series reads.
_OF_SERIES = ("indicator", "programme", "centre", "territory")
# What the label of each table reads: to be selected with it.
RELATED: dict[type, tuple[str, ...]] = {
    Series: _OF_SERIES,
    Target: tuple(f"series__{name}" for name in _OF_SERIES),
    Measurement: tuple(f"series__{name}" for name in _OF_SERIES),
    TargetRevision: tuple(f"target__series__{name}" for name in _OF_SERIES),
    MilestoneStatement: ("milestone",),
    Reply: (
        "organisation",
        *(f"target__series__{name}" for name in _OF_SERIES),
        "milestone",
    ),
    Category: ("dimension",),
    Centre: ("territory",),
    Participation: ("programme", "organisation"),
    Signature: ("agreement", "organisation"),
}


def label_of(row: Any) -> str:
    """A row in the words of the current language, by names and never by its code. Needs the relations of RELATED.

    Each name keeps its own direction: in lists, messages and options it may stand beside words of another one.
    """
    match row:
        case Series():
            return joined(*row.names())
        case Target():
            said = getattr(row, "announcements", None)
            promised = promise_words(row.series, said[0]) if said else ""
            return f"{label_of(row.series)} : {promised}" if promised else label_of(row.series)
        case TargetRevision():
            return f"{label_of(row.target.series)} – {_('no. %(number)s') % {'number': row.number}}"
        case Measurement():
            return f"{label_of(row.series)} – {written(row.as_of)}"
        case MilestoneStatement():
            return joined(row.milestone, row.get_kind_display())
        case Waypoint():
            return f"{day_words(row.on)} : {number(row.value, 4)}"
        case MeasurementShare():
            return f"{label_of(row.category)} : {number(row.value, 4)}"
        case Centre():
            return _with_place(row)
        case Amendment() | Reply():
            return review_label(row)
        case Territory():
            return f"{named_apart(str(row))} ({row.get_kind_display()})"
        case Source():
            return joined(*filter(None, (row.publisher, row.title)))
        case Category():
            return joined(row.dimension, row.name)
        case Participation():
            return joined(row.organisation, row.get_role_display())
        case Signature():
            return joined(row.agreement, row.organisation)
    return named_apart(str(row))


def person_words(account: User) -> str:
    """Who did something: the name of an account, or the site itself where no person did. Empty for nobody."""
    if account is None:
        return ""
    return _("the site (data it came with)") if account.username in OWN_ACCOUNTS else str(account)


def joined(*names: Any) -> str:
    """Names in a row, each of which keeps its own direction."""
    return " – ".join(named_apart(str(one)) for one in names)


def _with_place(centre: Centre) -> str:
    """A centre with where it stands, unless its name says so."""
    name, place = str(centre), centre.locality or str(centre.territory)
    return named_apart(name) if place in name else f"{named_apart(name)} ({named_apart(place)})"


def with_announcements(targets: QuerySet[Any]) -> QuerySet[Any]:
    """Targets with what was announced of them, the last first: their labels then say what is promised."""
    announced = TargetRevision.objects.order_by("-number")
    return targets.prefetch_related(Prefetch("revisions", announced, to_attr="announcements"))


def find_records(rows: Iterable[Amendment]) -> None:
    """Reads the records that proposals speak of, once for each table: `found` of each."""
    by_table: dict[type[models.Model], list[Amendment]] = {}
    for row in rows:
        by_table.setdefault(row.model, []).append(row)
    for model, some in by_table.items():
        records = model._base_manager.select_related(*RELATED.get(model, ()))
        found = records.in_bulk({row.record for row in some})
        for row in some:
            row.found = found.get(row.record)


def found_record(obj: Amendment) -> models.Model | None:
    """The record that a proposal speaks of, read once."""
    if not hasattr(obj, "found"):
        find_records([obj])
    return obj.found


def code_sign(code: str) -> str:
    """A code as it is typed: among Arabic words its parts would change places."""
    return f"\u2066{code}\u2069" if get_language_bidi() else code


def written(when: Any) -> str:
    """A precise date in words; empty where it is unknown."""
    return date_words(when) if when.last else ""


def figure_words(series: Series, row: Any) -> str:
    """The figure of a measurement or a revision with its qualifier and unit; a ratio as a percentage."""
    return "" if row.value is None else _whole(series).amount(row.value, row.qualifier)


def promise_words(series: Series, row: TargetRevision) -> str:
    """What was announced: the figure, and by when; either may be empty."""
    figure, due = figure_words(series, row), written(row.due)
    if not figure or not due:
        return figure or due
    return _("%(figure)s by %(due)s") % {"figure": figure, "due": due}


def plain_figure(series: Series, amount: Any) -> str:
    """An amount of a series as it is printed."""
    return _whole(series).amount(amount)


def _whole(series: Series) -> Unit:
    """The unit of a series with every decimal that is kept: staff see what is stored."""
    unit = unit_of(series.indicator)
    return unit._replace(decimals=2 if unit.is_ratio else 4)


def measured_words(row: Measurement) -> str:
    """The figure of a measurement: its value, or what its numerator is of its denominator."""
    if row.value is not None:
        return figure_words(row.series, row)
    if not row.denominator or row.numerator is None:
        return ""
    share = percentage(row.numerator / row.denominator, 1)
    return _("%(share)s (%(part)s of %(whole)s)") % {
        "share": qualified(share, row.qualifier),
        "part": number(row.numerator, 4),
        "whole": number(row.denominator, 4),
    }


def review_label(row: Reviewed) -> str:
    """A reviewed record with its figure, for lists of what is about to be published."""
    if isinstance(row, Measurement):
        return f"{label_of(row)} : {measured_words(row)}"
    if isinstance(row, TargetRevision):
        promised = promise_words(row.target.series, row)
        return f"{label_of(row)} : {promised}" if promised else label_of(row)
    if isinstance(row, Amendment):
        record = found_record(row)
        if record is None:
            name = f"{row.model._meta.verbose_name} {code_sign(row.key)}"
        else:
            name = review_label(record) if isinstance(record, Reviewed) else label_of(record)
        # the name is made of names that keep their direction
        return f"{capfirst(row.get_kind_display())} – {name}"
    if isinstance(row, Reply):
        return f"{label_of(row.organisation)} {written(row.date)}".strip()
    said: Any = row  # of a milestone
    return f"{label_of(row)} {written(said.date)}".strip()


def state_mark(row: Reviewed) -> SafeString:
    """The state of a row in words, with its shape."""
    return format_html(
        '<span class="state state-{}">{}</span>',
        row.state.replace("_", "-"),
        State(row.state).label,
    )
