"""Where each promise of the sample stands on a day, in fractions and days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.recomputed import files
from tests.recomputed.files import Announcement, Figure, Said


@dataclass(frozen=True)
class Stand:
    """What the site must say of one promise on one day.

    `statuses` is that of each announcement in order, the present one last; `dated` the first and last date of the
    figure as said; `progress` and `time_gone` are shares; `covered` says how many parts of how many reported.
    """

    status: str
    statuses: tuple[str, ...] = ()
    value: Fraction | None = None
    dated: tuple[Said, Said] | None = None
    progress: Fraction | None = None
    time_gone: Fraction | None = None
    covered: tuple[int, int] | None = None


@dataclass(frozen=True)
class Report:
    """What is known of a series by a day: its figures that count, and whether the last of them is recent."""

    figures: list[Figure]
    base: Fraction | None
    is_recent: bool
    dated: tuple[Said, Said] | None = None
    covered: tuple[int, int] | None = None


def stand(target: str, on: date) -> Stand:
    """Where a promise stands."""
    made = [one for one in files.announcements(target) if one.announced.last <= on]
    if not made:
        return Stand("not_yet_promised")
    series = files.by_code("series")[files.by_code("targets")[target]["series"]]
    indicator = files.by_code("indicators")[series["indicator"]]
    start = made[0].announced
    report = READERS[series["figures"]](series, indicator["measure"], start, on)
    judge = Judge(start, report, indicator["measure"], int(indicator["decimals"]), series, on)
    statuses = tuple(judge.status(one) for one in made)
    present, status = made[-1], statuses[-1]
    if not report.figures:
        return Stand(status, statuses, time_gone=None)
    progress = None if status == "no_recent_data" else judge.progress(report.figures[-1], present)
    return Stand(
        status,
        statuses,
        report.figures[-1].value,
        report.dated,
        progress,
        judge.time_gone(present) if progress is not None else None,
        report.covered,
    )


def expected_by(target: str, day: date, on: date) -> Fraction:
    """What even steps would have brought by a day to the promise present on another, cut to the decimals counted."""
    made = [one for one in files.announcements(target) if one.announced.last <= on]
    start, present = made[0].announced, made[-1]
    series = files.by_code("series")[files.by_code("targets")[target]["series"]]
    indicator = files.by_code("indicators")[series["indicator"]]
    base = READERS[series["figures"]](series, indicator["measure"], start, on).base
    assert base is not None
    assert present.due
    return _even(base, start.last, present.value, present.due, day, int(indicator["decimals"]))


def _even(
    base: Fraction, begin: date, value: Fraction, due: date, day: date, decimals: int
) -> Fraction:
    """The straight line from a start to a target on a day, flat outside, cut to some decimals."""
    share = Fraction((day - begin).days, (due - begin).days)
    exact = base + (value - base) * min(max(share, Fraction(0)), Fraction(1))
    unit = Fraction(1, 10**decimals)
    return int(exact / unit) * unit


def own(series: dict[str, str], measure: str, start: Said, on: date) -> Report:
    """A series that reports its own figures."""
    known = [one for one in files.figures(series["code"]) if one.on <= on]
    found = [one for one in known if one.on >= start.first]
    base = None
    if measure == "running_total":
        before = [one.value for one in known if one.on <= start.first]
        base = before[-1] if before else Fraction(0)
    if not found:
        return Report([], base, is_recent=False)
    last = found[-1]
    return Report(found, base, _is_recent(last, series, on), (last.said, last.said))


def counted(series: dict[str, str], measure: str, start: Said, on: date) -> Report:
    """A series counted from openings: it has a figure every day, dated from the last opening."""
    assert measure == "running_total"
    opened = files.openings(series["code"])
    found, day = [], start.first
    while day <= on:
        number = sum(when <= day for when, _ in opened)
        found.append(Figure(day, Fraction(number), Said(day, day, "day")))
        day += timedelta(1)
    base = Fraction(sum(when <= start.first for when, _ in opened))
    reached = [said for when, said in opened if when <= on]
    return Report(found, base, True, (reached[-1], reached[-1]) if reached else None)


def summed(series: dict[str, str], measure: str, start: Said, on: date) -> Report:
    """A series that is the sum of the last figure of each part, whatever its date, once one counts."""
    assert measure == "level"
    codes = files.parts(series["code"])
    reported = [known for code in codes if (known := _last(code, on))]
    if not any(one.on >= start.first for one in reported):
        return Report([], None, is_recent=False)
    reported.sort(key=lambda one: one.on)
    recent = sum(_is_recent(one, series, on) for one in reported)
    total = Figure(reported[-1].on, sum((one.value for one in reported), Fraction(0)), SOME)
    return Report(
        [total],
        None,
        recent * 2 > len(codes),
        (reported[0].said, reported[-1].said),
        (len(reported), len(codes)),
    )


SOME = Said(date.min, date.min, "day")
READERS = {"own": own, "milestones": counted, "parts": summed}


def _last(code: str, on: date) -> Figure | None:
    known = [one for one in files.figures(code) if one.on <= on]
    return known[-1] if known else None


def _is_recent(figure: Figure, series: dict[str, str], on: date) -> bool:
    """Whether two reporting intervals have not passed since a figure."""
    return months_after(figure.on, 2 * int(series["interval_months"])) >= on


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Judge:
    """Judges announcements of one promise on a day by what was reported."""

    start: Said
    report: Report
    measure: str
    decimals: int
    series: dict[str, str]
    on: date

    def status(self, one: Announcement) -> str:
        """The first status that applies to an announcement."""
        figures = self.report.figures
        verdict = self._of_total(one) if self.measure == "running_total" else self._of_level(one)
        if verdict:
            return verdict
        if one.due and one.due < self.on:
            return "due_date_passed"
        if not figures:
            return "no_data"
        if not self.report.is_recent:
            return "no_recent_data"
        last = figures[-1]
        progress, expected = self.progress(last, one), self.expected(last, one)
        gone = self.time_gone(one)
        if progress is None or expected is None or gone is None or gone < Fraction(1, 10):
            return "under_way"
        if last.on < one.announced.last:
            return "under_way"
        if expected <= 0:
            return "on_track" if progress >= expected else "behind"
        if progress >= expected * Fraction(90, 100):
            return "on_track"
        return "behind" if progress >= expected * Fraction(70, 100) else "far_behind"

    def _of_total(self, one: Announcement) -> str | None:
        """The verdict on a running total that is to reach a value."""
        figures = self.report.figures
        if one.due is None:
            return "achieved" if figures and _meets(figures[-1], one) else None
        before = [figure for figure in figures if figure.on <= one.due]
        after = [figure for figure in figures if figure.on >= one.due]
        if before and _meets(before[-1], one):
            return "achieved"
        if not after:
            return None
        if _meets(after[0], one):
            return "achieved_date_not_shown"
        return "achieved_late" if any(_meets(figure, one) for figure in after) else "missed"

    def _of_level(self, one: Announcement) -> str | None:
        """The verdict on a level that is to reach a value."""
        figures = self.report.figures
        if not figures:
            return None
        last = figures[-1]
        assert one.due is None or not self.report.covered, "no whole of the sample has a due date"
        if one.due is None or (self.on <= one.due and last.on < one.due):
            return "achieved" if self.report.is_recent and _meets(last, one) else None
        after = [figure for figure in figures if figure.on >= one.due]
        if not after:
            near = months_after(last.on, int(self.series["interval_months"])) >= one.due
            return "achieved" if near and _meets(last, one) else None
        if _meets(after[0], one):
            return "achieved" if after[0].on == one.due else "achieved_date_not_shown"
        return "achieved_late" if _meets(last, one) else "missed"

    def progress(self, figure: Figure, one: Announcement) -> Fraction | None:
        """The share of the way from the start to the target. None for a level that has no start."""
        base = self.report.base
        return None if base is None else (figure.value - base) / (one.value - base)

    def expected(self, figure: Figure, one: Announcement) -> Fraction | None:
        """The progress that even steps would have made by the date of a figure, cut to the decimals counted."""
        base, begin = self.report.base, self.start.last
        if base is None or one.due is None or one.due <= begin:
            return None
        value = _even(base, begin, one.value, one.due, figure.on, self.decimals)
        return (value - base) / (one.value - base)

    def time_gone(self, one: Announcement) -> Fraction | None:
        """The share of the days from the start to the due date that have gone."""
        if one.due is None or one.due <= self.start.last:
            return None
        share = Fraction((self.on - self.start.last).days, (one.due - self.start.last).days)
        return min(max(share, Fraction(0)), Fraction(1))


def _meets(figure: Figure, one: Announcement) -> bool:
    return figure.qualifier not in ("up_to", "less_than") and figure.value >= one.value
