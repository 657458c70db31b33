"""Which rows a member of staff may act on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ASSIGNED_ALREADY = _("The same is assigned to this person already.")


class Assignment(models.Model):
    """A territory, a programme, or a programme in a territory that a member of staff keeps. None: no rows."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="assignments",
    )
    territory = models.ForeignKey(
        "Territory",
        verbose_name=_("territory"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    programme = models.ForeignKey(
        "Programme",
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["user", "territory", "programme"]
        # nulls_distinct is ignored on SQLite, so each case of emptiness has its own constraint
        constraints = [
            models.CheckConstraint(
                condition=Q(territory__isnull=False) | Q(programme__isnull=False),
                name="assignment_of_something",
                violation_error_message=_("Name a territory, a programme, or both."),
            ),
            models.UniqueConstraint(
                fields=["user", "territory"],
                condition=Q(programme__isnull=True),
                name="assignment_territory_unique",
                violation_error_message=ASSIGNED_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["user", "programme"],
                condition=Q(territory__isnull=True),
                name="assignment_programme_unique",
                violation_error_message=ASSIGNED_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["user", "territory", "programme"],
                condition=Q(territory__isnull=False, programme__isnull=False),
                name="assignment_both_unique",
                violation_error_message=ASSIGNED_ALREADY,
            ),
        ]

    def __str__(self) -> str:
        return " – ".join(str(part) for part in (self.user, self.territory, self.programme) if part)
