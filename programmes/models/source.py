"""Where a figure, a promise or a statement comes from."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.calculations.dates import PreciseDate
from programmes.languages import CODES, label
from programmes.models.attachment import AttachmentField, settle_digest
from programmes.models.columns import (
    CodeField,
    PreciseDateField,
    entered_by,
    precise_date_checks,
    public_flag,
)
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Sealed, SealedPart, SealedPartQuerySet
from programmes.models.web_address import validate_web_address


def said_after(said: PreciseDate, source: PreciseDate) -> bool:
    """Whether what was said begins after the last day of its source, where both are known."""
    return said.first is not None and source.last is not None and said.first > source.last


class Source(Sealed):
    """A document, an article, or an organisation's direct report. Its title stays in its own language."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("document")
        ARTICLE = "article", _("article")
        REPORT = "report", _("direct report")

    # Sources are read in other languages than those of the site too.
    Language = models.TextChoices(  # type: ignore[call-overload]  # of data, as its documentation has it
        "Language",
        [(code.upper(), (code, label(code))) for code in dict.fromkeys([*CODES, "es"])],
    )

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
    url = models.URLField(
        _("address"), max_length=1500, blank=True, validators=[validate_web_address]
    )
    archived_url = models.URLField(
        _("archived address"), max_length=1500, blank=True, validators=[validate_web_address]
    )
    date = PreciseDateField(_("date"))
    read_on = models.DateField(_("read on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language, blank=True)
    file = AttachmentField(_("file"), blank=True)
    file_digest = models.CharField(
        _("digest of the attached file"), max_length=64, blank=True, default="", editable=False
    )
    entered_by = entered_by()
    is_public = public_flag()

    sealed = (
        "code",
        "kind",
        "title",
        "publisher",
        "organisation",
        "url",
        "date",
        "language",
        "file",
        "evidence",
    )
    open = {
        "file_digest": _("follows from the file"),
        "archived_url": _("a copy of the same, found later"),
        "read_on": _("when somebody last looked"),
        "entered_by": _("who keeps it, never public"),
    }

    objects = PublicQuerySet["Source"].as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-date_on", "code"]
        constraints = [*precise_date_checks("source", "date")]

    def save(self, *args: Any, **options: Any) -> None:
        """Saves it with the digest of a file that is new."""
        settle_digest(self)
        super().save(*args, **options)

    def __str__(self) -> str:
        return f"{self.publisher} – {self.title}" if self.publisher else self.title


class Evidence(SealedPart):
    """A file or an address that a source has besides its own: an annex, a table, a photograph, a recording."""

    owner_name = "source"

    source = models.ForeignKey(
        "Source", verbose_name=_("source"), on_delete=models.CASCADE, related_name="evidence"
    )
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(
        _("language"), max_length=8, choices=Source.Language, blank=True, default=""
    )
    url = models.URLField(
        _("address"), max_length=1500, blank=True, default="", validators=[validate_web_address]
    )
    file = AttachmentField(_("file"), blank=True, default="")
    file_digest = models.CharField(
        _("digest of the attached file"), max_length=64, blank=True, default="", editable=False
    )

    objects = SealedPartQuerySet["Evidence"].as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("further evidence")
        ordering = ["source", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "title"],
                name="evidence_title_unique",
                violation_error_message=_(
                    "This source already has a piece of evidence of that title."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(url="", file=""),
                name="evidence_has_file_or_address",
                violation_error_message=_("Give a file or an address."),
            ),
        ]

    def save(self, *args: Any, **options: Any) -> None:
        """Saves it with the digest of a file that is new."""
        settle_digest(self)
        super().save(*args, **options)

    def __str__(self) -> str:
        return self.title
