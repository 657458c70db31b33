"""Public bodies and their partners."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.models.columns import CodeField, entered_by, other_spellings, public_flag
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Sealed
from programmes.models.web_address import validate_web_address


class Organisation(NamedModel, Sealed):
    """A ministry, public operator, governor's administration, elected council, association, company and so on."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        PUBLIC_OPERATOR = "public_operator", _("public operator")
        UNIVERSITY = "university", _("university")
        GOVERNOR = "governor", _("provincial administration (governor)")
        COUNCIL = "council", _("elected council")
        ASSOCIATION = "association", _("association")
        FOUNDATION = "foundation", _("foundation")
        FUND = "fund", _("fund")
        COMPANY = "company", _("company")
        CLUSTER = "cluster", _("cluster")
        FEDERATION = "federation", _("trade federation")
        NETWORK = "network", _("network")
        OTHER = "other", _("other")

    code = CodeField()
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=250)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    other_spellings = other_spellings()
    territory = models.ForeignKey(
        "Territory",
        verbose_name=_("territory"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
    )
    website = models.URLField(
        _("website"), max_length=500, blank=True, validators=[validate_web_address]
    )
    entered_by = entered_by()
    is_public = public_flag()

    sealed = ("code", "kind", "name", "acronym", "territory")
    open = {
        "other_spellings": _("helps searching, says nothing of its own"),
        "website": _("moves with its owner"),
        "entered_by": _("who keeps it, never public"),
    }

    objects = MultilingualManager.from_queryset(PublicQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.acronym or self.name or self.code
