"""One file sent in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportJob(models.Model):
    """A spreadsheet sent in: whose it is, what it would do, what it did.

    The file itself is kept in the row, so that any process on any machine can apply it, and its name is only a label.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        REFUSED = "refused", _("refused")
        APPLIED = "applied", _("applied")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="import_jobs",
    )
    table = models.CharField(_("table"), max_length=40)
    file_name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(_("content"))
    state = models.CharField(_("state"), max_length=8, choices=State)
    report = models.JSONField(_("report"), default=dict)
    created_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name
