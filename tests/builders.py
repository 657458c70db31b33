"""Plain builders of rows. Each makes what it needs around it, and takes any column by name."""

from datetime import date
from decimal import Decimal
from typing import Any

from programmes.calculations.dates import PreciseDate
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
    Source,
    State,
    Target,
    TargetRevision,
    Territory,
)


def day(text: str) -> PreciseDate:
    """A date in the notation of files: 2024-12-31, 2024-12, 2024, 2026-2027, 2023..2024."""
    return PreciseDate.parse(text)


def publish(row: Any) -> Any:
    """Takes a draft through review."""
    for state in (State.SUBMITTED, State.PUBLISHED):
        row.state = state
        row.save()
    return row


def set_aside(row: Any, reason: str) -> Any:
    """Takes a draft to where another source was kept."""
    row.state = State.SUBMITTED
    row.save()
    row.state, row.outcome_reason = State.SET_ASIDE, reason
    row.save()
    return row


def supersede(row: Any, reason: str) -> Any:
    """Replaces a published row by a later correction."""
    row.state, row.outcome_reason = State.SUPERSEDED, reason
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


def make_organisation(code: str = "ofppt", **columns: Any) -> Organisation:
    defaults = {"kind": "public_operator", "name_fr": "Office", "acronym": "OFPPT", **columns}
    return Organisation.objects.get_or_create(code=code, defaults=defaults)[0]


def make_programme(code: str = "programme", **columns: Any) -> Programme:
    defaults = {"name_fr": f"Programme {code}", "is_public": True, **columns}
    return Programme.objects.get_or_create(code=code, defaults=defaults)[0]


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


def make_target(code: str = "target", **overrides: Any) -> Target:
    """A public target with one published announcement: 1,000 by the end of 2024, announced on 1 January 2021.

    Columns of the target, of its first revision (value, due, announced, baseline …) or `series`, by name. Dates of
    the revision are written as in files. `draft=True` leaves the announcement a draft.
    """
    columns = {
        name: overrides.pop(name)
        for name in ("agreement", "responsible", "part_of", "measured_by", "is_public")
        if name in overrides
    }
    series = overrides.pop("series", None) or make_series(f"{code}-series")
    target = Target.objects.create(code=code, series=series, **columns)
    make_revision(
        target, **{"value": 1000, "due": "2024-12-31", "announced": "2021-01-01", **overrides}
    )
    return target


def make_revision(target: Target, number: int = 1, **columns: Any) -> TargetRevision:
    """A published announcement; `draft=True` leaves it a draft."""
    draft = columns.pop("draft", False)
    for name in ("due", "announced"):
        if name in columns:
            columns[name] = day(columns[name] or "")
    for name in ("value", "baseline"):
        if columns.get(name) is not None:
            columns[name] = Decimal(str(columns[name]))
    columns.setdefault("source", make_source())
    row = TargetRevision.objects.create(target=target, number=number, **columns)
    return row if draft else publish(row)


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
    return Centre.objects.create(
        code=code,
        **{
            "kind": "city",
            "name_fr": f"Cité {code}",
            "territory": columns.pop("territory", None) or make_region(),
            "is_public": True,
            **columns,
        },
    )


def make_agreement(code: str = "agreement", **columns: Any) -> Agreement:
    return Agreement.objects.create(
        code=code,
        **{
            "kind": "framework",
            "title_fr": f"Convention {code}",
            "date": day("2021-02-17"),
            "is_public": True,
            **columns,
        },
    )


def make_milestone(code: str = "opening", kind: str = "opening", **columns: Any) -> Milestone:
    return Milestone.objects.create(
        code=code, kind=kind, **{"title_fr": f"Jalon {code}", **columns}
    )


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
