"""What the responsible body says beside a target or milestone."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.models.columns import CodeField, PreciseDateField, precise_date_checks
from programmes.models.named import NamedModel
from programmes.models.permissions import REVIEWED_PERMISSIONS
from programmes.models.review import Reviewed, ReviewedQuerySet, State
from programmes.models.source import said_after


class ReplyQuerySet(ReviewedQuerySet["Reply"]):
    def published(self) -> Self:
        """Published replies to what the public may see."""
        return self.once_published().filter(state=State.PUBLISHED)

    def once_published(self) -> Self:
        """The same with those that were withdrawn since."""
        beside = Q(target__is_public=True) | Q(milestone__is_public=True)
        return self.filter(Q(published_at__isnull=False) & beside)


class Reply(NamedModel, Reviewed):
    """The responsible body's own words, dated and sourced. Published by review, like a figure."""

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

    named = ("text",)
    objects = MultilingualManager.from_queryset(ReplyQuerySet)()

    class Meta:
        default_permissions = REVIEWED_PERMISSIONS
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

    def clean(self) -> None:
        """A reply is not dated after its source."""
        if self.source_id and said_after(self.date, self.source.date):
            errors: dict[str, Any] = {
                "date_on": _("The reply is dated after its source. Check both dates.")
            }
            raise ValidationError(errors)
