"""What a member of staff prefers: the language of their mail, and whether they are reminded."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    """One account's own choices. An account without a row is reminded, in the site's first language."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="preference",
    )
    language = models.CharField(
        _("language of mail"),
        max_length=8,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )
    reminders = models.BooleanField(_("monthly reminder by mail"), default=True)
    reminded_for = models.CharField(_("last reminded for"), max_length=7, blank=True)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ["user"]

    def __str__(self) -> str:
        return str(self.user)
