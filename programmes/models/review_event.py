"""The diary of review."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.review import FrozenRowError, State


class ReviewEventQuerySet(models.QuerySet):
    def update(self, **changes: Any) -> int:
        raise FrozenRowError(_("The diary of review is only added to."))

    update.alters_data = True


class ReviewEvent(models.Model):
    """Who moved which record from which state to which, when, with what note. Notes are never public."""

    measurement = models.ForeignKey(
        "Measurement", null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    revision = models.ForeignKey(
        "TargetRevision", null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    statement = models.ForeignKey(
        "MilestoneStatement", null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    from_state = models.CharField(_("from"), max_length=10, choices=State)
    to_state = models.CharField(_("to"), max_length=10, choices=State)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="review_events",
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    note = models.TextField(_("note"), blank=True)

    objects = ReviewEventQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = [("publish_own_entry", _("Can publish an entry of one's own"))]
        verbose_name = _("step of review")
        verbose_name_plural = _("steps of review")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    measurement__isnull=False, revision__isnull=True, statement__isnull=True
                )
                | Q(measurement__isnull=True, revision__isnull=False, statement__isnull=True)
                | Q(measurement__isnull=True, revision__isnull=True, statement__isnull=False),
                name="review_event_of_one_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            raise FrozenRowError(_("The diary of review is only added to."))
        super().save(*args, **options)
