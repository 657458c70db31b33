"""What is counted."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.calculations import choices
from programmes.models.columns import CodeField, public_flag
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Sealed


class Indicator(NamedModel, Sealed):
    """What is counted, with its unit and rule of measurement.

    Its measure and unit never change once something published uses it.
    """

    class Measure(models.TextChoices):
        RUNNING_TOTAL = choices.Measure.RUNNING_TOTAL.value, _("running total")
        PER_PERIOD = choices.Measure.PER_PERIOD.value, _("per period")
        LEVEL = choices.Measure.LEVEL.value, _("level")
        RATIO = choices.Measure.RATIO.value, _("ratio")

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
    is_public = public_flag()

    identity = ("code", "measure", "unit")
    sealed = ("code", "name", "definition", "unit", "decimals", "measure")

    named = ("name", "unit")
    objects = MultilingualManager.from_queryset(PublicQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decimals__lte=4),
                name="indicator_decimals_at_most_four",
                violation_error_message=_("At most four decimals are kept."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code
