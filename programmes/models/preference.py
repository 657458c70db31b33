"""What a member of staff prefers: which mail they get, and in which language."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.languages import CODES, label


class Preference(models.Model):
    """One account's own choices. An account without a row gets all mail, in the site's first language.

    told_until: the key of the last step of review that was looked at for its notices.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="preference",
    )
    language = models.CharField(
        _("language of mail"),
        max_length=8,
        choices=[(code, label(code)) for code in CODES],
        default=settings.LANGUAGE_CODE,
    )
    reminders = models.BooleanField(_("monthly reminder by mail"), default=True)
    reminded_for = models.CharField(_("last reminded for"), max_length=7, blank=True)
    notices = models.BooleanField(
        _("mail when something is returned, published or awaits my review"), default=True
    )
    told_until = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ["user"]

    def __str__(self) -> str:
        return str(self.user)
