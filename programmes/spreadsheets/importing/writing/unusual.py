"""What is unusual of the rows of a file, asked before they become drafts: the rules are those of review."""

from typing import Any

from django.db import models

from programmes.models import Measurement, Target, TargetRevision
from programmes.models.plausibility import PublishedFigures, doubts_of, published_of


class UnusualRows:
    """What is unusual of the figures and announcements that rows of a file would leave.

    What is published is read for the series of many rows at once; whoever publishes the row later says why it is right
    (models/plausibility.py).
    """

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.published: dict[int, PublishedFigures] = {}

    def read(self, series: set[int]) -> None:
        """Reads what is published of some series, two queries however many they are."""
        if new := series - self.published.keys():
            self.published |= published_of(new)

    def of(self, record: models.Model) -> list[str]:
        """What is unusual of a record that breaks no rule, unsaved, in sentences."""
        row: Any = getattr(record, "first_revision", None) if self.model is Target else record
        if isinstance(row, Measurement):
            has_amount = row.value is not None or row.denominator
            return doubts_of(row, self.published.get(row.series_id)) if has_amount else []
        return doubts_of(row) if isinstance(row, TargetRevision) and row.value is not None else []
