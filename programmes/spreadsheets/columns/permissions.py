"""Who may send a file for which table."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from programmes import access
from programmes.spreadsheets.columns.tables import TABLES


def require_import(user: User, table: str) -> None:
    """Raises PermissionDenied unless the user may send files for that table."""
    meta = TABLES[table].model._meta
    if not user.has_perm(f"{meta.app_label}.import_{meta.model_name}"):
        raise PermissionDenied(_("You are not allowed to import into this table."))
    if not access.shares_reference_tables(user):
        raise PermissionDenied(_("No territory or programme has been assigned to you."))
