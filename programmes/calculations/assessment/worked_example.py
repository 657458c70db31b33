"""A worked example of a rule: what goes in, and how its results are worked out.

Each example holds its inputs and computes its results with the code it explains, so that a page
cannot say anything else. Results are plain values by name: percentages are named so, amounts
are in the unit of the series, paces in that unit a month.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from programmes.calculations.amounts import percent, to_decimal
from programmes.calculations.assessment.assess import assess, assess_sum
from programmes.calculations.assessment.outcome import Assessment
from programmes.calculations.assessment.promises import Promise, Waypoint
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Measure, Qualifier, Sense
from programmes.calculations.dates import PreciseDate, as_of, read_date, span_of
from programmes.calculations.figures import Figure, Rule

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
    parts: tuple[PartSeries, ...] = ()
    given: tuple[tuple[str, str], ...] = ()

    @property
    def results(self) -> Mapping[str, Result]:
        return self.compute(self)


def _amount(value: object) -> Decimal:
    return Decimal(str(value))


def make_promise(
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


def make_figure(as_of: date, value: object, qualifier: Qualifier = Qualifier.EXACTLY) -> Figure:
    return Figure(as_of, _amount(value), qualifier=qualifier)


def make_period(start: date, end: date, value: object) -> Figure:
    return Figure(end, _amount(value), period_start=start)


def make_ratio(as_of: date, numerator: int, denominator: int) -> Figure:
    return Figure(as_of, None, Decimal(numerator), Decimal(denominator))


def _percent(share: Fraction | None) -> Decimal | None:
    return None if share is None else percent(share, 1)


def _rounded(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else to_decimal(amount, 1)


def assessed(example: Example) -> Mapping[str, Result]:
    """The value to print beside the status, its progress and expectation, and the status."""
    return _results(assess(example.promises, example.figures, example.rule, example.on), example.on)


def _results(result: Assessment, on: date) -> dict[str, Result]:
    one = result.present
    if one is None:
        return {"status": result.status}
    found: dict[str, Result] = {
        "value": one.stated.shown if one.stated else None,
        "as_of": one.stated.as_of if one.stated else None,
        "progress_percent": _percent(one.progress),
        "expected_value": _rounded(one.expected_value),
        "expected_progress_percent": _percent(one.expected_progress),
        "time_gone_percent": _percent(one.time_gone(on)),
        "status": one.status,
    }
    if one.when_measured:
        found["status_when_measured"] = one.when_measured
    if result.against_original and result.against_original.status is not one.status:
        found["status_against_original"] = result.against_original.status
    return found


def with_missing_periods(example: Example) -> Mapping[str, Result]:
    result = assess(example.promises, example.figures, example.rule, example.on)
    value = result.present.value if result.present else None
    missing = value.missing if value else ()
    first = next((span_of(one.first, one.last) for one in missing), None)
    return {**_results(result, example.on), "missing_period": first}


def paced(example: Example) -> Mapping[str, Result]:
    present = assess(example.promises, example.figures, example.rule, example.on).present
    if present is None:
        return {}
    pace = present.pace
    return {
        "recent_pace": _rounded(pace.recent),
        "since": pace.since,
        "required_pace": _rounded(pace.required),
        "projected": pace.projected_after(example.on),
    }


def moved(example: Example) -> Mapping[str, Result]:
    """The status against each promise, and how far the last is from the first."""
    result = assess(example.promises, example.figures, example.rule, example.on)
    slippage = result.slippage
    return {
        **_results(result, example.on),
        "moves": slippage.moves if slippage else None,
        "months_moved": slippage.months if slippage else None,
    }


def summed(example: Example) -> Mapping[str, Result]:
    result = assess_sum(example.promises, example.parts, example.rule, example.on)
    value = result.present.value if result.present else None
    found: dict[str, Result] = _results(result, example.on)
    if value is None or value.coverage is None:
        return found
    return {
        "oldest": value.oldest,
        **found,
        "covered": value.coverage.covered,
        "total": value.coverage.total,
        "missing": ", ".join(value.coverage.missing) or None,
    }


def dated(example: Example) -> Mapping[str, Result]:
    typed = dict(example.given)
    stated = read_date(typed["date"])
    source = read_date(typed["date of the source"])
    return {
        "as_of": as_of(stated, source, date.fromisoformat(typed["recorded"])),
    }


def read(example: Example) -> Mapping[str, Result]:
    """Each typed date, by the text typed."""
    return {typed: read_date(typed) for _, typed in example.given}
