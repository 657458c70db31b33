"""Reported figures and their breakdown."""

import secrets
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.calculations import choices
from programmes.calculations.dates import DateError, as_of
from programmes.calculations.figures import Figure
from programmes.models.centre import Centre
from programmes.models.columns import (
    CodeField,
    PreciseDateField,
    QuantityField,
    precise_date_checks,
    public_flag,
)
from programmes.models.corrections import correction_faults, one_published_correction
from programmes.models.date_sentences import date_sentence
from programmes.models.figure_rules import (
    DATED,
    DENOMINATOR_POSITIVE,
    OTHER_PERIOD,
    OTHER_SERIES,
    PERIOD_IN_ORDER,
    VALUE_OR_FRACTION,
    figure_faults,
)
from programmes.models.named import NamedModel
from programmes.models.permissions import REVIEWED_PERMISSIONS, TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.review import (
    OwnedByReviewed,
    OwnedByReviewedQuerySet,
    Reviewed,
    ReviewedQuerySet,
    State,
)
from programmes.models.sealed import Sealed, SealedQuerySet
from programmes.models.series import public_series
from programmes.models.target import Qualifier

_REF_SIGNS = (
    "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/l/i: references are read aloud and retyped
)


_SIGN_OF_BYTE = bytes(ord(_REF_SIGNS[byte % 31]) for byte in range(256))


def new_reference() -> str:
    """A reference no other row has had: 12 signs, the first an m, the others drawn at random out of 31."""
    return new_references(1)[0]


def new_references(count: int) -> list[str]:
    """So many of them: the system is asked for chance once."""
    signs = secrets.token_bytes(11 * count).translate(_SIGN_OF_BYTE).decode()
    return ["m" + signs[start : start + 11] for start in range(0, len(signs), 11)]


class MeasurementQuerySet(ReviewedQuerySet["Measurement"]):
    def published(self) -> Self:
        """Published figures of public series."""
        return self.filter(Q(state=State.PUBLISHED) & public_series("series__"))

    def once_published(self) -> Self:
        """The same with those that were corrected, set aside or withdrawn since."""
        return self.filter(Q(published_at__isnull=False) & public_series("series__"))


class Measurement(Reviewed):
    """One reported figure with its date and source."""

    ref = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_reference, editable=False
    )
    series = models.ForeignKey(
        "Series",
        verbose_name=_("series"),
        on_delete=models.PROTECT,
        related_name="measurements",
        db_index=False,  # measurement_latest begins with it
    )
    period_start = models.DateField(_("start of the period"), null=True, blank=True)
    as_of = PreciseDateField(_("as of"))
    value = QuantityField(_("value"), null=True, blank=True)
    numerator = QuantityField(_("numerator"), null=True, blank=True)
    denominator = QuantityField(_("denominator"), null=True, blank=True)
    qualifier = models.CharField(
        _("qualifier"), max_length=10, choices=Qualifier, default=Qualifier.EXACTLY
    )
    source = models.ForeignKey(
        "Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="measurements"
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("A few words beside the figure. Public.")
    )
    supersedes = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    reason = models.TextField(
        _("reason of the correction"),
        blank=True,
        help_text=_("Why the earlier entry was wrong. Public."),
    )

    # by its numbers, which the database is asked for
    is_found_by_words = False

    # of a figure that was counted: the centres that opened
    opened: list[Centre]

    objects = MultilingualManager.from_queryset(MeasurementQuerySet)()

    class Meta:
        default_permissions = REVIEWED_PERMISSIONS
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-as_of_on", "-id"]
        constraints = [
            *precise_date_checks("measurement", "as_of"),
            models.CheckConstraint(
                condition=Q(as_of_on__isnull=False),
                name="measurement_is_dated",
                violation_error_message=DATED,
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, numerator__isnull=True, denominator__isnull=True)
                | Q(value__isnull=True, numerator__isnull=False, denominator__isnull=False),
                name="measurement_value_or_fraction",
                violation_error_message=VALUE_OR_FRACTION,
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(denominator__gt=0),
                name="measurement_denominator_positive",
                violation_error_message=DENOMINATOR_POSITIVE,
            ),
            models.CheckConstraint(
                condition=Q(period_start__isnull=True) | Q(period_start__lte=F("as_of_on")),
                name="measurement_period_starts_before_its_end",
                violation_error_message=PERIOD_IN_ORDER,
            ),
            models.UniqueConstraint(
                fields=["series", "period_start", "as_of_on"],
                condition=Q(state="published", period_start__isnull=False),
                name="measurement_one_published_per_period",
                violation_error_message=_(
                    "A figure is already published for this series, period and date."
                ),
            ),
            models.UniqueConstraint(
                fields=["series", "as_of_on"],
                condition=Q(state="published", period_start__isnull=True),
                name="measurement_one_published_per_date",
                violation_error_message=_(
                    "A figure is already published for this series and date."
                ),
            ),
            one_published_correction("measurement", "supersedes"),
        ]
        indexes = [
            models.Index(
                F("series"), F("as_of_on").desc(), F("id").desc(), name="measurement_latest"
            ),
            # the order of the staff's list
            models.Index(fields=["-as_of_on", "-id"], name="measurement_newest"),
            # whether a series ever reached a value, without looking through it
            models.Index(
                fields=["series", "value"],
                condition=Q(state="published"),
                name="measurement_reached",
            ),
            # of which series a number is a figure
            models.Index(fields=["value"], name="measurement_value"),
        ]

    @property
    def figure(self) -> Figure:
        """The row as the arithmetic takes it."""
        return Figure(
            self.as_of_on,
            self.value,
            self.numerator,
            self.denominator,
            self.period_start,
            choices.Qualifier(self.qualifier),
        )

    @property
    def shared_total(self) -> Decimal | None:
        """What the shares of a breakdown are parts of: the value; of a ratio, its denominator."""
        return self.value if self.denominator is None else self.denominator

    def __str__(self) -> str:
        return f"{self.series} – {self.as_of.notation}"

    def clean(self) -> None:
        """Checks what a row alone cannot: its series, its source and the day it was recorded.

        Takes as the effective date the earliest of the last day stated, the date of the source and the day of
        recording: a figure is never as of a day later than its source.
        """
        errors: dict[str, Any] = {}
        if self.series_id:
            errors |= figure_faults(
                measure=self.series.indicator.measure,
                figures=self.series.figures,
                period_start=self.period_start,
                value=self.value,
                numerator=self.numerator,
                denominator=self.denominator,
            )
        if self.source_id and self.as_of.last is not None:
            recorded = (
                timezone.localdate(self.entered_at) if self.entered_at else timezone.localdate()
            )
            try:
                self.as_of_on = as_of(self.as_of, self.source.date, recorded)
            except DateError as error:
                errors["as_of_on"] = date_sentence(error)
        errors |= self.faults_of_correction()
        if errors:
            raise ValidationError(errors)

    def faults_of_correction(self) -> dict[str, Any]:
        """What is wrong with it as a correction: sentences by column. Empty: nothing, or it corrects none.

        It keeps series and period. The day of a total, level or ratio is an entry that may be mistyped too: pages print
        the one that it was.
        """
        corrected = self.supersedes
        if corrected is None:
            return {}
        errors: dict[str, Any] = {}
        if corrected.series_id != self.series_id:
            errors["supersedes"] = OTHER_SERIES
        elif (corrected.period_start, self.period_start) != (None, None) and (
            (corrected.period_start, corrected.as_of_on) != (self.period_start, self.as_of_on)
        ):
            errors["supersedes"] = OTHER_PERIOD
        return errors | correction_faults(self, "supersedes")


class Dimension(NamedModel, Sealed):
    """A way to break a figure down: sex, age band, disability, rural or urban, funder."""

    code = CodeField()
    name = models.CharField(_("name"), max_length=120)
    is_public = public_flag()

    sealed = ("code", "name")

    objects = MultilingualManager.from_queryset(PublicQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class Category(NamedModel, Sealed):
    """One value of a dimension."""

    dimension = models.ForeignKey(
        "Dimension",
        verbose_name=_("dimension"),
        on_delete=models.PROTECT,
        related_name="categories",
    )
    code = CodeField(unique=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)

    identity = ("dimension", "code")
    sealed = ("dimension", "code", "name")
    open = {"position": _("its place in a list")}

    objects = MultilingualManager.from_queryset(SealedQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["dimension", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "code"],
                name="category_code_unique",
                violation_error_message=_("This dimension already has a category of that code."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dimension} – {self.name}"


class MeasurementShareQuerySet(OwnedByReviewedQuerySet["MeasurementShare"]):
    owner = "measurement"


class MeasurementShare(OwnedByReviewed):
    """The part of a measurement in one category of a dimension."""

    owner_name = "measurement"

    measurement = models.ForeignKey(
        "Measurement",
        verbose_name=_("measurement"),
        on_delete=models.CASCADE,
        related_name="shares",
    )
    category = models.ForeignKey(
        "Category", verbose_name=_("category"), on_delete=models.PROTECT, related_name="shares"
    )
    value = QuantityField(_("value"))

    objects = MeasurementShareQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("share of a measurement")
        verbose_name_plural = _("shares of measurements")
        ordering = ["measurement", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "category"],
                name="measurement_share_unique",
                violation_error_message=_("This figure already has a value for that category."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="measurement_share_not_negative",
                violation_error_message=_("A share cannot be below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.value}"
