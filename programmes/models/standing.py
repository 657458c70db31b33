"""What the site says of a target: written when something is published, and never rewritten."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from programmes.calculations import choices
from programmes.models.append_only import AppendOnlyQuerySet
from programmes.models.key_in_subquery import KeyInSubquery
from programmes.models.querysets import alters_data
from programmes.models.review import FrozenRowError
from programmes.models.target import Qualifier, Target

WRITTEN_ONCE = _(
    "What the site said of a target is kept as it was said. It only ends, once, when the site says otherwise."
)
# A row without an end says what holds for good, until something is published.
FOR_GOOD = date.max


class StandingQuerySet(AppendOnlyQuerySet["Standing"]):
    sentence = WRITTEN_ONCE

    def at(self, on: date, known: datetime | None = None) -> Self:
        """Where targets stand on a day, as known at a moment (None: now). One row a target at most."""
        return self.known(known).filter(from_day__lte=on, until_day__gte=on)

    def of(self, targets: models.QuerySet[Target], on: date, known: datetime | None = None) -> Self:
        """Where some targets stand on a day, as known at a moment (None: now). One row a target at most.

        Looked up target by target, which is right for the hundred of a region; of all of them, `at` reads less.
        """
        rows = self.at(on, known).filter(target=OuterRef("pk")).order_by("-from_day")
        chosen = targets.order_by().annotate(standing=Subquery(rows.values("pk")[:1]))
        return self.filter(KeyInSubquery(chosen.values("standing")))

    def known(self, at: datetime | None = None) -> Self:
        """What the site said at a moment, of whatever day. None: what it says now."""
        if at is None:
            return self.filter(known_until=None)
        return self.filter(
            Q(known_until=None) | Q(known_until__gt=at),
            known_from__lte=at,
        )

    @alters_data
    def end(self, keys: Iterable[int], at: datetime) -> int:
        """Ends rows that the site says now: from that moment on, it says otherwise."""
        rows = self.filter(pk__in=list(keys), known_until=None)
        return super(AppendOnlyQuerySet, rows).update(known_until=at)

    def update(self, **changes: Any) -> int:
        if set(changes) == {"known_until"} and not self.exclude(known_until=None).exists():
            return super(AppendOnlyQuerySet, self).update(**changes)
        return super().update(**changes)


def _number() -> models.DecimalField[Decimal | None, Decimal | None]:
    """A number that was worked out: cut towards zero to six decimals, fifteen digits in all."""
    return models.DecimalField(max_digits=21, decimal_places=6, null=True)


def _row_of(model: str) -> models.ForeignKey[Any, Any]:
    """What a standing rests on: read with it, never looked up by."""
    return models.ForeignKey(
        model,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )


class Standing(models.Model):
    """Where a target stands from a day to a day, both included, as the site said it from a moment to a moment.

    Of each target that something was ever announced of, every day has one row that is known now. What it says is worked
    out by calculations.assessment.timeline; numbers are in the unit of the series, progress as a share of 1, all cut
    towards zero, and to zero only where they are. Of a sum, `as_of` is the day of its newest figure, `oldest` that of
    its oldest, and parts are named by the codes of their series. Of a count of openings, `opening` is the last. Figures
    count from `counted_from`, the time gone from `started_on`.
    """

    class Status(models.TextChoices):
        """Where a promise stands."""

        NOT_YET_PROMISED = choices.Status.NOT_YET_PROMISED.value, _("Not yet promised")
        WITHDRAWN = choices.Status.WITHDRAWN.value, _("Withdrawn")
        ABANDONED = choices.Status.ABANDONED.value, _("Abandoned")
        NOT_STARTED = choices.Status.NOT_STARTED.value, _("Not started")
        ACHIEVED = choices.Status.ACHIEVED.value, _("Achieved")
        ACHIEVED_DATE_NOT_SHOWN = (
            choices.Status.ACHIEVED_DATE_NOT_SHOWN.value,
            _("Achieved, date not shown"),
        )
        ACHIEVED_LATE = choices.Status.ACHIEVED_LATE.value, _("Achieved late")
        MISSED = choices.Status.MISSED.value, _("Not met by the due date")
        RESULT_AWAITED = choices.Status.RESULT_AWAITED.value, _("Result awaited")
        DUE_DATE_PASSED = choices.Status.DUE_DATE_PASSED.value, _("Due date passed, no result")
        NO_DATA = choices.Status.NO_DATA.value, _("No data")
        NO_RECENT_DATA = choices.Status.NO_RECENT_DATA.value, _("No recent data")
        UNDER_WAY = choices.Status.UNDER_WAY.value, _("Under way")
        ON_TRACK = choices.Status.ON_TRACK.value, _("On track")
        BEHIND = choices.Status.BEHIND.value, _("Behind")
        FAR_BEHIND = choices.Status.FAR_BEHIND.value, _("Far behind")

    target = models.ForeignKey(
        Target,
        verbose_name=_("target"),
        on_delete=models.PROTECT,
        related_name="standings",
        db_index=False,  # standing_of_target begins with it
    )
    from_day = models.DateField()
    until_day = models.DateField(default=FOR_GOOD)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    rule_version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=24, choices=Status)
    original_status = models.CharField(max_length=24, choices=Status, blank=True)
    when_measured = models.CharField(max_length=24, choices=Status, blank=True)
    under_way = models.CharField(max_length=20, blank=True)
    figure = _row_of("Measurement")
    opening = _row_of("MilestoneStatement")
    present = _row_of("TargetRevision")
    original = _row_of("TargetRevision")
    value = _number()
    numerator = _number()
    denominator = _number()
    qualifier = models.CharField(max_length=10, choices=Qualifier, blank=True)
    as_of = models.DateField(null=True)
    oldest = models.DateField(null=True)
    counted_from = models.DateField(null=True)
    started_on = models.DateField(null=True)
    progress = _number()
    expected_progress = _number()
    recent_pace = _number()
    required_pace = _number()
    projected = models.DateField(null=True)
    moves = models.PositiveSmallIntegerField(null=True)
    months_moved = models.SmallIntegerField(null=True)
    value_change = _number()
    moved_after_due = models.BooleanField(default=False)
    covered = models.PositiveSmallIntegerField(null=True)
    total = models.PositiveSmallIntegerField(null=True)
    announcements = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    outdated = models.JSONField(default=list)

    objects = StandingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        ordering = ["target", "from_day", "known_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day__gte=F("from_day")),
                name="standing_days_in_order",
                violation_error_message=_("The end lies before the start. Check both dates."),
            ),
            models.CheckConstraint(
                condition=Q(known_until=None) | Q(known_until__gt=F("known_from")),
                name="standing_moments_in_order",
                violation_error_message=_("The end lies before the start. Check both dates."),
            ),
            models.UniqueConstraint(
                fields=["target", "from_day"],
                condition=Q(known_until=None),
                name="standing_one_known_a_day",
                violation_error_message=_("This target already has a standing from that day."),
            ),
        ]
        indexes = [
            models.Index(fields=["target", "from_day"], name="standing_of_target"),
            # what holds today or later: a few rows a target, of which today's are counted and filtered by status
            models.Index(
                fields=["until_day", "from_day", "status"],
                condition=Q(known_until=None),
                name="standing_known_now",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} – {self.from_day}"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            raise FrozenRowError(WRITTEN_ONCE)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise FrozenRowError(WRITTEN_ONCE)


# What says where a target stands, its days and moments aside.
CONTENT = tuple(
    field.attname
    for field in Standing._meta.concrete_fields
    if field.attname
    not in {"id", "target_id", "from_day", "until_day", "known_from", "known_until"}
)
