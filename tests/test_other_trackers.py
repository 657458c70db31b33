"""Defects seen in other trackers that are not arithmetic (those are in tests/calculations/test_other_trackers.py)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import ProtectedError

from programmes.models import Category, Dimension, Measurement, MeasurementShare, State
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.spreadsheets.columns.cells import NumberCell, PreciseDateCell
from programmes.spreadsheets.columns.numbers import read_number
from programmes.spreadsheets.columns.tables import TABLES
from tests.builders import make_target
from tests.conftest import make_member
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


@pytest.mark.parametrize("typed", ["03/04/26", "04-13-2026", "13/14/2026"])
def test_two_ways_of_writing_a_date_are_not_mixed_in_one_column(typed: str) -> None:
    with pytest.raises(ValueError, match=typed):
        PreciseDateCell().clean(typed)


def test_missing_progress_is_no_empty_bar() -> None:
    target = make_target(code="no-figure-yet")
    line = read_page_rows(
        date(2026, 11, 21), targets=type(target).objects.filter(pk=target.pk)
    ).promises()[0]
    assert (line.value, line.percent, line.bar) == ("", "", None)


def test_import_does_not_stop_at_the_first_error() -> None:
    user = make_member("edith", "editor", "MA")
    text = "code,name_fr\nBad,X\nalso bad,Y\n,Z\ngood,W\n"
    plan = make_plan("sectors", text.encode(), "x.csv", by=user)
    assert [error.row for error in plan.errors] == [2, 3, 4]


def test_ratio_has_two_columns_and_no_slash() -> None:
    codes = [column.code for column in TABLES["measurements"]().columns]
    assert {"numerator", "denominator"} <= set(codes)
    with pytest.raises(ValueError, match="3/4"):
        NumberCell().clean("3/4")


@pytest.mark.parametrize("typed", ["1 100,50", "1100,50", "1100.50"])
def test_number_is_read_as_people_write_it(typed: str) -> None:
    assert read_number(typed) == Decimal("1100.5")


def test_breakdown_in_use_cannot_be_removed() -> None:
    row = Measurement.objects.filter(state=State.PUBLISHED).first()
    draft = Measurement.objects.create(
        series=row.series,
        value=10,
        source=row.source,
        as_of_on=row.as_of_on,
        as_of_precision=row.as_of_precision,
        as_of_from=row.as_of_from,
    )
    category = Category.objects.select_related("dimension").first()
    MeasurementShare.objects.create(measurement=draft, category=category, value=4)
    with pytest.raises(ProtectedError):
        category.delete()
    with pytest.raises(ProtectedError):
        Dimension.objects.get(pk=category.dimension_id).delete()
