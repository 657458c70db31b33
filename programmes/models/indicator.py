"""What is counted."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.columns import CodeField, public_flag
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet


class Indicator(models.Model):
    """What is counted, with its unit and rule of measurement.

    Its measure and unit lock once something published uses it (services.indicators).
    """

    class Measure(models.TextChoices):
        RUNNING_TOTAL = "running_total", _("running total")
        PER_PERIOD = "per_period", _("per period")
        LEVEL = "level", _("level")
        RATIO = "ratio", _("ratio")

    code = CodeField()
    name = models.CharField(_("name"), max_length=200)
    definition = models.TextField(_("definition"), blank=True)
    unit = models.CharField(
        _("unit"), max_length=80, help_text=_("As written after a figure: people, places, MAD.")
    )
    decimals = models.PositiveSmallIntegerField(
        _("decimals"), default=0, validators=[MaxValueValidator(4)]
    )
    measure = models.CharField(_("measure"), max_length=15, choices=Measure)
    is_public = public_flag(default=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decimals__lte=4), name="indicator_decimals_at_most_four"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code
