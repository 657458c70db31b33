"""Which accounts a member of staff may keep, beyond Django's permission for them."""

from django.contrib.auth.models import User
from django.http import HttpRequest


def is_within_reach(request: HttpRequest, account: User | None) -> bool:
    """A superuser's account, and one's own rights, are for superusers to change."""
    if account is None or request.user.is_superuser:
        return True
    return not account.is_superuser and account.pk != request.user.pk
