"""The worked examples of every rule, for the methodology page and `docs/methodology.md`."""

from datetime import date
from decimal import Decimal

from programmes.calculations.assessment.promises import Waypoint
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.assessment.worked_example import (
    Example,
    assessed,
    dated,
    make_figure,
    make_period,
    make_promise,
    make_ratio,
    moved,
    paced,
    read,
    summed,
    with_missing_periods,
)
from programmes.calculations.choices import Measure, Qualifier, Sense
from programmes.calculations.figures import Rule

_PUPILS = make_promise(1000, baseline=0)
_REGIONS = (
    PartSeries("Oriental", (make_figure(date(2023, 1, 1), 290),)),
    PartSeries("Souss-Massa", (make_figure(date(2022, 7, 1), 110),)),
    PartSeries("Fès-Meknès", ()),
)
_INSERTED = make_promise("0.8", baseline="0.2")

EXAMPLES: tuple[Example, ...] = (
    Example(
        key="dates",
        compute=read,
        given=tuple(
            (f"date {index}", typed)
            for index, typed in enumerate(
                ("17/02/2021", "02/2021", "2021", "2021-2022", "2023..2024"), start=1
            )
        ),
    ),
    Example(
        key="as-of",
        compute=dated,
        given=(("date", "2022"), ("date of the source", "2022-10-17"), ("recorded", "2023-01-09")),
    ),
    Example(
        key="no-baseline",
        compute=assessed,
        on=date(2022, 1, 1),
        promises=(make_promise(1000, baseline_on=None),),
        figures=(
            make_figure(date(2020, 6, 30), 150),
            make_figure(date(2020, 12, 31), 200),
            make_figure(date(2021, 12, 31), 400),
        ),
    ),
    Example(
        key="before-the-promise",
        compute=assessed,
        on=date(2021, 6, 30),
        promises=(make_promise(1000, baseline=0),),
        figures=(make_figure(date(2019, 12, 31), 1200),),
    ),
    Example(
        key="running-total",
        compute=assessed,
        promises=(make_promise(3000, baseline=2000),),
        figures=(make_figure(date(2022, 1, 1), 2200), make_figure(date(2023, 1, 1), 2500)),
    ),
    Example(
        key="per-period",
        compute=with_missing_periods,
        rule=Rule(Measure.PER_PERIOD),
        promises=(make_promise(1000, date(2024, 12, 31), 200),),
        figures=(
            make_period(date(2020, 1, 1), date(2020, 12, 31), 90),
            make_period(date(2021, 1, 1), date(2021, 12, 31), 150),
            make_period(date(2022, 1, 1), date(2022, 12, 31), 250),
        ),
    ),
    Example(
        key="missing-period",
        compute=with_missing_periods,
        on=date(2025, 6, 30),
        rule=Rule(Measure.PER_PERIOD),
        promises=(make_promise(1000, baseline=0),),
        figures=(
            make_period(date(2021, 1, 1), date(2021, 12, 31), 300),
            make_period(date(2023, 1, 1), date(2023, 12, 31), 300),
            make_period(date(2024, 1, 1), date(2024, 12, 31), 300),
        ),
    ),
    Example(
        key="level",
        compute=assessed,
        rule=Rule(Measure.LEVEL),
        promises=(make_promise(20, baseline=40, sense=Sense.AT_MOST),),
        figures=(make_figure(date(2022, 1, 1), 36), make_figure(date(2023, 1, 1), 30)),
    ),
    Example(
        key="ratio",
        compute=assessed,
        rule=Rule(Measure.RATIO),
        promises=(_INSERTED,),
        figures=(make_ratio(date(2023, 1, 1), 30, 60),),
    ),
    Example(
        key="met-at-baseline",
        compute=assessed,
        rule=Rule(Measure.LEVEL),
        promises=(make_promise(100, baseline=120),),
        figures=(make_figure(date(2023, 1, 1), 99),),
    ),
    Example(
        key="waypoints",
        compute=assessed,
        promises=(
            make_promise(1000, baseline=0, waypoints=(Waypoint(date(2022, 1, 1), Decimal(100)),)),
        ),
        figures=(make_figure(date(2022, 8, 8), 230),),
    ),
    Example(
        key="qualifier",
        compute=assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(make_figure(date(2025, 1, 1), 1000, Qualifier.UP_TO),),
    ),
    Example(
        key="negative-expectation",
        compute=assessed,
        rule=Rule(Measure.LEVEL),
        promises=(
            make_promise(100, baseline=50, waypoints=(Waypoint(date(2022, 1, 1), Decimal(40)),)),
        ),
        figures=(make_figure(date(2022, 1, 1), 39),),
        on=date(2022, 1, 1),
    ),
    Example(
        key="behind",
        compute=assessed,
        promises=(_PUPILS,),
        figures=(make_figure(date(2023, 1, 1), 449),),
    ),
    Example(
        key="achieved",
        compute=assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(make_figure(date(2024, 6, 30), 1000),),
    ),
    Example(
        key="date-not-shown",
        compute=assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(make_figure(date(2024, 6, 30), 900), make_figure(date(2025, 5, 31), 1010)),
    ),
    Example(
        key="achieved-late",
        compute=assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(make_figure(date(2025, 1, 1), 900), make_figure(date(2025, 6, 30), 1010)),
    ),
    Example(
        key="missed",
        compute=assessed,
        on=date(2025, 12, 31),
        rule=Rule(Measure.LEVEL),
        promises=(_PUPILS,),
        figures=(
            make_figure(date(2025, 1, 1), 900),
            make_figure(date(2025, 6, 30), 1010),
            make_figure(date(2025, 12, 31), 950),
        ),
    ),
    Example(
        key="due-date-passed",
        compute=assessed,
        on=date(2025, 6, 30),
        promises=(_PUPILS,),
        figures=(make_figure(date(2024, 6, 30), 500),),
    ),
    Example(
        key="result-awaited",
        compute=assessed,
        on=date(2025, 1, 31),
        rule=Rule(Measure.RUNNING_TOTAL, delay_days=90),
        promises=(_PUPILS,),
        figures=(make_figure(date(2024, 6, 30), 500),),
    ),
    Example(
        key="no-recent-data",
        compute=assessed,
        on=date(2024, 7, 1),
        rule=Rule(Measure.RUNNING_TOTAL, 6),
        promises=(_PUPILS,),
        figures=(make_figure(date(2023, 6, 30), 500),),
    ),
    Example(
        key="under-way",
        compute=assessed,
        promises=(make_promise(15000, None, baseline_on=None),),
        figures=(make_figure(date(2022, 12, 31), 1000, Qualifier.MORE_THAN),),
    ),
    Example(
        key="two-promises",
        compute=moved,
        on=date(2026, 3, 1),
        promises=(
            make_promise(12, date(2024, 8, 31), announced=date(2020, 8, 17), baseline_on=None),
            make_promise(
                12, date(2027, 8, 31), announced=date(2025, 2, 25), baseline_on=None, number=2
            ),
        ),
        figures=(make_figure(date(2024, 9, 6), 6), make_figure(date(2026, 2, 20), 9)),
    ),
    Example(
        key="no-figure-since",
        compute=assessed,
        on=date(2025, 3, 1),
        promises=(
            _PUPILS,
            make_promise(1000, date(2030, 12, 31), 0, announced=date(2025, 2, 1), number=2),
        ),
        figures=(make_figure(date(2024, 6, 30), 500),),
    ),
    Example(
        key="pace",
        compute=paced,
        on=date(2023, 12, 31),
        promises=(make_promise(1000, date(2024, 12, 31), 0),),
        figures=(
            make_figure(date(2021, 12, 31), 150),
            make_figure(date(2022, 12, 31), 400),
            make_figure(date(2023, 6, 30), 500),
            make_figure(date(2023, 12, 31), 765),
        ),
    ),
    Example(
        key="sum",
        compute=summed,
        promises=(make_promise(1200, baseline=0),),
        parts=_REGIONS,
    ),
    Example(
        key="sum-of-ratios",
        compute=summed,
        rule=Rule(Measure.RATIO),
        promises=(_INSERTED,),
        parts=(
            PartSeries("Oriental", (make_ratio(date(2023, 1, 1), 9, 10),)),
            PartSeries("Souss-Massa", (make_ratio(date(2023, 1, 1), 36, 90),)),
        ),
    ),
)
