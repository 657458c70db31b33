"""What was launched, by whom, and its stages."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.models.chains import leads_back
from programmes.models.columns import (
    NUMBER_FROM_ONE,
    CodeField,
    PreciseDateField,
    other_spellings,
    precise_date_checks,
)
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import SealedPart, SealedPartQuerySet, Showable, showable_check

PART_OF_ITSELF = _("A programme cannot be part of itself.")


class Programme(NamedModel, Showable):
    """A set of public actions with a name, a period and responsible bodies."""

    code = CodeField()
    name = models.CharField(_("name"), max_length=250)
    summary = models.TextField(_("summary"), blank=True)
    other_spellings = other_spellings()
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    start = PreciseDateField(_("start"))
    end = PreciseDateField(_("end"))
    territories = models.ManyToManyField(
        "programmes.Territory", verbose_name=_("territories"), blank=True, related_name="programmes"
    )
    sectors = models.ManyToManyField(
        "programmes.Sector", verbose_name=_("sectors"), blank=True, related_name="programmes"
    )
    sources = models.ManyToManyField(
        "programmes.Source", verbose_name=_("sources"), blank=True, related_name="programmes"
    )
    organisations = models.ManyToManyField(
        "programmes.Organisation",
        verbose_name=_("organisations"),
        through="programmes.Participation",
        related_name="programmes",
    )

    sealed = (
        "code",
        "name",
        "parent",
        "start",
        "end",
        "territories",
        "sectors",
        "sources",
        "participations",
        "stages",
    )
    open = {
        "summary": _("explains, promises nothing"),
        "other_spellings": _("helps searching, says nothing of its own"),
    }

    objects = MultilingualManager.from_queryset(PublicQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]
        constraints = [
            showable_check("programme"),
            *precise_date_checks("programme", "start", "end"),
            models.CheckConstraint(
                condition=Q(start_on__isnull=True)
                | Q(end_on__isnull=True)
                | Q(end_on__gte=F("start_on")),
                name="programme_end_not_before_start",
                violation_error_message=_("The end lies before the start. Check both dates."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="programme_not_its_own_parent",
                violation_error_message=PART_OF_ITSELF,
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    def clean(self) -> None:
        """A programme is no part of its own parts either."""
        if self.parent is not None and leads_back(self, "parent"):
            raise ValidationError({"parent": PART_OF_ITSELF})


class Participation(SealedPart):
    """An organisation's role in a programme."""

    owner_name = "programme"

    class Role(models.TextChoices):
        LEAD = "lead", _("leads")
        SUPERVISOR = "supervisor", _("supervises")
        MANAGER = "manager", _("manages")
        OPERATOR = "operator", _("trains")
        PARTNER = "partner", _("partner")
        FUNDER = "funder", _("funds")

    programme = models.ForeignKey(
        "Programme",
        verbose_name=_("programme"),
        on_delete=models.CASCADE,
        related_name="participations",
    )
    organisation = models.ForeignKey(
        "Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)

    objects = SealedPartQuerySet["Participation"].as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["programme", "role", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "role"],
                name="participation_unique",
                violation_error_message=_(
                    "This organisation already takes part in this programme in that role."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.get_role_display()}"


class Stage(NamedModel, SealedPart):
    """One of the ordered stages of a programme."""

    owner_name = "programme"

    programme = models.ForeignKey(
        "Programme", verbose_name=_("programme"), on_delete=models.CASCADE, related_name="stages"
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    name = models.CharField(_("name"), max_length=250)

    objects = MultilingualManager.from_queryset(SealedPartQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="stage_number_unique",
                violation_error_message=_("This programme already has a stage of that number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="stage_number_from_one",
                violation_error_message=NUMBER_FROM_ONE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
