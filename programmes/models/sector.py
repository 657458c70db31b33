"""Families of trades."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.models.columns import CodeField, public_flag
from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet
from programmes.models.sealed import Sealed


class Sector(NamedModel, Sealed):
    """A family of trades: digital, eco-construction, audiovisual and so on."""

    code = CodeField()
    name = models.CharField(_("name"), max_length=200)
    is_public = public_flag()

    sealed = ("code", "name")

    objects = MultilingualManager.from_queryset(PublicQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code
