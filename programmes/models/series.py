"""One followed figure."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.calculations import choices
from programmes.models.centre import Centre
from programmes.models.chains import leads_back
from programmes.models.columns import CodeField
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import public_condition
from programmes.models.sealed import Sealed, SealedQuerySet
from programmes.models.territory import Territory

OWNERS = ("programme", "centre")
PART_OF_ITSELF = _("A series cannot be part of itself, nor of its own parts.")


def public_series(prefix: str = "") -> Q:
    """The condition under which the series at `prefix` is public: its programme and its centre are."""
    condition = Q()
    for owner in OWNERS:
        path = f"{prefix}{owner}"
        condition &= Q(**{f"{path}__isnull": True}) | public_condition((), f"{path}__")
    return condition


class SeriesQuerySet(SealedQuerySet["Series"]):
    def published(self) -> Self:
        """Series whose programme and centre, where named, are public."""
        return self.filter(public_series())


class Series(Sealed):
    """An indicator in a territory, of a programme or a centre where it is one's own.

    Its figures are reported, or added up from its part series, or counted from the openings of centres.
    """

    class Role(models.TextChoices):
        PROGRESS = "progress", _("progress")
        CONTEXT = "context", _("context, never progress")

    class Figures(models.TextChoices):
        OWN = choices.FiguresFrom.OWN.value, _("reported for it")
        PARTS = choices.FiguresFrom.PARTS.value, _("sum of its part series")
        MILESTONES = choices.FiguresFrom.MILESTONES.value, _("counted from openings")

    code = CodeField(max_length=120)
    indicator = models.ForeignKey(
        "Indicator", verbose_name=_("indicator"), on_delete=models.PROTECT, related_name="series"
    )
    territory = models.ForeignKey(
        "Territory",
        verbose_name=_("territory"),
        on_delete=models.PROTECT,
        related_name="series",
        help_text=_(
            "Where the figure covers several territories: the smallest that holds them all."
        ),
    )
    programme = models.ForeignKey(
        "Programme",
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="series",
    )
    centre = models.ForeignKey(
        "Centre",
        verbose_name=_("centre"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="series",
    )
    areas = models.ManyToManyField(
        "programmes.Territory",
        verbose_name=_("territories covered"),
        blank=True,
        related_name="area_series",
    )
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.PROGRESS)
    figures = models.CharField(
        _("where its figures come from"), max_length=10, choices=Figures, default=Figures.OWN
    )
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("part of the sum"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text=_(
            "The series of a larger territory that is the sum of its parts, this one among them."
        ),
    )
    counted_kind = models.CharField(
        _("centres counted"),
        max_length=10,
        choices=Centre.Kind,
        blank=True,
        help_text=_(
            "Where it counts the openings of centres: their kind. Figures that are reported are checked against them."
        ),
    )
    interval_months = models.PositiveSmallIntegerField(
        _("reporting interval in months"), default=12, validators=[MinValueValidator(1)]
    )
    delay_days = models.PositiveSmallIntegerField(
        _("days until a figure is usually available"),
        default=0,
        help_text=_("A result is awaited so long after the due date before it is called missing."),
    )
    name = models.CharField(
        _("name"),
        max_length=250,
        blank=True,
        help_text=_("The label a sentence starts with; empty: the indicator's."),
    )

    identity = ("code", "indicator", "territory", "programme", "centre")
    sealed = (
        "code",
        "indicator",
        "territory",
        "programme",
        "centre",
        "areas",
        "role",
        "figures",
        "part_of",
        "counted_kind",
        "interval_months",
        "delay_days",
        "name",
    )

    added_up = ("parts",)

    objects = MultilingualManager.from_queryset(SeriesQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("series")
        verbose_name_plural = _("followed series")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_months__gte=1),
                name="series_interval_from_one_month",
                violation_error_message=_("Figures come at most once a month: give at least 1."),
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("id")),
                name="series_not_part_of_itself",
                violation_error_message=PART_OF_ITSELF,
            ),
            models.CheckConstraint(
                condition=Q(figures="own")
                | (Q(figures="milestones") & ~Q(counted_kind=""))
                | (Q(figures="parts") & Q(counted_kind="")),
                name="series_counted_names_kind",
                violation_error_message=_(
                    "A series counted from openings names the kind of centres it counts; a sum names none."
                ),
            ),
        ]

    def __str__(self) -> str:
        """What is followed, of which centre, or of which programme and where: Jeunes formés – JobInTech – Maroc."""
        return " – ".join(self.names())

    def names(self) -> list[str]:
        """The names of which its own is made."""
        counted = self.indicator if self.indicator_id else self.code
        names = ("centre",) if self.centre_id else ("programme", "territory")
        parts = [getattr(self, name) for name in names if getattr(self, f"{name}_id")]
        return [str(part) for part in (self.name or counted, *parts)]

    def clean(self) -> None:
        """Checks what a row alone cannot: the sum it is part of, and what already stands on it."""
        errors: dict[str, Any] = {}
        if self.part_of is not None:
            fault = self._fault_as_part(self.part_of)
            if fault:
                errors["part_of"] = fault
        if self.figures == self.Figures.MILESTONES:
            errors |= self._faults_as_count()
        if self.pk is not None:
            errors |= self._faults_with_what_stands()
        if errors:
            raise ValidationError(errors)

    def _fault_as_part(self, whole: "Series") -> Any:
        """Why it cannot be part of that sum; None where it can."""
        if leads_back(self, "part_of"):
            return PART_OF_ITSELF
        if whole.figures != self.Figures.PARTS:
            return _(
                "The figures of that series are not the sum of its parts. Say so there first, or choose another."
            )
        if whole.indicator_id != self.indicator_id:
            return _("A part counts the same indicator as the sum.")
        if self.territory_id and not _lies_in(self.territory, whole.territory_id):
            return _("A part lies inside the territory of the sum.")
        return None

    def _faults_as_count(self) -> dict[str, Any]:
        if self.indicator_id and self.indicator.measure != choices.Measure.RUNNING_TOTAL:
            return {
                "figures": _("Openings are counted as a running total: choose another indicator.")
            }
        return {}

    def _faults_with_what_stands(self) -> dict[str, Any]:
        """What its figures, parts and targets do not allow."""
        errors: dict[str, Any] = {}
        if self.figures != self.Figures.OWN and self.measurements.exists():
            errors["figures"] = _(
                "Figures were entered for this series: it cannot be a sum or a count. Make a series of its own for it."
            )
        elif self.figures != self.Figures.PARTS and self.parts.exists():
            errors["figures"] = _(
                "Other series are parts of this one: its figures are their sum as long as they are."
            )
        if self.role == self.Role.CONTEXT and self.targets.exists():
            errors["role"] = _("Targets are set on this series: it cannot be context.")
        return errors


def _lies_in(territory: Territory | None, outer: int) -> bool:
    """Whether a territory is another, or lies in it."""
    while territory is not None:
        if territory.pk == outer:
            return True
        territory = territory.parent
    return False
