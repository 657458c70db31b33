"""Addresses of pages elsewhere, which readers follow from ours."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_web_address(address: str) -> None:
    """Raises ValidationError for an address that could pass for another one, or that carries a password."""
    if "<" in address or ">" in address:
        raise ValidationError(
            _("An address has no angle brackets. Copy it from the browser again.")
        )
    try:
        place = urlsplit(address).netloc
    except ValueError:
        place = ""
    if "@" in place:
        raise ValidationError(
            _(
                "The address holds a user name or a password before its host, as in https://name@host."
                " Leave that part out."
            )
        )
