"""Who publishes the site: one row, kept by the office that runs it."""

import secrets
import struct
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models.named import NamedModel
from programmes.models.permissions import TABLE_PERMISSIONS
from programmes.models.web_address import validate_web_address

LOGO_MAX_BYTES = 200 * 1024
LOGO_MAX_SIDE = 2000
LOGO_KINDS = {"png": "image/png", "jpg": "image/jpeg"}
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def image_size(content: bytes) -> tuple[str, int, int] | None:
    """The kind of a PNG or JPEG with its width and height in pixels; None where the content is neither, or cut off."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        whole = content[12:16] == b"IHDR" and content[-8:-4] == b"IEND"
        return ("png", *struct.unpack(">II", content[16:24])) if whole else None
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        at = 2
        while at + 9 < len(content) and content[at] == 0xFF:
            if content[at + 1] in _JPEG_SIZES:
                height, width = struct.unpack(">HH", content[at + 5 : at + 9])
                return "jpg", width, height
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def logo_name(record: Any, name: str) -> str:
    """Where a logo is kept: nothing of the name that was sent."""
    return f"site/{secrets.token_hex(16)}.{name.rpartition('.')[2].lower()}"


class LogoField(models.FileField):
    """A PNG or JPEG, known by its content, of at most LOGO_MAX_BYTES and LOGO_MAX_SIDE pixels a side."""

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options.setdefault("upload_to", logo_name)
        super().__init__(verbose_name, **options)

    def clean(self, value: Any, model_instance: Any) -> Any:
        """What was just sent is checked, and named by its content; what is kept already was."""
        value = super().clean(value, model_instance)
        if value and not value._committed:
            _check_logo(value)
        return value


def _check_logo(value: FieldFile) -> None:
    file: File[bytes] = value.file
    if file.size > LOGO_MAX_BYTES:
        raise ValidationError(
            _("The file has %(size)s; at most %(largest)s are kept.")
            % {"size": filesizeformat(file.size), "largest": filesizeformat(LOGO_MAX_BYTES)}
        )
    file.seek(0)
    found = image_size(file.read())
    file.seek(0)
    if found is None:
        raise ValidationError(_("This is not an image in PNG or JPEG. Save it as one of these."))
    kind, *sides = found
    if not all(0 < side <= LOGO_MAX_SIDE for side in sides):
        raise ValidationError(
            _("The image has %(width)s × %(height)s pixels; at most %(most)s a side are kept.")
            % {"width": sides[0], "height": sides[1], "most": LOGO_MAX_SIDE}
        )
    value.name = f"logo.{kind}"


class Site(NamedModel):
    """The site as its publisher describes it. There is one row at most; what is empty is not said.

    country: whose territories the site speaks of.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name = models.CharField(gettext_lazy("name of the site"), max_length=120)
    publisher = models.CharField(gettext_lazy("publisher"), max_length=200, blank=True)
    contact = models.EmailField(
        gettext_lazy("contact"),
        blank=True,
        help_text=gettext_lazy("Readers report errors and send sources to this address."),
    )
    introduction = models.TextField(gettext_lazy("introduction"), max_length=2000, blank=True)
    legal_notice = models.TextField(gettext_lazy("legal notice"), max_length=5000, blank=True)
    logo = LogoField(
        gettext_lazy("logo"), blank=True, help_text=gettext_lazy("PNG or JPEG, at most 200 KB.")
    )
    licence = models.CharField(
        gettext_lazy("licence of the data"),
        max_length=120,
        blank=True,
        help_text=gettext_lazy("For example: CC BY 4.0"),
    )
    licence_address = models.URLField(
        gettext_lazy("address of the licence"),
        max_length=500,
        blank=True,
        validators=[validate_web_address],
    )
    country = models.ForeignKey(
        "Territory",
        verbose_name=gettext_lazy("country"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "country"},
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = TABLE_PERMISSIONS[:4]
        verbose_name = gettext_lazy("site")
        verbose_name_plural = gettext_lazy("site")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="site_is_one_row",
                violation_error_message=gettext_lazy("The site has one record only."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An address alone names no licence."""
        if self.licence_address and not self.licence:
            raise ValidationError({"licence": _("Name the licence of that address.")})
        if self.country is not None and self.country.level:
            raise ValidationError({"country": _("Choose a country.")})
