"""The review log: steps, and who changed the content of a draft (from a state to the same)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.querysets import queryset_only
from programmes.models.review import FrozenRowError, State

ONLY_ADDED_TO = _("The log of review is only added to.")
RECORDS = ("measurement", "revision", "statement", "reply", "amendment")


def _of_one(names: tuple[str, ...]) -> Q:
    """The condition that one of the columns is filled, and only one."""
    condition = Q()
    for filled in names:
        condition |= Q(**{f"{name}__isnull": name != filled for name in names})
    return condition


class ReviewEventQuerySet(models.QuerySet["ReviewEvent"]):
    def update(self, **changes: Any) -> int:
        raise FrozenRowError(ONLY_ADDED_TO)

    @queryset_only
    def delete(self) -> tuple[int, dict[str, int]]:
        raise FrozenRowError(ONLY_ADDED_TO)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        if options.get("update_conflicts"):
            raise FrozenRowError(ONLY_ADDED_TO)
        return super().bulk_create(objs, *args, **options)


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
    reply = models.ForeignKey(
        "Reply", null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    amendment = models.ForeignKey(
        "Amendment", null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    from_state = models.CharField(_("from"), max_length=10, choices=State)
    to_state = models.CharField(_("to"), max_length=10, choices=State)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="review_events",
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    note = models.TextField(_("note"), blank=True)

    objects = ReviewEventQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("step of review")
        verbose_name_plural = _("steps of review")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=_of_one(RECORDS),
                name="review_event_of_one_record",
                violation_error_message=_("A step of review belongs to one record, and only one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            raise FrozenRowError(ONLY_ADDED_TO)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """It goes with the draft that it speaks of, and only so."""
        raise FrozenRowError(ONLY_ADDED_TO)
