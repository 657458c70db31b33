"""Promises. Everything that could move one lives in its revisions alone."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models.columns import (
    CodeField,
    PreciseDateField,
    QuantityField,
    is_number,
    precise_date_checks,
    public_flag,
)
from programmes.models.permissions import REVIEWED_PERMISSIONS, TABLE_PERMISSIONS
from programmes.models.review import (
    OwnedByReviewed,
    OwnedByReviewedQuerySet,
    Reviewed,
    ReviewedQuerySet,
    State,
)
from programmes.models.series import public_series
from programmes.models.source import Source, said_after


class Qualifier(models.TextChoices):
    """How exact a figure claims to be. Printed beside it; arithmetic uses the number."""

    EXACTLY = "exactly", _("exactly")
    ABOUT = "about", _("about")
    MORE_THAN = "more_than", _("more than")
    AT_LEAST = "at_least", _("at least")
    UP_TO = "up_to", _("up to")
    LESS_THAN = "less_than", _("less than")


def public_target(prefix: str = "") -> Q:
    """The condition under which the target at `prefix` is public."""
    return Q(**{f"{prefix}is_public": True}) & public_series(f"{prefix}series__")


class TargetQuerySet(models.QuerySet):
    def published(self) -> "TargetQuerySet":
        """Public targets that have at least one published revision."""
        announced = TargetRevision.objects.filter(
            state=State.PUBLISHED, target=models.OuterRef("pk")
        )
        return self.filter(public_target()).filter(models.Exists(announced))


class Target(models.Model):
    """One promise on a series. What was promised, and by when, is in its revisions."""

    class MeasuredBy(models.TextChoices):
        OWN = "own", _("its own series")
        PARTS = "parts", _("its parts")

    code = CodeField(max_length=120)
    series = models.ForeignKey(
        "Series", verbose_name=_("series"), on_delete=models.PROTECT, related_name="targets"
    )
    agreement = models.ForeignKey(
        "Agreement",
        verbose_name=_("made in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    responsible = models.ForeignKey(
        "Organisation",
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    measured_by = models.CharField(
        _("measured by"), max_length=5, choices=MeasuredBy, default=MeasuredBy.OWN
    )
    is_public = public_flag(default=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("id")),
                name="target_not_part_of_itself",
                violation_error_message=_("A target cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TargetRevisionQuerySet(ReviewedQuerySet):
    def published(self) -> "TargetRevisionQuerySet":
        """Published announcements of public targets."""
        return self.filter(Q(state=State.PUBLISHED) & public_target("target__"))


class TargetRevision(Reviewed):
    """One announcement of a target: what is promised, by when, counted from where, said by whom."""

    class Kind(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        CORRECTION = "correction", _("correction of an entry")
        ABANDONED = "abandoned", _("abandoned")

    class Sense(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")

    target = models.ForeignKey(
        "Target", verbose_name=_("target"), on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ANNOUNCED)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    value = QuantityField(_("value"), null=True, blank=True)
    qualifier = models.CharField(
        _("qualifier"), max_length=10, choices=Qualifier, default=Qualifier.EXACTLY
    )
    sense = models.CharField(_("sense"), max_length=8, choices=Sense, default=Sense.AT_LEAST)
    due = PreciseDateField(_("due date"))
    due_text = models.CharField(_("due date as printed"), max_length=120, blank=True)
    baseline = QuantityField(_("baseline"), null=True, blank=True)
    baseline_on = models.DateField(_("date of the baseline"), null=True, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    wording = models.TextField(_("wording as printed"), blank=True)
    wording_language = models.CharField(
        _("language of the wording"), max_length=2, choices=Source.Language, blank=True
    )
    announced = PreciseDateField(_("announced on"))
    source = models.ForeignKey(
        "Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="target_revisions",
    )
    reason = models.TextField(_("reason of the revision"), blank=True)

    objects = TargetRevisionQuerySet.as_manager()

    class Meta:
        default_permissions = REVIEWED_PERMISSIONS
        verbose_name = _("target revision")
        verbose_name_plural = _("target revisions")
        ordering = ["target", "number"]
        constraints = [
            *precise_date_checks("target_revision", "due", "announced"),
            models.UniqueConstraint(
                fields=["target", "number"],
                name="target_revision_number_unique",
                violation_error_message=_("This target already has a revision of that number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="target_revision_number_from_one"
            ),
            models.CheckConstraint(
                condition=Q(kind="abandoned") | Q(value__isnull=False),
                name="target_revision_has_value",
                violation_error_message=_(
                    "Give the promised value; only a target that is abandoned has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(announced_on__isnull=False),
                name="target_revision_is_dated",
                violation_error_message=_("Give the date of the announcement."),
            ),
            models.CheckConstraint(
                condition=Q(kind="abandoned") | ~Q(sense="at_most") | Q(baseline__isnull=False),
                name="target_revision_at_most_has_baseline",
                violation_error_message=_(
                    "“At most” needs a baseline: give the value from which it counts down."
                ),
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True)
                | Q(baseline_on__isnull=True)
                | Q(due_on__gte=F("baseline_on")),
                name="target_revision_due_after_baseline",
                violation_error_message=_(
                    "The due date lies before the date of the baseline. Check both dates."
                ),
            ),
            models.CheckConstraint(
                condition=Q(baseline_on__isnull=True) | Q(baseline__isnull=False),
                name="target_revision_baseline_date_has_value",
                violation_error_message=_(
                    "A date of the baseline needs the value of the baseline."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | (~Q(kind="correction") & Q(corrects__isnull=True)),
                name="target_revision_correction_names_revision",
                violation_error_message=_(
                    "A correction names the revision it corrects; any other revision names none."
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "announced_on"], name="target_revision_published")]

    def __str__(self) -> str:
        return f"{self.target} – {self.number}"

    def clean(self) -> None:
        """Checks what a row alone cannot: its indicator, its source, the revision it corrects."""
        errors: dict[str, Any] = {}
        if self.target_id and self.target.series_id:
            measure = self.target.series.indicator.measure
            if self.sense == self.Sense.AT_MOST and measure not in ("level", "ratio"):
                errors["sense"] = _("“At most” is for levels and ratios: a total only grows.")
            if measure == "ratio":
                for column in ("value", "baseline"):
                    number = getattr(self, column)
                    if is_number(number) and not 0 <= number <= 1:
                        errors[column] = _("A ratio lies between 0 and 100 %.")
        if self.source_id and said_after(self.announced, self.source.date):
            errors["announced_on"] = _(
                "The announcement is dated after its source. Check both dates."
            )
        if self.announced.first and self.announced.first > timezone.localdate():
            errors["announced_on"] = _("The announcement lies in the future.")
        if self.corrects_id and self.corrects.target_id != self.target_id:
            errors["corrects"] = _("The revision that is corrected belongs to another target.")
        if errors:
            raise ValidationError(errors)


class WaypointQuerySet(OwnedByReviewedQuerySet):
    owner = "revision"


class Waypoint(OwnedByReviewed):
    """An intermediate value that a revision announces."""

    owner_name = "revision"

    revision = models.ForeignKey(
        "TargetRevision",
        verbose_name=_("revision"),
        on_delete=models.CASCADE,
        related_name="waypoints",
    )
    on = models.DateField(_("date"))
    value = QuantityField(_("value"))

    objects = WaypointQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("waypoint")
        verbose_name_plural = _("waypoints")
        ordering = ["revision", "on"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "on"], name="waypoint_date_unique")
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.value}"
