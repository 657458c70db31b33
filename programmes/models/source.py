"""Where a figure, a promise or a statement comes from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.calculations.dates import PreciseDate
from programmes.models.columns import (
    CodeField,
    PreciseDateField,
    precise_date_checks,
    public_flag,
)
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet


def said_after(said: PreciseDate, source: PreciseDate) -> bool:
    """Whether what was said begins after the last day of its source, where both are known."""
    return said.first is not None and source.last is not None and said.first > source.last


class Source(models.Model):
    """A document, an article, or an organisation's direct report. Its title stays in its own language."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("document")
        ARTICLE = "article", _("article")
        REPORT = "report", _("direct report")

    class Language(models.TextChoices):
        FR = "fr", _("French")
        AR = "ar", _("Arabic")
        EN = "en", _("English")
        ES = "es", _("Spanish")

    code = CodeField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=400)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        "Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sources",
    )
    url = models.URLField(_("address"), max_length=1500, blank=True)
    archived_url = models.URLField(_("archived address"), max_length=1500, blank=True)
    date = PreciseDateField(_("date"))
    read_on = models.DateField(_("read on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    file = models.FileField(_("file"), upload_to="sources/", blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_public = public_flag(default=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-date_on", "code"]
        constraints = precise_date_checks("source", "date")

    def __str__(self) -> str:
        return f"{self.publisher} – {self.title}" if self.publisher else self.title
