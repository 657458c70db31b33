"""Plain builders of rows. Each makes what it needs around it, and takes any column by name."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Agreement,
    Centre,
    Evidence,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Organisation,
    Programme,
    Reply,
    Series,
    Site,
    Source,
    State,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.data_version import mark_change
from programmes.models.guards import guards_lifted
from programmes.models.sealed import seal, unsealed_below
from programmes.services.lock import publication_lock
from programmes.services.standings import restate_after, targets_resting_on
from programmes.spreadsheets.importing.sample import data_account, review_account


def day(text: str) -> PreciseDate:
    """A date in the notation of files: 2024-12-31, 2024-12, 2024, 2026-2027, 2023..2024."""
    return PreciseDate.parse(text)


def publish(row: Any, at: datetime | None = None) -> Any:
    """Takes a draft through review, now or at a moment: what it rests on is shown and sealed with it."""
    row.state = State.SUBMITTED
    row.save()
    row.state, row.published_at = State.PUBLISHED, at or timezone.now()
    with guards_lifted("a moment of its own"):
        row.save()
    show(row, row.published_at)
    restate(row)
    return row


@transaction.atomic
def restate(row: Any) -> None:
    """Writes down where the targets stand that a row decides of."""
    with publication_lock() as at:
        series = [one for one in (getattr(row, "series", None),) if one is not None]
        if isinstance(row, TargetRevision):
            series.append(row.target.series)
        restate_after(targets_resting_on(row, *series), at)


def show(record: Any, at: datetime | None = None) -> Any:
    """Shows a record, or what a row rests on, to the public, now or at a moment."""
    with guards_lifted("a moment of its own"):
        unsealed = list(unsealed_below(record))
        seal(unsealed, at or timezone.now())
    mark_change(words=bool(unsealed) or getattr(record, "is_found_by_words", True))
    record.refresh_from_db()
    return record


def _sets(columns: dict[str, Any]) -> dict[str, list[Any]]:
    """Takes the lists out of columns: what fills a many-to-many set, before the record is shown and sealed."""
    return {
        name: columns.pop(name) for name, value in [*columns.items()] if isinstance(value, list)
    }


def _fill(record: Any, sets: dict[str, list[Any]]) -> None:
    for name, rows in sets.items():
        getattr(record, name).set(rows)


def amend(record: Any, reason: str = "Faute de frappe", source: Any = None, **values: Any) -> Any:
    """Changes sealed columns by an amendment that one account enters and another publishes."""
    record.refresh_from_db()
    return published_by_two(
        services.propose_change(record, values, by=data_account(), reason=reason, source=source),
        confirmation="Vérifié sur la source",
    )


def withdraw(record: Any, reason: str = "Compté deux fois", source: Any = None) -> Any:
    """Withdraws what was shown or published, by two accounts."""
    proposal = services.propose_withdrawal(record, by=data_account(), reason=reason, source=source)
    return published_by_two(proposal)


def set_aside_by_two(row: Any, reason: str) -> Any:
    """Sets aside what was published for another source, by two accounts."""
    proposal = services.propose_setting_aside(row, by=data_account(), reason=reason)
    return published_by_two(proposal)


def published_by_two(row: Any, **options: Any) -> Any:
    """A draft taken through review by the services, which write the review log; a second account publishes it."""
    row = services.submit(row, by=data_account(), note="secret note")
    return services.publish(row, by=review_account(), note="secret note", **options)


def set_aside(row: Any, reason: str) -> Any:
    """Takes a draft to where another source was kept."""
    row.state = State.SUBMITTED
    row.save()
    row.state, row.outcome_reason, row.ended_at = State.SET_ASIDE, reason, timezone.now()
    with guards_lifted("a moment of its own"):
        row.save()
    return row


def supersede(row: Any, reason: str) -> Any:
    """Replaces a published row by a later correction."""
    row.state, row.outcome_reason, row.ended_at = State.SUPERSEDED, reason, timezone.now()
    with guards_lifted("a figure that was corrected"):
        row.save()
    return row


def make_country() -> Territory:
    return Territory.objects.get_or_create(
        code="MA",
        defaults={
            "kind": "country",
            "name_fr": "Maroc",
            "name_ar": "المغرب",
            "name_en": "Morocco",
        },
    )[0]


def make_region(code: str = "MA-09", name: str = "Souss-Massa", **columns: Any) -> Territory:
    columns.setdefault("name_fr", name)
    return Territory.objects.get_or_create(
        code=code,
        defaults={
            "kind": "region",
            "parent": make_country(),
            "hcp_code": code[-2:] if code[-2:].isdigit() else "",
            **columns,
        },
    )[0]


def make_province(code: str = "MA-AGD", name: str = "Agadir", **columns: Any) -> Territory:
    columns.setdefault("parent", None)
    columns["parent"] = columns["parent"] or make_region()
    return Territory.objects.get_or_create(
        code=code, defaults={"kind": "province", "hcp_code": "09.001", "name_fr": name, **columns}
    )[0]


def make_source(code: str = "source", on: str = "2024-06-01", **columns: Any) -> Source:
    defaults = {
        "kind": "article",
        "title": "Un article",
        "publisher": "La Gazette",
        "url": "https://example.ma/article",
        "language": "fr",
        "date": day(on),
        **columns,
    }
    found = Source.objects.filter(code=code).first()
    return found or Source.objects.create(code=code, **defaults)


def make_evidence(source: Source, title: str = "Annexe", **columns: Any) -> Evidence:
    defaults = {"url": "https://example.ma/annexe", "language": "fr", **columns}
    return Evidence.objects.create(source=source, title=title, **defaults)


def make_organisation(code: str = "ofppt", **columns: Any) -> Organisation:
    defaults = {"kind": "public_operator", "name_fr": "Office", "acronym": "OFPPT", **columns}
    return Organisation.objects.get_or_create(code=code, defaults=defaults)[0]


def make_programme(code: str = "programme", **columns: Any) -> Programme:
    """A programme that was shown; `is_public=False` leaves it hidden. Lists fill its sets: territories=[region]."""
    is_public, sets = columns.pop("is_public", True), _sets(columns)
    defaults = {"name_fr": f"Programme {code}", **columns}
    row, made = Programme.objects.get_or_create(code=code, defaults=defaults)
    if made:
        _fill(row, sets)
    return show(row) if made and is_public else row


def make_indicator(code: str = "people-trained", **columns: Any) -> Indicator:
    defaults = {
        "name_fr": "Jeunes formés",
        "name_ar": "الشباب المكوَّنون",
        "name_en": "Young people trained",
        "unit_fr": "personnes",
        "measure": "running_total",
        **columns,
    }
    return Indicator.objects.get_or_create(code=code, defaults=defaults)[0]


def make_series(code: str = "series", **columns: Any) -> Series:
    defaults = {
        "indicator": columns.pop("indicator", None) or make_indicator(),
        "territory": columns.pop("territory", None) or make_country(),
        **columns,
    }
    if "programme" not in defaults:
        defaults["programme"] = make_programme()
    return Series.objects.get_or_create(code=code, defaults=defaults)[0]


def make_sum(code: str = "sum", **columns: Any) -> Series:
    """A series that is the sum of those made with `part_of`."""
    return make_series(code, figures="parts", **columns)


def make_target(code: str = "target", **overrides: Any) -> Target:
    """A public target with one published announcement: 1,000 by the end of 2024, announced on 1 January 2021.

    Columns of the target, of its first revision (value, due, announced, baseline …) or `series`, by name. Dates of
    the revision are written as in files. `draft=True` leaves the announcement a draft, and the target hidden.
    """
    columns = {
        name: overrides.pop(name)
        for name in ("agreement", "responsible", "share_of")
        if name in overrides
    }
    overrides.setdefault("draft", not overrides.pop("is_public", True))
    series = overrides.pop("series", None) or make_series(f"{code}-series")
    target = Target.objects.create(code=code, series=series, **columns)
    make_revision(
        target, **{"value": 1000, "due": "2024-12-31", "announced": "2021-01-01", **overrides}
    )
    return target


def make_revision(target: Target, number: int = 1, **columns: Any) -> TargetRevision:
    """A published announcement; `draft=True` leaves it a draft. published: the moment, now where none is given."""
    draft, at = columns.pop("draft", False), columns.pop("published", None)
    for name in ("due", "announced"):
        if name in columns:
            columns[name] = day(columns[name] or "")
    for name in ("value", "baseline"):
        if columns.get(name) is not None:
            columns[name] = Decimal(str(columns[name]))
    columns.setdefault("source", make_source())
    row = TargetRevision.objects.create(target=target, number=number, **columns)
    return row if draft else publish(row, at)


def make_measurement(series: Series, on: str, value: object = None, **columns: Any) -> Measurement:
    """A published figure; `draft=True` leaves it a draft."""
    draft = columns.pop("draft", False)
    columns.setdefault("source", make_source())
    row = Measurement.objects.create(
        series=series,
        as_of=day(on),
        value=None if value is None else Decimal(str(value)),
        **columns,
    )
    return row if draft else publish(row)


def make_centre(code: str = "centre", **columns: Any) -> Centre:
    """A centre that was shown; `is_public=False` leaves it hidden. Lists fill its sets: programmes=[programme]."""
    is_public, sets = columns.pop("is_public", True), _sets(columns)
    row = Centre.objects.create(
        code=code,
        **{
            "kind": "city",
            "name_fr": f"Cité {code}",
            "territory": columns.pop("territory", None) or make_region(),
            **columns,
        },
    )
    _fill(row, sets)
    return show(row) if is_public else row


def make_agreement(code: str = "agreement", **columns: Any) -> Agreement:
    """An agreement that was shown; `is_public=False` leaves it hidden. Lists fill its sets: programmes=[programme]."""
    is_public, sets = columns.pop("is_public", True), _sets(columns)
    row = Agreement.objects.create(
        code=code,
        **{
            "kind": "framework",
            "title_fr": f"Convention {code}",
            "date": day("2021-02-17"),
            **columns,
        },
    )
    _fill(row, sets)
    return show(row) if is_public else row


def make_milestone(code: str = "opening", kind: str = "opening", **columns: Any) -> Milestone:
    """A milestone that was shown; `is_public=False` leaves it hidden."""
    is_public = columns.pop("is_public", True)
    row = Milestone.objects.create(code=code, kind=kind, **{"title_fr": f"Jalon {code}", **columns})
    return show(row) if is_public else row


def make_statement(
    milestone: Milestone, kind: str, on: str, announced: str, number: int = 1, **columns: Any
) -> MilestoneStatement:
    """A published statement; `draft=True` leaves it a draft."""
    draft = columns.pop("draft", False)
    columns.setdefault("source", make_source())
    row = MilestoneStatement.objects.create(
        milestone=milestone,
        kind=kind,
        number=number,
        date=day(on),
        announced=day(announced),
        **columns,
    )
    return row if draft else publish(row)


def days_before(today: date, count: int) -> str:
    """A day in the notation of files, counted back from another."""
    return date.fromordinal(today.toordinal() - count).isoformat()


def make_reply(target: Target, code: str = "reply", **columns: Any) -> Reply:
    """A published reply beside a target; `draft=True` leaves it a draft."""
    draft = columns.pop("draft", False)
    values = {
        "organisation": columns.pop("organisation", None) or make_organisation(),
        "date": day("2024-05-01"),
        "text": "Le chantier a repris.",
        "source": columns.pop("source", None) or make_source(),
        **columns,
    }
    row = Reply.objects.create(code=code, target=target, **values)
    return row if draft else publish(row)


def make_site(**columns: Any) -> Site:
    """The record of the site; any column by name."""
    defaults = {
        "name_fr": "Promesses suivies",
        "name_ar": "تتبع الوعود",
        "name_en": "Promises followed",
        "publisher_fr": "Observatoire",
        "contact": "contact@example.ma",
        **columns,
    }
    return Site.objects.create(**defaults)
