"""What the site says of a target is written down with what changes it, and ends where something else is said."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from programmes import access, services
from programmes.models import (
    FrozenRowError,
    Measurement,
    MilestoneStatement,
    Series,
    Standing,
    Target,
    TargetRevision,
)
from programmes.models.guards import guards_lifted
from programmes.models.histories import read_histories
from programmes.services import standings
from programmes.services.standings import differences, restate_all, standing_periods, stored_number
from tests.builders import (
    day,
    make_centre,
    make_milestone,
    make_province,
    make_region,
    make_series,
    make_source,
)
from tests.conftest import make_member

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 1)


@pytest.fixture
def alice(db: Any) -> Any:
    make_region()
    return make_member("alice", "editor", "MA")


@pytest.fixture
def rachida(alice: Any) -> Any:
    return make_member("rachida", "reviewer", "MA")


class House:
    """Two people who enter and publish."""

    def __init__(self, alice: Any, rachida: Any) -> None:
        self.alice, self.rachida = alice, rachida
        self.source = make_source(on="2025-12-31")

    def publish(self, row: Any, **options: Any) -> Any:
        row = services.submit(row, by=self.alice)
        return services.publish(row, by=self.rachida, confirmation="Vérifié.", **options)

    def entered(self, row: Any) -> Any:
        row.entered_by = row.changed_by = self.alice
        row.save()
        return row

    def figure(self, series: Series, on: str, value: object, **columns: Any) -> Measurement:
        columns = {"source": self.source, **columns}
        row = Measurement(series=series, as_of=day(on), value=Decimal(str(value)), **columns)
        return self.publish(services.record(row, by=self.alice), show=True)

    def announce(self, target: Target, on: str, value: object, **columns: Any) -> TargetRevision:
        columns = {"source": self.source, "due": day("2026-12-31"), **columns}
        row = TargetRevision(target=target, announced=day(on), value=value, **columns)
        return self.publish(services.revise(row, by=self.alice), show=True)

    def target(self, code: str, series: Series | None = None, **columns: Any) -> Target:
        series = series or make_series(f"{code}-series")
        return Target.objects.create(code=code, series=series, **columns)

    def amend(self, record: Any, **values: Any) -> Any:
        proposal = services.propose_change(record, values, by=self.alice, reason="Mal recopié.")
        return self.publish(proposal)

    def withdraw(self, record: Any) -> Any:
        return self.publish(
            services.propose_withdrawal(record, by=self.alice, reason="Compté deux fois.")
        )

    def set_aside(self, record: Any) -> Any:
        return self.publish(
            services.propose_setting_aside(record, by=self.alice, reason="Autre source.")
        )


@pytest.fixture
def house(alice: Any, rachida: Any) -> House:
    return House(alice, rachida)


def said(target: Target, known: datetime | None = None) -> list[tuple[str, str, str]]:
    """From when to when, and which status, as the site said it at a moment."""
    rows = Standing.objects.known(known).filter(target=target).order_by("from_day")
    return [(str(row.from_day), str(row.until_day), row.status) for row in rows]


def values(target: Target, on: date, known: datetime | None = None) -> Any:
    row = Standing.objects.at(on, known).filter(target=target).first()
    return row and (row.status, row.value, row.progress)


def agrees(target: Target) -> bool:
    """Whether what is written down is, at every moment at which it changed, what was then published."""
    history = read_histories([target.pk])[target.pk]
    rows = Standing.objects.filter(target=target)
    moments = set(rows.values_list("known_from", flat=True))
    return all(
        [(row.first, row.last, row.content[1]) for row in standing_periods(history, known=moment)]
        == [
            (row.from_day, row.until_day, row.status)
            for row in rows.known(moment).order_by("from_day")
        ]
        for moment in moments
    )


def promised(house: House, **columns: Any) -> Target:
    """1,000 people from 0 on 1 January 2024 to the end of 2026."""
    target = house.target("trained")
    columns = {"baseline": 0, "baseline_on": date(2024, 1, 1), **columns}
    house.announce(target, "2024-01-01", 1000, **columns)
    return target


def test_first_announcement_says_where_the_target_stands_on_every_day(house: House) -> None:
    target = promised(house)
    assert said(target) == [
        ("0001-01-01", "2023-12-31", "not_yet_promised"),
        ("2024-01-01", "2026-12-31", "no_data"),
        ("2027-01-01", "9999-12-31", "due_date_passed"),
    ]


def test_figure_changes_the_days_that_follow_it_and_what_was_said_stays_known(house: House) -> None:
    target = promised(house)
    before = Standing.objects.get(target=target, status="no_data")
    figure = house.figure(target.series, "2024-12-31", 300)
    assert said(target) == [
        ("0001-01-01", "2023-12-31", "not_yet_promised"),
        ("2024-01-01", "2024-12-30", "no_data"),
        ("2024-12-31", "2026-12-31", "on_track"),
        ("2027-01-01", "9999-12-31", "due_date_passed"),
    ]
    row = Standing.objects.at(date(2025, 6, 1)).get()
    assert (row.figure, row.value, row.qualifier) == (figure, Decimal(300), "exactly")
    assert (row.as_of, row.oldest) == (date(2024, 12, 31), date(2024, 12, 31))
    assert (row.progress, row.expected_progress) == (Decimal("0.3"), Decimal("0.333"))
    assert row.required_pace == Decimal("29.186643")
    assert (row.known_from, row.known_until) == (figure.published_at, None)
    assert row.announcements == [row.present_id] == [row.original_id]
    assert (row.covered, row.missing, row.moves) == (None, [], None)
    earlier = Standing.objects.at(date(2025, 6, 1), before.known_from).get()
    assert (earlier, earlier.status, earlier.known_until) == (
        before,
        "no_data",
        figure.published_at,
    )
    assert not Standing.objects.at(date(2025, 6, 1), before.known_from - timedelta(1)).exists()


def test_nothing_is_written_anew_where_nothing_else_is_said(house: House) -> None:
    target = promised(house)
    house.figure(target.series, "2024-12-31", 300)
    rows = set(Standing.objects.values_list("pk", "known_until"))
    restate_all()
    assert set(Standing.objects.values_list("pk", "known_until")) == rows


def test_figure_of_a_day_before_the_promise_is_not_told_before_it(house: House) -> None:
    target = promised(house)
    first = Standing.objects.get(target=target, status="not_yet_promised")
    house.figure(target.series, "2023-06-30", 50)
    assert Standing.objects.known().get(target=target, status="not_yet_promised") == first
    assert said(target)[0] == ("0001-01-01", "2023-12-31", "not_yet_promised")
    assert agrees(target)
    assert not list(differences())


def test_correction_that_moves_a_figure_changes_the_days_from_the_earlier_date(
    house: House,
) -> None:
    target = promised(house)
    figure = house.figure(target.series, "2024-12-31", 300)
    house.figure(target.series, "2024-06-30", 310, supersedes=figure, reason="Date mal recopiée.")
    assert values(target, date(2024, 12, 1)) == ("on_track", Decimal(310), Decimal("0.31"))
    assert values(target, date(2024, 12, 1), figure.published_at) == ("no_data", None, None)
    assert agrees(target)
    assert not list(differences())


@pytest.mark.slow
@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("step", ["set_aside", "withdraw"])
def test_original_that_is_taken_back_keeps_the_verdict_against_it(
    house: House, step: str, corrected: bool
) -> None:
    target = house.target("moved")
    columns = {"baseline": 0, "baseline_on": date(2022, 1, 1)}
    first = house.announce(target, "2022-01-01", 1000, due=day("2023-12-31"), **columns)
    house.announce(target, "2024-06-01", 1000, reason="Report.", **columns)
    house.figure(target.series, "2024-01-31", 400)
    entry = first
    if corrected:
        first = house.announce(
            target,
            "2022-01-01",
            900,
            due=day("2023-12-31"),
            kind="correction",
            corrects=first,
            reason="Mal recopié.",
            **columns,
        )
    before = Standing.objects.at(TODAY).get(target=target)
    entry.refresh_from_db()
    getattr(house, step)(entry)
    after = Standing.objects.at(TODAY).get(target=target)
    assert after.original_status == before.original_status == "missed"
    assert (after.original, after.moves, after.months_moved, after.moved_after_due) == (
        first,
        1,
        36,
        True,
    )
    assert after.announcements == before.announcements
    assert agrees(target)
    assert not list(differences())


def set_figure_aside(house: House, target: Target) -> None:
    house.set_aside(target.series.measurements.first())


def withdraw_figure(house: House, target: Target) -> None:
    house.withdraw(target.series.measurements.first())


def withdraw_announcement(house: House, target: Target) -> None:
    house.withdraw(target.revisions.first())


def correct_announcement(house: House, target: Target) -> None:
    first = target.revisions.get(number=1)
    house.announce(
        target,
        "2024-01-01",
        3000,
        baseline=0,
        baseline_on=date(2024, 1, 1),
        kind="correction",
        corrects=first,
        reason="Un zéro oublié.",
    )


def move(house: House, target: Target) -> None:
    house.announce(target, "2025-02-01", 1000, due=day("2030-12-31"), reason="Retard.")


def abandon(house: House, target: Target) -> None:
    house.announce(target, "2025-02-01", None, kind="abandoned", reason="Plus de budget.")


ROADS = {
    set_figure_aside: ("no_data", None, None),
    withdraw_figure: ("no_data", None, None),
    withdraw_announcement: ("withdrawn", Decimal(300), Decimal("0.3")),
    correct_announcement: ("far_behind", Decimal(300), Decimal("0.1")),
    move: ("under_way", Decimal(300), Decimal("0.3")),
    abandon: ("abandoned", Decimal(300), None),
}


@pytest.mark.slow
@pytest.mark.parametrize("road", ROADS)
def test_every_road_writes_down_what_is_said_then(
    house: House, road: Callable[[House, Target], None]
) -> None:
    target = promised(house)
    last = house.figure(target.series, "2024-12-31", 300)
    road(house, target)
    assert values(target, TODAY) == ROADS[road]
    assert values(target, TODAY, last.published_at) == ("on_track", Decimal(300), Decimal("0.3"))
    assert agrees(target)
    assert not list(differences())


def test_withdrawn_target_keeps_what_is_said_of_it(house: House) -> None:
    target = promised(house)
    rows = set(Standing.objects.values_list("pk", "known_until"))
    house.withdraw(target)
    assert set(Standing.objects.values_list("pk", "known_until")) == rows


def test_amended_interval_is_said_from_then_on(house: House) -> None:
    target = promised(house)
    last = house.figure(target.series, "2024-12-31", 300)
    assert values(target, date(2026, 6, 1))[0] == "on_track"
    house.amend(target.series, interval_months=6)
    assert values(target, date(2026, 6, 1))[0] == "no_recent_data"
    assert values(target, date(2026, 6, 1), last.published_at)[0] == "on_track"
    row = Standing.objects.at(date(2026, 6, 1)).get()
    assert row.when_measured == "on_track"
    assert not list(differences())


def test_amended_original_is_what_it_is_judged_against(house: House) -> None:
    target = promised(house)
    with guards_lifted("what was published yesterday"):
        yesterday = timezone.now() - timedelta(days=1)
        target.revisions.update(published_at=yesterday)
    found = house.announce(target, "2023-06-01", 1000, due=day("2024-06-30"), reason="Retrouvée.")
    house.figure(target.series, "2024-12-31", 300)
    assert Standing.objects.at(TODAY).get().original.number == 1
    target.refresh_from_db()
    house.amend(target, original=target.revisions.get(pk=found.pk).number)
    row = Standing.objects.at(TODAY).get()
    assert (row.original, row.original_status) == (found, "missed")
    assert (row.moves, row.months_moved) == (1, 30)
    assert not list(differences())


@pytest.fixture
def cities(house: House) -> tuple[Target, list[Series]]:
    """1,000 people in the region, of whom two cities publish figures; a third never did."""
    whole = make_series("region", territory=make_region(), figures="parts")
    parts = [make_series(f"city-{one}", territory=make_province(), part_of=whole) for one in "abc"]
    target = house.target("whole", whole)
    house.announce(target, "2024-01-01", 1000, baseline=0, baseline_on=date(2024, 1, 1))
    house.figure(parts[0], "2024-12-31", 200)
    house.figure(parts[1], "2025-03-31", 300)
    return target, parts


def test_figure_of_a_part_restates_the_whole(cities: tuple[Target, list[Series]]) -> None:
    target, _parts = cities
    row = Standing.objects.at(TODAY).get(target=target)
    assert (row.value, row.covered, row.total) == (Decimal(500), 2, 3)
    assert (row.missing, row.outdated, row.figure) == (["city-c"], [], None)
    assert (row.oldest, row.as_of) == (date(2024, 12, 31), date(2025, 3, 31))
    # most of the parts have yet to report
    assert values(target, date(2025, 1, 1)) == ("no_recent_data", Decimal(200), Decimal("0.2"))
    assert agrees(target)
    assert not list(differences())


def test_part_that_leaves_a_sum_restates_it(
    house: House, cities: tuple[Target, list[Series]]
) -> None:
    target, parts = cities
    house.amend(parts[1], part_of=None)
    row = Standing.objects.at(TODAY).get(target=target)
    assert (row.value, row.covered, row.total) == (Decimal(200), 1, 2)
    house.amend(parts[1], part_of="region")
    assert Standing.objects.at(TODAY).get(target=target).value == Decimal(500)
    assert not list(differences())


def test_part_added_in_silence_counts_once_something_is_published_on_it(
    house: House, cities: tuple[Target, list[Series]]
) -> None:
    target, parts = cities
    late = make_series("city-d", territory=make_province(), part_of=parts[0].part_of)
    assert not list(differences())
    assert Standing.objects.at(date(2024, 12, 31)).get(target=target).total == 3
    house.figure(late, "2025-04-30", 100)
    row = Standing.objects.at(date(2024, 12, 31)).get(target=target)
    assert (row.value, row.covered, row.total) == (Decimal(200), 1, 4)
    assert not list(differences())


def test_opening_of_a_centre_restates_what_is_counted_from_openings(house: House) -> None:
    series = make_series(
        "open",
        territory=make_region(),
        figures="milestones",
        counted_kind="city",
        programme=None,
    )
    target = house.target("opened", series)
    house.announce(target, "2024-01-01", 4, due=day("2025-12-31"))
    centre = make_centre("city", kind="city", territory=make_province())
    opening = make_milestone("opening", centre=centre)
    said = MilestoneStatement(
        milestone=opening,
        kind="reached",
        date=day("2024-09-15"),
        announced=day("2024-10-01"),
        source=house.source,
    )
    said = house.publish(services.state(said, by=house.alice), show=True)
    assert values(target, date(2024, 9, 14)) == ("far_behind", 0, 0)
    assert values(target, date(2024, 9, 15)) == ("on_track", 1, Decimal("0.25"))
    assert values(target, date(2024, 9, 15), said.published_at - timedelta(1)) is None
    house.withdraw(said)
    assert values(target, date(2024, 9, 15)) == ("far_behind", 0, 0)
    assert not list(differences())


def test_steps_taken_together_are_written_down_once(house: House) -> None:
    target = promised(house)
    with transaction.atomic(), services.restated_together():
        figures = [house.figure(target.series, f"2024-{month}-28", month) for month in (10, 11, 12)]
        assert values(target, TODAY)[0] == "no_data"
    written = Standing.objects.filter(known_from__gt=figures[0].published_at)
    assert written.values("known_from").distinct().count() == 1
    assert values(target, TODAY) == ("far_behind", Decimal(12), Decimal("0.012"))
    assert not list(differences())


@transaction.atomic
def publish_twice(house: House, target: Target) -> None:
    with services.restated_together():
        house.figure(target.series, "2024-12-28", 12)
        house.figure(target.series, "2024-12-28", 13)


def test_steps_that_fail_together_write_nothing(house: House) -> None:
    target = promised(house)
    rows = set(Standing.objects.values_list("pk", "known_until"))
    with pytest.raises(ValidationError):
        publish_twice(house, target)
    assert set(Standing.objects.values_list("pk", "known_until")) == rows
    assert standings._gathered.get() is None


def test_difference_names_what_is_written_and_what_follows(house: House) -> None:
    target = promised(house)
    figure = house.figure(target.series, "2024-12-31", 300)
    with guards_lifted("a figure that changed behind the services"):
        Measurement.objects.filter(pk=figure.pk).update(value=900)
    (found,) = differences()
    assert found.target == "trained"
    place = standings.CONTENT.index("value")
    assert [row.content[place] for row in found.written] == [300, 300]
    assert [row.content[place] for row in found.wanted] == [900, 900]
    assert values(target, TODAY)[1] == Decimal(300), "nothing is repaired in silence"


def test_changed_rules_are_written_down_beside_the_old(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = promised(house)
    moment = Standing.objects.latest("known_from").known_from
    before = standings.RULE_VERSION
    monkeypatch.setattr(standings, "RULE_VERSION", before + 1)
    assert [one.target for one in differences()] == ["trained"]
    assert restate_all() == 1
    assert not list(differences())
    now, then = Standing.objects.at(TODAY).get(), Standing.objects.at(TODAY, moment).get()
    assert (now.rule_version, then.rule_version) == (before + 1, before)
    assert said(target) == said(target, moment)


def test_what_was_said_is_never_rewritten(house: House) -> None:
    promised(house)
    row = Standing.objects.at(TODAY).get()
    for refused in (
        lambda: row.save(),
        lambda: row.delete(),
        lambda: Standing.objects.update(status="achieved"),
        lambda: Standing.objects.all().delete(),
        lambda: Standing.objects.bulk_update([row], ["status"]),
    ):
        with pytest.raises(FrozenRowError):
            refused()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE programmes_standing SET status = 'achieved'",
        "UPDATE programmes_standing SET known_until = NULL WHERE known_until IS NOT NULL",
        "DELETE FROM programmes_standing",
    ],
)
def test_database_keeps_what_was_said(house: House, statement: str) -> None:
    target = promised(house)
    house.figure(target.series, "2024-12-31", 300)
    with (
        pytest.raises(DatabaseError, match="never rewritten"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_staff_see_the_standings_of_the_targets_in_their_scope(house: House) -> None:
    make_region("MA-07", "Marrakech-Safi")
    target = house.target("here", make_series("here", territory=make_region(), programme=None))
    house.announce(target, "2024-01-01", 1000)
    here = make_member("nadia", "editor", "MA-09")
    elsewhere = make_member("bob", "editor", "MA-07")
    assert access.visible(Standing.objects.all(), here).count() == 3
    assert access.visible(Standing.objects.all(), elsewhere).count() == 0


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        (Fraction(2, 3), "0.666666"),
        (Fraction(9999999, 10000000), "0.999999"),
        (Fraction(-1, 10**9), "-0.000001"),
        (Fraction(0), "0"),
        (Fraction(12345678901, 3), "4115226300.33333"),
        (Fraction(10**17), "999999999999999"),
    ],
)
def test_stored_number_is_cut_and_never_nought_where_it_is_not(
    number: Fraction, stored: str
) -> None:
    assert stored_number(number) == Decimal(stored)


def test_all_that_the_sample_says_follows_from_what_is_published(sample: None) -> None:
    assert Standing.objects.known().values("target").distinct().count() == (
        Target.objects.published().count()
    )
    assert Standing.objects.values("known_from").distinct().count() == 1
    assert not list(differences())


def told(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue().strip()


def test_commands_say_what_differs_and_write_it_anew(house: House) -> None:
    target = promised(house)
    figure = house.figure(target.series, "2024-12-31", 300)
    assert told("check_standings") == (
        "All that is written of targets follows from what is published."
    )
    with guards_lifted("a figure that changed behind the services"):
        Measurement.objects.filter(pk=figure.pk).update(value=900)
    with pytest.raises(CommandError) as refused:
        told("check_standings")
    assert str(refused.value) == (
        "Of 1 targets something else is written than follows from what is published: trained"
    )
    assert told("restate_all") == "Something else is said of 1 targets."
    assert values(target, TODAY)[1] == Decimal(900)
    assert told("restate_all") == "Something else is said of 0 targets."
