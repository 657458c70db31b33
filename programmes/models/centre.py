"""Places where people are trained or lodged."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.models.columns import CodeField, other_spellings
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Showable, showable_check
from programmes.type_names import Words


def _degrees(name: Words, limit: int) -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(
        name,
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-limit)), MaxValueValidator(Decimal(limit))],
    )


class Centre(NamedModel, Showable):
    """A training centre, school or boarding house. An annex belongs to its city and is counted once with it.

    Its state (announced, planned, under construction, open, closed) is not stored: it follows from its milestones.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("city of trades and skills")
        ANNEX = "annex", _("annex")
        INSTITUTE = "institute", _("specialised institute")
        SCHOOL = "school", _("school")
        CENTRE = "centre", _("training centre")
        BOARDING = "boarding", _("boarding house")
        OTHER = "other", _("other")

    # Those that a place counts as training centres: nobody is trained in a boarding house.
    TRAINING = (Kind.CITY, Kind.INSTITUTE, Kind.SCHOOL, Kind.CENTRE)

    code = CodeField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=250)
    other_spellings = other_spellings()
    parent = models.ForeignKey(
        "self",
        verbose_name=_("annex of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="annexes",
    )
    territory = models.ForeignKey(
        "Territory", verbose_name=_("territory"), on_delete=models.PROTECT, related_name="centres"
    )
    serves = models.ManyToManyField(
        "programmes.Territory",
        verbose_name=_("territories served"),
        blank=True,
        related_name="serving_centres",
    )
    locality = models.CharField(_("locality"), max_length=200, blank=True)
    latitude = _degrees(_("latitude"), 90)
    longitude = _degrees(_("longitude"), 180)
    operator = models.ForeignKey(
        "Organisation",
        verbose_name=_("operator"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="centres",
    )
    sectors = models.ManyToManyField(
        "programmes.Sector", verbose_name=_("sectors"), blank=True, related_name="centres"
    )
    facilities = models.TextField(_("facilities"), blank=True)
    programmes = models.ManyToManyField(
        "programmes.Programme", verbose_name=_("programmes"), blank=True, related_name="centres"
    )
    sources = models.ManyToManyField(
        "programmes.Source", verbose_name=_("sources"), blank=True, related_name="centres"
    )

    sealed = (
        "code",
        "kind",
        "name",
        "parent",
        "territory",
        "serves",
        "locality",
        "operator",
        "sectors",
        "facilities",
        "programmes",
        "sources",
    )
    open = {
        "other_spellings": _("helps searching, says nothing of its own"),
        "latitude": _("where it stands on a map, made more exact"),
        "longitude": _("where it stands on a map, made more exact"),
    }

    objects = MultilingualManager.from_queryset(PublicQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("centre")
        verbose_name_plural = _("centres")
        ordering = ["code"]
        constraints = [
            showable_check("centre"),
            models.CheckConstraint(
                condition=Q(kind="annex", parent__isnull=False)
                | (~Q(kind="annex") & Q(parent__isnull=True)),
                name="centre_annex_has_parent",
                violation_error_message=_(
                    "An annex names the centre it belongs to; any other centre names none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="centre_coordinates_whole",
                violation_error_message=_(
                    "Give both latitude and longitude in degrees, or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    def clean(self) -> None:
        """Checks what a row alone cannot: an annex belongs to a centre that is none, so that it is counted once."""
        if self.kind != self.Kind.ANNEX:
            return
        if self.parent is not None and self.parent.kind == self.Kind.ANNEX:
            fault = _("“%(centre)s” is an annex itself. Name the centre that both belong to.")
            raise ValidationError({"parent": fault % {"centre": self.parent}})
        if self.pk is not None and self.annexes.exists():
            raise ValidationError({"kind": _("Annexes belong to this centre: it cannot be one.")})
