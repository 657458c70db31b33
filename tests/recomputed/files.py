"""The files of the sample, read as they stand: announcements, figures and openings of each promise."""

import csv
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "programmes" / "reference" / "sample"


@dataclass(frozen=True)
class Said:
    """A date as it was said: its first and last possible day, and how exact it is."""

    first: date
    last: date
    exact: str


@dataclass(frozen=True)
class Figure:
    """What was reported: the day it counts as of, its value and its date as said."""

    on: date
    value: Fraction
    said: Said
    qualifier: str = "exactly"


@dataclass(frozen=True)
class Announcement:
    """One published announcement of a promise."""

    number: int
    announced: Said
    value: Fraction
    due: date | None


@cache
def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def by_code(name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows(name)}


def said(text: str) -> Said | None:
    """A date of the files. A training year runs from September to August. None when nothing was said."""
    if not text:
        return None
    if ".." in text:
        first, last = (_one(end) for end in text.split(".."))
        return Said(first.first, last.last, "span")
    if len(text) == 9:
        return Said(date(int(text[:4]), 9, 1), date(int(text[5:]), 8, 31), "training year")
    return _one(text)


def _one(text: str) -> Said:
    year, *rest = (int(part) for part in text.split("-"))
    if len(rest) == 2:
        day = date(year, *rest)
        return Said(day, day, "day")
    if rest:
        month = rest[0]
        return Said(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month")
    return Said(date(year, 1, 1), date(year, 12, 31), "year")


def never_after_source(when: Said, source: str) -> date:
    """The last day of what was said, or the day of its source where that is earlier."""
    known = said(by_code("sources")[source]["date"]) if source else None
    return min(when.last, known.last) if known else when.last


@cache
def set_aside() -> set[tuple[str, str]]:
    """The table and key of each row that is kept beside another source's."""
    return {(row["table"], row["key"]) for row in rows("set_aside")}


def announcements(target: str) -> list[Announcement]:
    """The published announcements of a promise, in the order they were made."""
    found = [by_code("targets")[target] | {"number": "1", "target": target}]
    found += [row for row in rows("target_revisions") if row["target"] == target]
    assert not any(row.get("corrects") for row in found), "corrections are not worked out here"
    made = [
        Announcement(int(row["number"]), when, Fraction(row["value"]), due and due.last)
        for row in found
        if ("target_revisions", f"{target}:{row['number']}") not in set_aside()
        and _is_plain(row)
        and (when := said(row["announced"]))
        and ((due := said(row["due"])) or True)
    ]
    return sorted(made, key=lambda one: (one.announced.last, one.number))


def _is_plain(row: dict[str, str]) -> bool:
    """True; fails on what no promise of the sample has, so that a new kind is not passed over in silence."""
    assert row["sense"] == "at_least", row
    assert not row["baseline"], row
    assert not row["baseline_date"], row
    assert row.get("kind", "announced") == "announced", row
    assert row["announced"], row
    assert not rows("waypoints")
    return True


def figures(series: str) -> list[Figure]:
    """The published figures of a series that reports its own, by date."""
    found = []
    for row in rows("measurements"):
        key = f"{row['series']}:{row['as_of']}:{row['source']}"
        if row["series"] != series or ("measurements", key) in set_aside():
            continue
        assert row["value"], row
        when = said(row["as_of"])
        assert when, row
        on = never_after_source(when, row["source"])
        found.append(Figure(on, Fraction(row["value"]), when, row["qualifier"]))
    return sorted(found, key=lambda one: one.on)


def parts(series: str) -> list[str]:
    """The series that a sum adds up."""
    return [code for code, row in by_code("series").items() if row["part_of"] == series]


def openings(series: str) -> list[tuple[date, Said]]:
    """The day each centre counted by a series first opened, in order."""
    counted = by_code("series")[series]
    assert counted["territory"] == "MA", counted
    first: dict[str, tuple[date, Said]] = {}
    for row in rows("milestone_statements"):
        milestone = by_code("milestones")[row["milestone"]]
        key = ("milestone_statements", f"{row['milestone']}:{row['number']}")
        if row["kind"] != "reached" or milestone["kind"] != "opening" or key in set_aside():
            continue
        centre = by_code("centres")[milestone["centre"]]
        if centre["kind"] != counted["counted_kind"]:
            continue
        if counted["programme"] not in centre["programmes"].split("|"):
            continue
        when = said(row["date"])
        assert when, row
        found = never_after_source(when, row["source"]), when
        first[centre["code"]] = min(found, first.get(centre["code"], found), key=lambda one: one[0])
    return sorted(first.values(), key=lambda one: one[0])
