"""Places: the country, its regions, their provinces and prefectures."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.columns import CodeField, other_spellings, public_flag
from programmes.models.named import Named
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Sealed


class TerritoryQuerySet(PublicQuerySet):
    def regions(self) -> "TerritoryQuerySet":
        """The regions, in the official order of their numbers."""
        return self.filter(kind=Territory.Kind.REGION).order_by("code")

    def like(self, row: "Territory") -> "TerritoryQuerySet":
        """Those of the level of another: its kind, where provinces and prefectures are one."""
        local = (Territory.Kind.PROVINCE, Territory.Kind.PREFECTURE)
        return self.filter(kind__in=local if row.kind in local else (row.kind,))

    def update(self, **values: Any) -> int:
        """Changes rows at once, but never what they are or where they lie: `save` looks at that."""
        if {"kind", "parent", "parent_id"} & values.keys():
            raise ValidationError(_("Kind and place of a territory are changed one by one."))
        return super().update(**values)

    def bulk_create(self, objs: Iterable["Territory"], *args: Any, **options: Any) -> Any:
        """Adds rows at once, each where its kind may lie."""
        rows = list(objs)
        for row in rows:
            row.refuse_misplaced()
        return super().bulk_create(rows, *args, **options)

    def within(self, territory_ids: set[int]) -> "TerritoryQuerySet":
        """The named territories and all that lie in them (the tree has three levels)."""
        return self.filter(
            Q(pk__in=territory_ids)
            | Q(parent__in=territory_ids)
            | Q(parent__parent__in=territory_ids)
        )


class Territory(Named, Sealed):
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
    is_public = public_flag()

    sealed = ("code", "hcp_code", "kind", "parent", "name")
    open = {
        "other_spellings": _("helps searching, says nothing of its own"),
        "population": _("counted anew at each census"),
        "population_year": _("counted anew at each census"),
    }

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["hcp_code", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["hcp_code"],
                condition=~Q(hcp_code=""),
                name="territory_hcp_code_unique",
                violation_error_code="unique",
                violation_error_message=_("Another territory already has this HCP code."),
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

    def save(self, *args: Any, **options: Any) -> None:
        self.refuse_misplaced()
        super().save(*args, **options)

    def clean(self) -> None:
        self.refuse_misplaced()

    def refuse_misplaced(self) -> None:
        """Raises ValidationError where the territory is not part of one of the kind above, or what it holds would
        not be: so that no territory ever lies in itself."""
        above = KIND_ABOVE.get(self.kind)
        if above is not None and self.parent is not None and self.parent.kind != above:
            raise ValidationError({"parent": _PLACES[self.kind]})
        if self.pk and self.children.exclude(kind__in=_below(self.kind)).exists():
            raise ValidationError(
                {"kind": _("What this territory holds could not be part of one of this kind.")}
            )


# of each kind, the kind that it is part of; the country of none
KIND_ABOVE = {
    Territory.Kind.REGION: Territory.Kind.COUNTRY,
    Territory.Kind.PROVINCE: Territory.Kind.REGION,
    Territory.Kind.PREFECTURE: Territory.Kind.REGION,
}
_PLACES = {
    Territory.Kind.REGION: _("A region is part of the country."),
    Territory.Kind.PROVINCE: _("A province is part of a region."),
    Territory.Kind.PREFECTURE: _("A prefecture is part of a region."),
}


def _below(kind: str) -> list[str]:
    return [below for below, above in KIND_ABOVE.items() if above == kind]
