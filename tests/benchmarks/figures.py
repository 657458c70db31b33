"""Rows to measure with: series spread over the provinces, and figures on them."""

import io
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.contrib.auth import get_user_model
from django.db.models import NOT_PROVIDED
from django.utils import timezone

from programmes.models import Indicator, Measurement, Programme, Series, Source, Territory
from programmes.models.guards import guards_lifted
from programmes.models.sealed import seal
from programmes.spreadsheets.importing.sample import load_reference
from programmes.spreadsheets.importing.writing.drafts import insert_rows

HEADER = (
    "ref",
    "series",
    "period_start",
    "as_of",
    "value",
    "percent",
    "numerator",
    "denominator",
    "qualifier",
    "source",
    "note_fr",
    "supersedes",
)

# the columns that rows of figures fill here
SET = (
    "series_id",
    "period_start",
    "as_of_on",
    "as_of_precision",
    "as_of_from",
    "value",
    "numerator",
    "denominator",
    "qualifier",
    "source_id",
    "note",
    "note_fr",
    "supersedes_id",
    "reason",
)
ENTERED = (
    "ref",
    "state",
    "outcome_reason",
    "entered_by_id",
    "changed_by_id",
    "entered_at",
    "changed_at",
)


def insert(found: list[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
    """Adds rows to the table of figures, past every check; columns that are not named are as if left empty."""
    fields = {field.attname: field for field in Measurement._meta.concrete_fields}
    others = [
        one
        for name, one in fields.items()
        if name not in columns
        and not (one.null or one.primary_key or one.db_default is not NOT_PROVIDED)
    ]
    empty = tuple(one.get_default() for one in others)
    named = [fields[name] for name in columns]
    insert_rows(Measurement._meta.db_table, [*named, *others], ((*row, *empty) for row in found))


def make_base(series: int = 1000) -> Any:
    """Territories, one programme, a count and a ratio, and series on them. Returns a superuser."""
    load_reference()
    user = get_user_model().objects.create_superuser("bench")
    places = list(Territory.objects.filter(kind__in=("province", "prefecture")))
    programme = Programme.objects.create(code="bench", name_fr="Banc")
    with guards_lifted("a fill"):
        seal([programme], timezone.now())
    indicators = [
        Indicator.objects.create(
            code="places", name_fr="Places", unit_fr="places", measure="level"
        ),
        Indicator.objects.create(code="rate", name_fr="Taux", unit_fr="%", measure="ratio"),
    ]
    Source.objects.bulk_create(
        Source(
            code=f"source-{n}",
            kind="report",
            title=f"Rapport {n}",
            date_on=date(2026, 6, 30),
            date_precision="day",
        )
        for n in range(50)
    )
    Series.objects.bulk_create(
        Series(
            code=f"serie-{n:05}",
            indicator=indicators[n % 5 == 0],
            territory=places[n % len(places)],
            programme=programme,
        )
        for n in range(series)
    )
    return user


def rows(count: int, *, series: int = 1000, shift: int = 0) -> Any:
    """Rows of a sheet of new figures; `shift` changes every value."""
    for n in range(count):
        number, ratio = n % series, (n % series) % 5 == 0
        day = date(2016, 1, 1) + timedelta(days=30 * (n // series))
        amount = (n * 7 + shift) % 10_000
        yield (
            "",
            f"serie-{number:05}",
            None,
            day,
            None if ratio else amount,
            (amount % 101) if ratio else None,
            None,
            None,
            "about" if n % 3 == 0 else "exactly",
            f"source-{n % 50}",
            f"Note {n % 20}",
            None,
        )


def as_xlsx(header: Any, lines: Any) -> bytes:
    """The rows as a workbook, as an operator would send it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, header)
    for number, line in enumerate(lines, start=1):
        sheet.write_row(number, 0, line)
    book.close()
    return out.getvalue()


def make_drafts(count: int, user: Any, *, series: int = 1000) -> None:
    """The same figures as `rows`, stored as drafts."""
    keys = dict(Series.objects.values_list("code", "pk"))
    sources = dict(Source.objects.values_list("code", "pk"))
    Measurement.objects.bulk_create(
        (
            Measurement(
                series_id=keys[line[1]],
                as_of_on=line[3],
                as_of_precision="day",
                value=line[4] if line[5] is None else line[5] / 100,
                qualifier=line[8],
                source_id=sources[line[9]],
                note_fr=line[10],
                entered_by=user,
            )
            for line in rows(count, series=series)
        ),
        batch_size=5000,
    )
