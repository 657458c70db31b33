"""What makes a figure or a promise doubtful: in sentences that hold both values."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from programmes.models import Measurement, Series
from programmes.models.plausibility import (
    Doubt,
    Reference,
    doubts,
    doubts_of,
    doubts_of_figures,
    published_of,
)
from tests.builders import (
    make_centre,
    make_indicator,
    make_measurement,
    make_milestone,
    make_province,
    make_revision,
    make_series,
    make_statement,
    make_target,
    publish,
)

TOTAL = Reference(
    measure="running_total",
    decimals=0,
    last=Decimal(1000),
    last_on=date(2024, 5, 29),
    promised=Decimal(15000),
    due_on=date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("value", "on", "found"),
    [
        ("1001", date(2025, 1, 1), []),
        ("1000", date(2025, 1, 1), []),
        ("9999", date(2025, 1, 1), []),
        ("10000", date(2025, 1, 1), [Doubt.TEN_TIMES_MORE]),
        ("15000", date(2025, 1, 1), [Doubt.TEN_TIMES_MORE]),
        ("15001", date(2025, 1, 1), [Doubt.TEN_TIMES_MORE, Doubt.ABOVE_PROMISE]),
        ("999", date(2025, 1, 1), [Doubt.FALLING_TOTAL]),
        ("100", date(2025, 1, 1), [Doubt.TEN_TIMES_LESS, Doubt.FALLING_TOTAL]),
        # no tenth of anything; what is no total may fall to zero, and is looked at
        ("0", date(2025, 1, 1), [Doubt.FALLING_TOTAL]),
        ("-1", date(2025, 1, 1), [Doubt.TEN_TIMES_LESS, Doubt.FALLING_TOTAL, Doubt.BELOW_ZERO]),
        ("1000.5", date(2025, 1, 1), [Doubt.DECIMALS]),
        ("1001", date(2026, 12, 31), []),
        ("1001", date(2027, 1, 1), [Doubt.AFTER_DUE]),
    ],
)
def test_value_is_held_against_the_last_and_the_promise(
    value: str, on: date, found: list[Doubt]
) -> None:
    assert doubts(Decimal(value), on, TOTAL) == found


@pytest.mark.parametrize(
    ("value", "measure", "found"),
    [
        ("990", "running_total", []),
        ("1000", "running_total", []),
        ("1001", "running_total", [Doubt.NEXT_FALLS]),
        ("1001", "level", []),
        ("100", "running_total", [Doubt.NEXT_TEN_TIMES_MORE]),
        ("101", "running_total", []),
        ("10000", "running_total", [Doubt.NEXT_TEN_TIMES_LESS, Doubt.NEXT_FALLS]),
        ("10000", "level", [Doubt.NEXT_TEN_TIMES_LESS]),
        ("0", "running_total", []),
    ],
)
def test_late_figure_is_held_against_the_next_one_too(
    value: str, measure: str, found: list[Doubt]
) -> None:
    reference = Reference(measure, following=Decimal(1000), following_on=date(2024, 5, 29))
    assert doubts(Decimal(value), date(2024, 1, 1), reference) == found


def test_first_figure_without_a_promise_is_not_doubted() -> None:
    assert doubts(Decimal(10**9), None, Reference(measure="level", decimals=0)) == []


@pytest.mark.django_db
def test_figure_says_what_is_doubtful_with_both_values() -> None:
    series = make_series("s", indicator=make_indicator(decimals=0))
    make_target("t", series=series, value=15000, due="2026-12-31")
    make_measurement(series, "2024-05-29", 1000)
    row = make_measurement(series, "2024-06-01", 1490000, draft=True)
    assert [text.replace("\xa0", " ").replace("\u202f", " ") for text in doubts_of(row)] == [
        "1 490 000 vaut dix fois la valeur précédente ou davantage : 1 000 au 29/05/2024.",
        "1 490 000 dépasse ce qui a été promis : 15 000.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2023-05-29", []),
        ("2024-09-25", []),
        (
            "2022-05-28",
            [
                "La correction déplace le chiffre du 29/05/2024 au 28/05/2022, de plus du temps qui sépare deux "
                "chiffres."
            ],
        ),
    ],
)
def test_correction_that_moves_a_figure_far_away_is_doubtful(on: str, said: list[str]) -> None:
    series = make_series("s", indicator=make_indicator(decimals=0))
    figure = make_measurement(series, "2024-05-29", 1000)
    row = make_measurement(series, on, 1100, supersedes=figure, reason="Date mal lue", draft=True)
    assert doubts_of(row) == said
    assert doubts_of_figures([row]) == ({row.pk: said} if said else {})


@pytest.mark.django_db
def test_late_figure_says_what_it_makes_of_the_next_one() -> None:
    series = make_series("s", indicator=make_indicator(decimals=0))
    make_measurement(series, "2024-05-29", 1000)
    row = make_measurement(series, "2023-05-29", 12000, draft=True)
    assert [text.replace("\xa0", " ").replace("\u202f", " ") for text in doubts_of(row)] == [
        "La valeur suivante, 1 000 au 29/05/2024, vaut un dixième de 12 000 ou moins.",
        "La valeur suivante, 1 000 au 29/05/2024, est inférieure à 12 000, alors qu’un cumul ne diminue pas.",
    ]


@pytest.mark.django_db
def test_ratio_of_a_fraction_is_held_against_the_one_before() -> None:
    series = make_series("s", indicator=make_indicator(measure="ratio"))
    for on, above, draft in (("2023-12-31", 50, False), ("2024-12-31", 5, True)):
        row = make_measurement(
            series, on, None, numerator=Decimal(above), denominator=Decimal(100), draft=draft
        )
    assert [text.replace("\xa0", " ").replace("\u202f", " ") for text in doubts_of(row)] == [
        "5 % vaut un dixième de la valeur précédente ou moins : 50 % au 31/12/2023."
    ]


@pytest.mark.django_db
def test_announcement_ten_times_the_last_is_doubtful_and_a_lower_one_is_not() -> None:
    target = make_target("t", series=make_series("s"), value=15000, due="2026-12-31")
    columns: dict[str, Any] = {"due": "2026-12-31", "announced": "2024-01-01", "draft": True}
    higher = make_revision(target, 2, value=150000, **columns)
    lower = make_revision(target, 3, value=12000, **columns)
    assert [text.replace("\xa0", " ").replace("\u202f", " ") for text in doubts_of(higher)] == [
        "150 000 vaut dix fois la valeur précédente ou davantage : 15 000 au 01/01/2021."
    ]
    assert doubts_of(lower) == []


@pytest.mark.django_db
def test_first_figure_of_a_part_added_to_a_sum_that_readers_know_is_doubtful() -> None:
    whole = make_series("whole", figures="parts")
    known = make_series("known", territory=make_province(), part_of=whole)
    make_target("t", series=whole, value=1000, due="2026-12-31")
    first = make_measurement(known, "2024-05-29", 100, draft=True)
    # a sum between the two that nobody reads yet
    between = make_series("between", territory=make_province(), figures="parts", part_of=whole)
    added = make_series("added", territory=make_province(), part_of=between)
    late = make_measurement(added, "2024-05-29", 100, draft=True)
    first, late = Measurement.objects.filter(pk__in=[first.pk, late.pk]).order_by("pk")
    said = [
        f"Le total «\xa0{whole.indicator.name}, {whole.territory.name}\xa0», que les lecteurs connaissent déjà, "
        "compte désormais cette série."
    ]
    assert (doubts_of(first), doubts_of(late)) == ([], said)
    assert doubts_of_figures([first, late]) == {late.pk: said}
    make_measurement(added, "2023-05-29", 90)
    assert doubts_of(Measurement.objects.get(pk=late.pk)) == []


@pytest.mark.django_db
def test_part_with_a_promise_of_its_own_joins_a_sum_with_its_first_figure() -> None:
    whole = make_series("whole", figures="parts")
    make_target("t", series=whole, value=1000, due="2026-12-31")
    added = make_series("added", territory=make_province(), part_of=whole)
    own = make_target("own", series=added, value=100, due="2026-12-31", draft=True)
    promise = own.revisions.get()
    assert "compte désormais cette série" in doubts_of(promise)[0]
    publish(promise)
    row = make_measurement(Series.objects.get(code="added"), "2024-05-29", 50, draft=True)
    assert len(doubts_of(row)) == 1
    assert "compte désormais cette série" in doubts_of(row)[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (9999, []),
        (14900, ["14 900 vaut dix fois ce qui est corrigé, 1 000, ou davantage."]),
        (100, ["100 vaut un dixième de ce qui est corrigé, 1 000, ou moins."]),
    ],
)
def test_correction_is_held_against_what_it_corrects(value: int, said: list[str]) -> None:
    series = make_series("s", indicator=make_indicator(decimals=0))
    figure = make_measurement(series, "2024-05-29", 1000)
    row = make_measurement(
        series, "2024-05-29", value, supersedes=figure, reason="Mal recopié", draft=True
    )
    found = [text.replace("\xa0", " ").replace("\u202f", " ") for text in doubts_of(row)]
    assert found == said
    listed = [
        text.replace("\xa0", " ").replace("\u202f", " ")
        for text in doubts_of_figures([row]).get(row.pk, [])
    ]
    assert listed == said


@pytest.mark.django_db
def test_a_second_figure_of_one_day_is_doubtful_until_one_of_both_is_gone() -> None:
    series = make_series("s", indicator=make_indicator(decimals=0))
    published = make_measurement(series, "2024-05-29", 1000)
    second = make_measurement(series, "2024-05-29", 1001, draft=True)
    waits = make_measurement(series, "2024-06-30", 1100, draft=True)
    beside = make_measurement(series, "2024-06-30", 1101, draft=True)
    first = (
        "1 000 est déjà publié au 29/05/2024, et il n’y a qu’un chiffre par jour : s’il est faux, corrigez-le au lieu "
        "d’en saisir un autre."
    )
    another = "Un autre chiffre au 30/06/2024, {}, est déjà saisi et pas encore publié : l’un des deux au plus le sera."
    said = {
        second.pk: [first],
        waits.pk: [another.format("1 101")],
        beside.pk: [another.format("1 100")],
    }
    rows = Measurement.objects.filter(pk__in=said)
    known = published_of({series.pk})[series.pk]
    assert {row.pk: plain(doubts_of(row)) for row in rows} == said
    assert {row.pk: plain(doubts_of(row, known)) for row in rows} == said
    assert {key: plain(found) for key, found in doubts_of_figures(rows).items()} == said
    beside.delete()
    assert doubts_of(Measurement.objects.get(pk=waits.pk)) == []
    correction = make_measurement(
        series, "2024-05-29", 1002, supersedes=published, reason="Mal recopié", draft=True
    )
    second.delete()
    assert doubts_of(Measurement.objects.get(pk=correction.pk)) == []


@pytest.mark.django_db
def test_two_figures_of_one_day_and_two_periods_are_two_figures() -> None:
    series = make_series("s", indicator=make_indicator(measure="per_period", decimals=0))
    make_measurement(series, "2024-12-31", 1000, period_start=date(2024, 1, 1))
    row = make_measurement(series, "2024-12-31", 500, period_start=date(2024, 7, 1), draft=True)
    assert doubts_of(row) == []


def plain(sentences: list[str]) -> list[str]:
    return [text.replace("\xa0", " ").replace("\u202f", " ") for text in sentences]


@pytest.mark.django_db
def test_a_fall_to_zero_is_doubtful_from_both_sides() -> None:
    series = make_series("s", indicator=make_indicator(measure="level", decimals=0))
    make_measurement(series, "2024-05-29", 2000)
    row = make_measurement(series, "2024-09-30", 0, draft=True)
    assert plain(doubts_of(row)) == ["La valeur est nulle, après 2 000 au 29/05/2024."]
    publish(row)
    late = make_measurement(series, "2024-08-31", 1900, draft=True)
    assert plain(doubts_of(late)) == ["La valeur suivante, au 30/09/2024, est nulle."]
    # the first figures of a programme grow from nothing
    after = make_measurement(series, "2024-10-31", 300, draft=True)
    assert doubts_of(after) == []


@pytest.mark.django_db
def test_what_was_over_when_it_was_announced_is_doubtful() -> None:
    columns: dict[str, Any] = {"announced": "2024-09-15", "draft": True}
    target = make_target("t", series=make_series("s"), value=1500, due="2010-12", **columns)
    said = "La date annoncée, 31/12/2010, était déjà passée au jour de l’annonce, 15/09/2024."
    assert doubts_of(target.revisions.get()) == [said]
    milestone = make_milestone(centre=make_centre("c"))
    plan = make_statement(milestone, "planned", "1995", "2024-09-15", 1, draft=True)
    assert doubts_of(plan) == [said.replace("31/12/2010", "31/12/1995")]
    soon = make_statement(milestone, "planned", "2024-09", "2024-09-15", 2, draft=True)
    assert doubts_of(soon) == []
    reached = make_statement(milestone, "reached", "1995", "2024-09-15", 3, draft=True)
    assert doubts_of(reached) == []


@pytest.mark.django_db
def test_figure_is_not_held_against_a_promise_that_was_given_up() -> None:
    series = make_series("s", indicator=make_indicator(decimals=0))
    target = make_target("t", series=series, value=15000, due="2023-12-31")
    row = make_measurement(series, "2024-06-01", 16000, draft=True)
    assert len(doubts_of(row)) == 2
    make_revision(target, 2, kind="abandoned", announced="2024-02-01", reason="Abandonné")
    assert doubts_of(row) == []
    assert published_of([series.pk])[series.pk].promise is None


@pytest.mark.django_db
def test_figure_is_held_against_the_other_promise_where_the_last_one_was_given_up() -> None:
    series = make_series("s", indicator=make_indicator(decimals=0))
    make_target("first", series=series, value=900, due="2030-12-31")
    last = make_target("last", series=series, value=15000, due="2023-12-31")
    make_revision(last, 2, kind="abandoned", announced="2024-02-01", reason="Abandonné")
    assert published_of([series.pk])[series.pk].promise == (Decimal(900), date(2030, 12, 31))
