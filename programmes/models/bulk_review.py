"""One step of review on many records at once, done by a worker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BulkReview(models.Model):
    """A step that one person asked for on the records of a table, and what became of it.

    Each record goes through by itself: one that is refused holds up none of the others. `done` says how many have
    been gone through, so that work that was interrupted goes on where it stopped.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="bulk_reviews",
    )
    table = models.CharField(_("table"), max_length=40)
    step = models.CharField(_("step"), max_length=20)
    note = models.TextField(_("note"), blank=True)
    show = models.BooleanField(_("shows what was hidden"), default=False)
    language = models.CharField(_("language"), max_length=5, default="fr")
    keys = models.JSONField(_("records"), default=list)
    # for each of the keys, the submission that was seen, in microseconds
    seen = models.JSONField(_("seen"), default=list)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    # [primary key, name, sentence] of each record that was refused
    refused = models.JSONField(_("refused"), default=list)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("bulk review")
        verbose_name_plural = _("bulk reviews")
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.step} {self.table} ({len(self.keys)})"
