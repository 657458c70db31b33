"""Places: the country, its regions, and what these are divided into; their kinds are those of the reference data."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes import country
from programmes.models.columns import CodeField, other_spellings, public_flag
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Sealed


class TerritoryQuerySet(PublicQuerySet["Territory"]):
    def regions(self) -> Self:
        """The regions, in the official order of their numbers."""
        return self.filter(kind__in=country.REGIONS).order_by("code")

    def peers_of(self, row: "Territory") -> Self:
        """Those of the level of another: provinces and prefectures are of one."""
        return self.filter(kind__in=country.of_level(row.level))

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

    def within(self, territory_ids: set[int]) -> Self:
        """The named territories and all that lie in them (the tree has three levels)."""
        return self.filter(
            Q(pk__in=territory_ids)
            | Q(parent__in=territory_ids)
            | Q(parent__parent__in=territory_ids)
        )


TerritoryKind = models.TextChoices(  # type: ignore[call-overload]  # of data, as its documentation has it
    "TerritoryKind", [(kind.code.upper(), (kind.code, kind.name)) for kind in country.KINDS]
)


class Territory(NamedModel, Sealed):
    """The country of the site, or a part of it. The country itself is the root, with the code of the settings."""

    code = CodeField(
        _("ISO 3166-2 code"),
        max_length=10,
        validators=[
            RegexValidator(
                rf"^{country.CODE}(-[A-Z0-9]{{2,3}})?\Z",
                format_lazy(
                    _("Accepted: {code}, or {code}- and two or three signs."), code=country.CODE
                ),
            )
        ],
    )
    hcp_code = models.CharField(_("HCP code"), max_length=6, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=TerritoryKind)
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

    objects = MultilingualManager.from_queryset(TerritoryQuerySet)()

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

    @property
    def level(self) -> int:
        """0: the country, and what is of no kind; 1: a region; 2: a part of one."""
        return country.LEVELS.get(self.kind, 0)

    def save(self, *args: Any, **options: Any) -> None:
        self.refuse_misplaced()
        super().save(*args, **options)

    def clean(self) -> None:
        self.refuse_misplaced()

    def refuse_misplaced(self) -> None:
        """Raises ValidationError where the territory is not part of one of the kind above, or what it holds would
        not be: so that no territory ever lies in itself."""
        if self.level and self.parent is not None and self.parent.level != self.level - 1:
            raise ValidationError(
                {"parent": next(one.part_of for one in country.KINDS if one.code == self.kind)}
            )
        if self.pk and self.children.exclude(kind__in=country.of_level(self.level + 1)).exists():
            raise ValidationError(
                {"kind": _("What this territory holds could not be part of one of this kind.")}
            )
