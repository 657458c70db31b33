"""The worked examples of the methodology page, computed by the code that they explain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.calculations.assessment.examples import EXAMPLES
from programmes.calculations.assessment.promises import Promise
from programmes.calculations.assessment.worked_example import Example
from programmes.calculations.choices import Measure, Status
from programmes.calculations.dates import PreciseDate, read_date, span_of
from programmes.calculations.figures import Figure
from programmes.selectors.wording.formats import (
    Unit,
    as_of_words,
    date_words,
    day_words,
    percentage,
)
from programmes.selectors.wording.statuses import StatusLine, rule_words, status_line
from programmes.type_names import certain

# The parts of the examples of sums.
_PARTS = {
    "Oriental": gettext_lazy("Oriental"),
    "Souss-Massa": gettext_lazy("Souss-Massa"),
    "Fès-Meknès": gettext_lazy("Fez-Meknes"),
}


@dataclass(frozen=True, slots=True)
class ExampleLine:
    """One input or result of an example, by its name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ExampleInWords:
    """An example with its numbers in words."""

    given: tuple[ExampleLine, ...]
    results: tuple[ExampleLine, ...]


@dataclass(frozen=True, slots=True)
class StatusRule:
    """A status and the rule that gives it."""

    status: StatusLine
    rule: str


def status_rules() -> tuple[StatusRule, ...]:
    """Every status, in the order in which the rules are tried."""
    return tuple(StatusRule(status_line(status), rule_words(status)) for status in Status)


def worked_examples() -> dict[str, ExampleInWords]:
    """Every example by its key (with underscores, as templates want it), in the current language."""
    return {example.key.replace("-", "_"): _worked(example) for example in EXAMPLES}


def _worked(example: Example) -> ExampleInWords:
    unit = Unit(example.rule.measure, decimals=1)
    return ExampleInWords(
        given=tuple(_given(example, unit)),
        results=tuple(
            ExampleLine(_name(name), text)
            for name, value in example.results.items()
            if (text := _words(name, value, unit))
        ),
    )


def _given(example: Example, unit: Unit) -> Iterator[ExampleLine]:
    promises = sorted(example.promises, key=lambda one: (one.announced, one.number))
    for promise in promises:
        first = len(promises) > 1 and promise is promises[0]
        yield ExampleLine(_("Original promise") if first else _("Promise"), _promise(promise, unit))
    if example.figures:
        yield ExampleLine(_("Figures"), _figures(example.figures, unit))
    for part in example.parts:
        yield ExampleLine(str(_PARTS[part.key]), _figures(part.figures, unit) or _("not reported"))
    named = {
        "date": _("Date as stated"),
        "date of the source": _("Date of the source"),
        "recorded": _("Recorded on"),
    }
    for name, typed in example.given:
        yield ExampleLine(named.get(name, name), date_words(read_date(typed)))
    if example.promises:
        yield ExampleLine(_("Asked on"), day_words(example.on))


def _promise(promise: Promise, unit: Unit) -> str:
    target = unit.amount(certain(promise.value), sense=promise.sense)
    text = target
    if promise.due is not None:
        text = _("%(target)s by %(due)s") % {"target": target, "due": day_words(promise.due)}
    if promise.baseline is None or promise.baseline_on is None:
        return text
    return _("%(promise)s, from %(value)s on %(day)s") % {
        "promise": text,
        "value": unit.amount(promise.baseline),
        "day": day_words(promise.baseline_on),
    }


def _figures(figures: tuple[Figure, ...], unit: Unit) -> str:
    return _("; ").join(_figure(figure, unit) for figure in figures)


def _figure(figure: Figure, unit: Unit) -> str:
    if figure.numerator is not None:
        whole = Unit(Measure.LEVEL)
        value = _("%(part)s of %(whole)s") % {
            "part": whole.bare(figure.numerator),
            "whole": whole.bare(certain(figure.denominator)),
        }
    else:
        value = unit.amount(certain(figure.value), figure.qualifier)
    if figure.period_start:
        when = as_of_words(span_of(figure.period_start, figure.as_of))
    else:
        when = as_of_words(PreciseDate.of_day(figure.as_of))
    return f"{value} {when}"


def _words(name: str, value: object, unit: Unit) -> str:
    """A result in words; empty for one that does not exist."""
    if value is None:
        return ""
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, PreciseDate):
        return date_words(value)
    if name.startswith("status"):
        return status_line(Status(str(value))).words
    if isinstance(value, Decimal):
        return percentage(value / 100, 1) if name.endswith("_percent") else unit.bare(value)
    return str(_PARTS.get(str(value), value))


def _name(name: str) -> str:
    names = {
        "value": _("Current value"),
        "as_of": _("As of"),
        "oldest": _("Oldest figure of"),
        "time_gone_percent": _("Time gone"),
        "progress_percent": _("Progress"),
        "expected_value": _("Expected on that date"),
        "expected_progress_percent": _("Expected progress"),
        "status": _("Status"),
        "status_when_measured": _("When last measured"),
        "status_against_original": _("Against the first announcement"),
        "missing_period": _("No figure for"),
        "moves": _("Times it was moved"),
        "months_moved": _("Months it was moved"),
        "recent_pace": _("Recent pace, a month"),
        "since": _("Measured since"),
        "required_pace": _("Required pace, a month"),
        "projected": _("Projected date"),
        "covered": _("Parts that reported"),
        "total": _("Parts in all"),
        "missing": _("Not reported"),
    }
    return names.get(name, name)
