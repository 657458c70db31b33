"""Names of columns on the pages of imports."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def column(labels: dict[str, Any], code: str) -> Any:
    """The label of a column by its code; an empty code stands for the row as a whole."""
    return labels.get(code, code) if code else _("the whole row")
