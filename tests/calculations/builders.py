"""Plain builders, and the short notation in which the tables write promises and figures.

promise   `2021-01-01 #1: at_least 1000 by 2024-12-31 from 0 on 2021-01-01 via 2022-06-30=300`
          (by, from, on, via are optional; `abandoned` instead of sense and value; a further
          `corrects 1` names the entry it replaces, `withdrawn` says that it was taken back;
          an announcement of a whole year is written `2021-01-01..2021-12-31 #1: ...`)
figure    `2023-06-30=500`, `2023-06-30=30|60` (a ratio), `2023-01-01/2023-06-30=500` (a period),
          each optionally followed by a qualifier, as in `2023-06-30=500 more_than`
Several are separated by semicolons.
"""

import csv
import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from programmes.calculations.assessment.promises import Promise, Waypoint
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Measure, Qualifier, Sense
from programmes.calculations.figures import Figure, Rule

TABLES = Path(__file__).parent

START, DUE = date(2021, 1, 1), date(2024, 12, 31)

_PROMISE = re.compile(
    r"(?P<announced>\S+) #(?P<number>\d+): "
    r"(?:(?P<abandoned>abandoned)|(?P<sense>\w+) (?P<value>\S+))"
    r"(?: by (?P<due>\S+))?(?: from (?P<baseline>\S+))?(?: on (?P<baseline_on>\S+))?"
    r"(?: via (?P<via>\S+))?(?: corrects (?P<corrects>\d+))?(?P<withdrawn> withdrawn)?"
)


def rows(name):
    """The rows of a table, as test parameters named by their first column."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def name_of(row):
    return row["case"].replace(" ", "-")


def day(text):
    return date.fromisoformat(text) if text else None


def number(text):
    return Decimal(text) if text else None


def fraction(text):
    return Fraction(text) if text else None


def several(text, read):
    return tuple(read(item.strip()) for item in text.split(";") if item.strip())


def read_waypoint(text):
    on, value = text.split("=")
    return Waypoint(day(on), Decimal(value))


def read_promise(text):
    found = _PROMISE.fullmatch(text)
    assert found, text
    via = found["via"] or ""
    first, _, last = found["announced"].rpartition("..")
    return Promise(
        announced=day(last),
        announced_first=day(first),
        number=int(found["number"]),
        value=number(found["value"]),
        sense=Sense(found["sense"] or "at_least"),
        due=day(found["due"]),
        baseline=number(found["baseline"]),
        baseline_on=day(found["baseline_on"]),
        waypoints=tuple(read_waypoint(item) for item in via.split(",") if item),
        abandoned=bool(found["abandoned"]),
        corrects=int(found["corrects"]) if found["corrects"] else None,
        ended_at=datetime.min if found["withdrawn"] else None,
    )


def read_figure(text):
    when, _, rest = text.partition("=")
    amount, _, qualifier = rest.partition(" ")
    start, _, end = when.rpartition("/")
    numerator, bar, denominator = amount.partition("|")
    return Figure(
        as_of=day(end),
        value=None if bar else Decimal(amount),
        numerator=Decimal(numerator) if bar else None,
        denominator=Decimal(denominator) if bar else None,
        period_start=day(start),
        qualifier=Qualifier(qualifier or "exactly"),
    )


def read_rule(measure, interval="", delay="", decimals=""):
    return Rule(
        Measure(measure),
        int(interval or 12),
        int(delay or 0),
        int(decimals) if decimals else None,
    )


def read_part(text):
    """`key {figures}`"""
    found = re.fullmatch(r"(\S+) \{(.*)\}", text)
    assert found, text
    return PartSeries(found[1], several(found[2], read_figure))


def make_promise(**overrides):
    """At least 1,000 from 0 on 1 January 2021 to 31 December 2024."""
    terms = {
        "announced": START,
        "number": 1,
        "value": Decimal(1000),
        "sense": Sense.AT_LEAST,
        "due": DUE,
        "baseline": Decimal(0),
        "baseline_on": START,
    }
    return Promise(**{**terms, **overrides})


def make_figure(as_of=date(2023, 6, 30), value=Decimal(500), **overrides):
    return Figure(as_of, value, **overrides)


TOTAL = Rule(Measure.RUNNING_TOTAL)
PERIODS = Rule(Measure.PER_PERIOD)
LEVEL = Rule(Measure.LEVEL)
RATIO = Rule(Measure.RATIO)
