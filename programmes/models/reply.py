"""What the responsible body says beside a target or milestone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.columns import (
    CodeField,
    PreciseDateField,
    precise_date_checks,
    public_flag,
)
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet


class Reply(models.Model):
    """The responsible body's own words, dated and sourced."""

    code = CodeField()
    target = models.ForeignKey(
        "Target",
        verbose_name=_("target"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replies",
    )
    milestone = models.ForeignKey(
        "Milestone",
        verbose_name=_("milestone"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replies",
    )
    organisation = models.ForeignKey(
        "Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="replies",
    )
    date = PreciseDateField(_("date"))
    text = models.TextField(_("text"))
    source = models.ForeignKey(
        "Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="replies"
    )
    is_public = public_flag(default=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-date_on", "code"]
        constraints = [
            *precise_date_checks("reply", "date"),
            models.CheckConstraint(
                condition=Q(date_on__isnull=False),
                name="reply_is_dated",
                violation_error_message=_("Give the date of the reply."),
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=False, milestone__isnull=True)
                | Q(target__isnull=True, milestone__isnull=False),
                name="reply_to_one_thing",
                violation_error_message=_("Name a target or a milestone, and only one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.date.notation}"
