"""Places: the country, its regions, their provinces and prefectures."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.columns import CodeField, other_spellings, public_flag
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet


class TerritoryQuerySet(PublicQuerySet):
    def regions(self) -> "TerritoryQuerySet":
        """The regions, in the official order of their numbers."""
        return self.filter(kind=Territory.Kind.REGION).order_by("code")

    def like(self, row: "Territory") -> "TerritoryQuerySet":
        """Those of the level of another: its kind, where provinces and prefectures are one."""
        local = (Territory.Kind.PROVINCE, Territory.Kind.PREFECTURE)
        return self.filter(kind__in=local if row.kind in local else (row.kind,))

    def within(self, territory_ids: set[int]) -> "TerritoryQuerySet":
        """The named territories and all that lie in them (the tree has three levels)."""
        return self.filter(
            Q(pk__in=territory_ids)
            | Q(parent__in=territory_ids)
            | Q(parent__parent__in=territory_ids)
        )


class Territory(models.Model):
    """A country, region, province or prefecture. Morocco itself is the root, `MA`."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")

    code = CodeField(
        _("ISO 3166-2 code"),
        max_length=10,
        validators=[
            RegexValidator(
                r"^MA(-[A-Z0-9]{2,3})?\Z", _("Accepted: MA, or MA- and two or three signs.")
            )
        ],
    )
    hcp_code = models.CharField(_("HCP code"), max_length=6, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    name = models.CharField(_("name"), max_length=200)
    other_spellings = other_spellings()
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of the census"), null=True, blank=True
    )
    is_public = public_flag(default=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["hcp_code", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["hcp_code"], condition=~Q(hcp_code=""), name="territory_hcp_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind="country", parent__isnull=True)
                | (~Q(kind="country") & Q(parent__isnull=False)),
                name="territory_only_country_is_root",
                violation_error_message=_("Every territory except the country is part of another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code
