"""What may no longer change once the public has read figures by it."""

from programmes.models import FROZEN, Indicator, Measurement, Series, TargetRevision


def is_locked(indicator: Indicator) -> bool:
    """Whether something published, or that once was, uses the indicator: its measure and unit then stay."""
    return (
        Measurement.objects.filter(series__indicator=indicator, state__in=FROZEN).exists()
        or TargetRevision.objects.filter(
            target__series__indicator=indicator, state__in=FROZEN
        ).exists()
    )


def is_series_locked(series: Series) -> bool:
    """Whether something published, or that once was, speaks of the series: what it follows then stays."""
    return (
        series.measurements.filter(state__in=FROZEN).exists()
        or TargetRevision.objects.filter(target__series=series, state__in=FROZEN).exists()
    )
