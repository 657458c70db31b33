"""An account that is given a role or a place to work gets in, and its owner chooses the password by a link."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes import access
from programmes.type_names import staff_request


def given_to(account: User) -> set[tuple[str, int]]:
    """The roles and the places to work that an account has."""
    roles = {("role", key) for key in account.groups.values_list("pk", flat=True)}
    return roles | {("place", key) for key in account.assignments.values_list("pk", flat=True)}


def let_in(request: HttpRequest, account: User) -> None:
    """Opens an account that was just given something, and invites its owner where there is no password yet. One that
    is open stays as it is, and so does one that was closed for good."""
    if account.is_staff or not account.is_active:
        return
    account.is_staff = True
    account.save(update_fields=["is_staff"])
    if account.email and not account.has_usable_password():
        invite(request, account)
        text = _("An invitation to choose a password was sent to %(address)s.")
        messages.success(request, text % {"address": account.email})


def invite(request: HttpRequest, account: User) -> None:
    """Mails the link by which somebody chooses the password of their account."""
    adapter: Any = get_adapter(request)  # ours: signin/adapter.py
    adapter.send_invitation(
        account, user_pk_to_url_str(account), default_token_generator.make_token(account)
    )


@admin.action(
    description=gettext_lazy("Send an invitation to choose a password"), permissions=["change"]
)
def send_invitations(screen: Any, request: HttpRequest, accounts: QuerySet[User]) -> None:
    """Mails a link to each of the accounts that has an address and may sign in."""
    chosen = [
        account
        for account in accounts
        if account.email
        and account.is_active
        and account.is_staff
        and access.may_keep_account(staff_request(request).user, account)
    ]
    if not chosen:
        text = _("None of these accounts is open and has an e-mail address.")
        screen.message_user(request, text, messages.WARNING)
        return
    for account in chosen:
        invite(request, account)
    text = ngettext(
        "%(number)d invitation was sent.", "%(number)d invitations were sent.", len(chosen)
    )
    screen.message_user(request, text % {"number": len(chosen)}, messages.SUCCESS)
