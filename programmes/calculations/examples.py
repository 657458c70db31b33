"""Worked examples of every rule, for the methodology page and `docs/methodology.md`.

Each example holds its inputs and computes its results with the code it explains, so that a page
cannot say anything else. Results are plain values by name: percentages are named so, amounts
are in the unit of the series, paces in that unit a month.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programmes.calculations.amounts import percent, to_decimal
from programmes.calculations.dates import PreciseDate, as_of, read_date
from programmes.calculations.figures import (
    Figure,
    Measure,
    Promise,
    Qualifier,
    Rule,
    Sense,
    Waypoint,
)
from programmes.calculations.rollup import Part, difference, roll_up
from programmes.calculations.verdict import assess

Result = Decimal | date | PreciseDate | int | str | None


@dataclass(frozen=True)
class Example:
    """One rule with numbers.

    `promises`, `figures`, `parts`, `rule` and `on` are what is computed from; `given` holds what
    else is put in, by name (dates as they are typed). `compute` names the results.
    """

    key: str
    compute: "Callable[[Example], Mapping[str, Result]]"
    on: date = date(2023, 1, 1)
    rule: Rule = Rule(Measure.RUNNING_TOTAL)  # noqa: RUF009 - immutable
    promises: tuple[Promise, ...] = ()
    figures: tuple[Figure, ...] = ()
    parts: tuple[Part, ...] = ()
    given: tuple[tuple[str, str], ...] = ()

    @property
    def results(self) -> Mapping[str, Result]:
        return self.compute(self)


def _amount(value: object) -> Decimal:
    return Decimal(str(value))


def _promise(
    target: object,
    due: date | None = date(2024, 12, 31),
    baseline: object = None,
    baseline_on: date | None = date(2021, 1, 1),
    *,
    announced: date = date(2021, 1, 1),
    number: int = 1,
    sense: Sense = Sense.AT_LEAST,
    waypoints: tuple[Waypoint, ...] = (),
) -> Promise:
    return Promise(
        announced=announced,
        number=number,
        value=_amount(target),
        sense=sense,
        due=due,
        baseline=None if baseline is None else _amount(baseline),
        baseline_on=baseline_on,
        waypoints=waypoints,
    )


def _figure(as_of: date, value: object, qualifier: Qualifier = Qualifier.EXACTLY) -> Figure:
    return Figure(as_of, _amount(value), qualifier=qualifier)


def _period(start: date, end: date, value: object) -> Figure:
    return Figure(end, _amount(value), period_start=start)


def _ratio(as_of: date, numerator: int, denominator: int) -> Figure:
    return Figure(as_of, None, Decimal(numerator), Decimal(denominator))


def _assessed(example: Example) -> Mapping[str, Result]:
    """The value to print beside the status, its progress and expectation, and the status."""
    result = assess(example.promises, example.figures, example.rule, example.on)
    found: dict[str, Result] = {
        "value": result.stated.shown if result.stated else None,
        "as_of": result.stated.as_of if result.stated else None,
        "progress_percent": None if result.progress is None else percent(result.progress, 1),
        "expected_value": None
        if result.expected_value is None
        else to_decimal(result.expected_value, 1),
        "expected_progress_percent": (
            None if result.expected_progress is None else percent(result.expected_progress, 1)
        ),
        "status": result.status,
    }
    if result.status_against_original:
        found["status_against_original"] = result.status_against_original
    return found


def _paced(example: Example) -> Mapping[str, Result]:
    pace = assess(example.promises, example.figures, example.rule, example.on).pace
    return {
        "recent_pace": None if pace.recent is None else to_decimal(pace.recent, 1),
        "since": pace.since,
        "required_pace": None if pace.required is None else to_decimal(pace.required, 1),
        "projected": pace.projected,
    }


def _rolled(example: Example) -> Mapping[str, Result]:
    result = roll_up(example.promises, example.parts, example.rule, example.on)
    apart = difference(example.promises, example.parts, example.rule, example.on)
    return {
        "value": result.current.shown if result.current else None,
        "as_of": result.current.as_of if result.current else None,
        "covered": result.covered,
        "total": result.total,
        "missing": ", ".join(result.missing) or None,
        "progress_percent": None if result.progress is None else percent(result.progress, 1),
        "expected_value": None
        if result.expected_value is None
        else to_decimal(result.expected_value, 1),
        "status": result.status,
        "difference": apart,
    }


def _dated(example: Example) -> Mapping[str, Result]:
    typed = dict(example.given)
    stated = read_date(typed["date"])
    source = read_date(typed["date of the source"])
    return {
        "as_of": as_of(stated, source, date.fromisoformat(typed["recorded"])),
    }


def _read(example: Example) -> Mapping[str, Result]:
    """Each typed date, by the text typed."""
    return {typed: read_date(typed) for _, typed in example.given}


_PUPILS = _promise(1000, baseline=0)
_REGIONS = (
    Part("Oriental", (_promise(600, baseline=0),), (_figure(date(2023, 1, 1), 290),)),
    Part("Souss-Massa", (_promise(300, baseline=0),), (_figure(date(2022, 7, 1), 110),)),
    Part("Fès-Meknès", (_promise(200, baseline=0),), ()),
)
_INSERTED = _promise("0.8", baseline="0.2")

EXAMPLES: tuple[Example, ...] = (
    Example(
        key="dates",
        compute=_read,
        given=tuple(
            (f"date {index}", typed)
            for index, typed in enumerate(
                ("17/02/2021", "02/2021", "2021", "2021-2022", "2023..2024"), start=1
            )
        ),
    ),
    Example(
        key="as-of",
        compute=_dated,
        given=(("date", "2022"), ("date of the source", "2022-10-17"), ("recorded", "2023-01-09")),
    ),
    Example(
        key="running-total",
        compute=_assessed,
        promises=(_promise(3000, baseline=2000),),
        figures=(_figure(date(2022, 1, 1), 2200), _figure(date(2023, 1, 1), 2500)),
    ),
    Example(
        key="per-period",
        compute=_assessed,
        on=date(2022, 1, 1),
        rule=Rule(Measure.PER_PERIOD),
        promises=(_promise(1000, date(2022, 12, 31), 200, date(2020, 12, 31)),),
        figures=(
            _period(date(2020, 1, 1), date(2020, 12, 31), 90),
            _period(date(2021, 1, 1), date(2021, 6, 30), 150),
            _period(date(2021, 7, 1), date(2021, 12, 31), 250),
        ),
    ),
    Example(
        key="level",
        compute=_assessed,
        rule=Rule(Measure.LEVEL),
        promises=(_promise(20, baseline=40, sense=Sense.AT_MOST),),
        figures=(_figure(date(2022, 1, 1), 36), _figure(date(2023, 1, 1), 30)),
    ),
    Example(
        key="ratio",
        compute=_assessed,
        rule=Rule(Measure.RATIO),
        promises=(_INSERTED,),
        figures=(_ratio(date(2023, 1, 1), 30, 60),),
    ),
    Example(
        key="met-at-baseline",
        compute=_assessed,
        rule=Rule(Measure.LEVEL),
        promises=(_promise(100, baseline=120),),
        figures=(_figure(date(2023, 1, 1), 99),),
    ),
    Example(
        key="waypoints",
        compute=_assessed,
        promises=(
            _promise(1000, baseline=0, waypoints=(Waypoint(date(2022, 1, 1), Decimal(100)),)),
        ),
        figures=(_figure(date(2022, 8, 8), 230),),
    ),
    Example(
        key="qualifier",
        compute=_assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(_figure(date(2025, 1, 1), 1000, Qualifier.UP_TO),),
    ),
    Example(
        key="negative-expectation",
        compute=_assessed,
        rule=Rule(Measure.LEVEL),
        promises=(
            _promise(100, baseline=50, waypoints=(Waypoint(date(2022, 1, 1), Decimal(40)),)),
        ),
        figures=(_figure(date(2022, 1, 1), 39),),
        on=date(2022, 1, 1),
    ),
    Example(
        key="behind",
        compute=_assessed,
        promises=(_PUPILS,),
        figures=(_figure(date(2023, 1, 1), 449),),
    ),
    Example(
        key="achieved",
        compute=_assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(_figure(date(2024, 6, 30), 1000),),
    ),
    Example(
        key="achieved-late",
        compute=_assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(_figure(date(2025, 1, 1), 900), _figure(date(2025, 6, 30), 1010)),
    ),
    Example(
        key="missed",
        compute=_assessed,
        on=date(2025, 6, 30),
        rule=Rule(Measure.LEVEL),
        promises=(_PUPILS,),
        figures=(_figure(date(2025, 1, 1), 900), _figure(date(2025, 6, 30), 1010)),
    ),
    Example(
        key="no-recent-data",
        compute=_assessed,
        on=date(2024, 7, 1),
        rule=Rule(Measure.RUNNING_TOTAL, 6),
        promises=(_PUPILS,),
        figures=(_figure(date(2023, 6, 30), 500),),
    ),
    Example(
        key="under-way",
        compute=_assessed,
        promises=(_promise(15000, date(2026, 12, 31), baseline_on=None),),
        figures=(_figure(date(2022, 12, 31), 1000, Qualifier.MORE_THAN),),
    ),
    Example(
        key="two-promises",
        compute=_assessed,
        on=date(2026, 3, 1),
        promises=(
            _promise(
                12, date(2024, 8, 31), announced=date(2020, 8, 17), baseline_on=date(2020, 8, 17)
            ),
            _promise(
                12,
                date(2027, 8, 31),
                announced=date(2025, 2, 25),
                baseline_on=date(2020, 8, 17),
                number=2,
            ),
        ),
        figures=(_figure(date(2024, 9, 6), 6), _figure(date(2026, 2, 20), 9)),
    ),
    Example(
        key="pace",
        compute=_paced,
        on=date(2023, 12, 31),
        promises=(_promise(1000, date(2024, 12, 31), 0),),
        figures=(
            _figure(date(2021, 12, 31), 150),
            _figure(date(2022, 12, 31), 400),
            _figure(date(2023, 6, 30), 500),
            _figure(date(2023, 12, 31), 765),
        ),
    ),
    Example(
        key="roll-up",
        compute=_rolled,
        promises=(_promise(1200, baseline=0),),
        parts=_REGIONS,
    ),
    Example(
        key="roll-up-of-ratios",
        compute=_rolled,
        rule=Rule(Measure.RATIO),
        promises=(_INSERTED,),
        parts=(
            Part("Oriental", (_INSERTED,), (_ratio(date(2023, 1, 1), 9, 10),)),
            Part("Souss-Massa", (_INSERTED,), (_ratio(date(2023, 1, 1), 36, 90),)),
        ),
    ),
)
