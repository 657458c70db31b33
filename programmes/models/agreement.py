"""Agreements between public bodies and partners, and who signed them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.models.chains import leads_back
from programmes.models.columns import (
    CodeField,
    PreciseDateField,
    precise_date_checks,
)
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import SealedPart, SealedPartQuerySet, Showable, showable_check

UNDER_ITSELF = _("An agreement cannot be made under itself.")


class Agreement(NamedModel, Showable):
    """A framework convention, specific convention, partnership, memorandum or amendment."""

    class Kind(models.TextChoices):
        FRAMEWORK = "framework", _("framework agreement")
        SPECIFIC = "specific", _("specific agreement")
        PARTNERSHIP = "partnership", _("partnership agreement")
        MEMORANDUM = "memorandum", _("memorandum of understanding")
        AMENDMENT = "amendment", _("amendment")

    code = CodeField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    subject = models.TextField(_("subject"), blank=True)
    date = PreciseDateField(_("date"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    end = PreciseDateField(_("end"))
    parent = models.ForeignKey(
        "self",
        verbose_name=_("made under"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    programmes = models.ManyToManyField(
        "programmes.Programme", verbose_name=_("programmes"), blank=True, related_name="agreements"
    )
    sources = models.ManyToManyField(
        "programmes.Source", verbose_name=_("sources"), blank=True, related_name="agreements"
    )

    sealed = (
        "code",
        "kind",
        "title",
        "subject",
        "date",
        "place",
        "end",
        "parent",
        "programmes",
        "sources",
        "signatures",
    )

    named = ("title",)
    objects = MultilingualManager.from_queryset(PublicQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["date_on", "code"]
        constraints = [
            showable_check("agreement"),
            *precise_date_checks("agreement", "date", "end"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="agreement_not_its_own_parent",
                violation_error_message=UNDER_ITSELF,
            ),
        ]

    def clean(self) -> None:
        """It is entered once it is signed, does not end before that, and is not made under what was made under it."""
        errors: dict[str, Any] = {}
        if self.date.first and self.date.first > timezone.localdate():
            errors["date_on"] = _(
                "The date lies in the future: an agreement is entered once it is signed."
            )
        if self.date.first and self.end.last and self.end.last < self.date.first:
            errors["end_on"] = _("The end lies before the start. Check both dates.")
        if self.parent is not None and leads_back(self, "parent"):
            errors["parent"] = UNDER_ITSELF
        if errors:
            raise ValidationError(errors)

    def __str__(self) -> str:
        return self.title or self.code


class Signature(SealedPart):
    """One party of an agreement: what it undertakes, and the person who signed, where known."""

    owner_name = "agreement"
    personal = ("person", "office")

    agreement = models.ForeignKey(
        "Agreement",
        verbose_name=_("agreement"),
        on_delete=models.CASCADE,
        related_name="signatures",
    )
    organisation = models.ForeignKey(
        "Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="signatures",
    )
    person = models.CharField(_("person"), max_length=200, blank=True)
    office = models.CharField(_("office"), max_length=250, blank=True)
    undertaking = models.TextField(_("what it undertakes"), blank=True)

    objects = MultilingualManager.from_queryset(SealedPartQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["agreement", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                name="signature_unique",
                violation_error_message=_(
                    "This organisation already stands among the signatories of this agreement."
                ),
            )
        ]

    def __str__(self) -> str:
        # without the person: what stands here is kept in logs
        return f"{self.agreement} – {self.organisation}"
