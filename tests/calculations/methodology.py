"""A worked example as the documentation prints it: a table of what goes in and what comes out."""

from pathlib import Path

from programmes.calculations.choices import Qualifier
from programmes.calculations.dates import PreciseDate

PAGE = Path(__file__).parents[2] / "docs" / "methodology.md"


def words(name):
    return name.replace("_", " ")


def promise_in_words(promise):
    text = f"{words(promise.sense)} {promise.value}"
    if promise.baseline_on is None:
        text += f", announced on {promise.announced}"
    if promise.due:
        text += f" by {promise.due}"
    if promise.baseline is not None:
        text += f", from {promise.baseline}"
    if promise.baseline_on:
        text += f", starting {promise.baseline_on}"
    for waypoint in promise.waypoints:
        text += f", by way of {waypoint.value} on {waypoint.on}"
    return text


def figure_in_words(figure):
    amount = (
        f"{figure.numerator} of {figure.denominator}" if figure.value is None else str(figure.value)
    )
    if figure.qualifier is not Qualifier.EXACTLY:
        amount = f"{words(figure.qualifier)} {amount}"
    if figure.period_start:
        return f"{amount} from {figure.period_start} to {figure.as_of}"
    return f"{amount} as of {figure.as_of}"


def in_words(value):
    if value is None:
        return "none"
    if isinstance(value, PreciseDate):
        return f"{value.first} to {value.last} ({words(value.precision)})"
    return words(str(value))


def rule_in_words(rule):
    text = f"{words(rule.measure)}, every {rule.interval_months} months"
    return f"{text}, figures {rule.delay_days} days later" if rule.delay_days else text


def inputs(example):
    # The texts of the dates example are the names of its results already.
    yield from (one for one in example.given if one[1] not in example.results)
    if example.promises:
        yield "measure", rule_in_words(example.rule)
    for promise in example.promises:
        name = "promise" if len(example.promises) == 1 else f"promise of {promise.announced}"
        yield name, promise_in_words(promise)
    for figure in example.figures:
        yield "figure", figure_in_words(figure)
    for part in example.parts:
        reported = "; ".join(figure_in_words(one) for one in part.figures) or "nothing reported"
        yield f"part {part.key}", reported
    if example.promises:
        yield "asked on", str(example.on)


def table(example):
    """The lines that stand in `docs/methodology.md` under the example's marker."""
    lines = [f"<!-- example: {example.key} -->", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in inputs(example)]
    for name, value in example.results.items():
        shown = in_words(value)
        shown += " %" if name.endswith("_percent") and value is not None else ""
        lines.append(f"| **{words(name).removesuffix(' percent')}** | **{shown}** |")
    return "\n".join(lines)
