"""One followed figure."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.columns import CodeField
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import public_condition

OWNERS = ("programme", "centre")


def public_series(prefix: str = "") -> Q:
    """The condition under which the series at `prefix` is public: its programme and its centre are."""
    condition = Q()
    for owner in OWNERS:
        path = f"{prefix}{owner}"
        condition &= Q(**{f"{path}__isnull": True}) | public_condition((), f"{path}__")
    return condition


class SeriesQuerySet(models.QuerySet):
    def published(self) -> "SeriesQuerySet":
        """Series whose programme and centre, where named, are public."""
        return self.filter(public_series())


class Series(models.Model):
    """An indicator in a territory, of a programme or a centre where it is one's own."""

    class Role(models.TextChoices):
        PROGRESS = "progress", _("progress")
        CONTEXT = "context", _("context, never progress")

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
        "Territory", verbose_name=_("territories covered"), blank=True, related_name="area_series"
    )
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.PROGRESS)
    interval_months = models.PositiveSmallIntegerField(
        _("reporting interval in months"), default=12, validators=[MinValueValidator(1)]
    )
    name = models.CharField(
        _("name"),
        max_length=250,
        blank=True,
        help_text=_("The label a sentence starts with; empty: the indicator's."),
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("series")
        verbose_name_plural = _("followed series")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_months__gte=1), name="series_interval_from_one_month"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code
