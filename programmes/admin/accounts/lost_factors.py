"""A second factor that somebody lost is removed from their account, by whoever may; asked first, and kept in its
history."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes import access
from programmes.admin.signin.factors import AccountWithFactor, remove_second_factor
from programmes.type_names import staff_request

TITLE = gettext_lazy("Remove the second factor")


@admin.action(description=TITLE, permissions=["remove_factors"])
def remove_factors(
    screen: Any, request: HttpRequest, accounts: "QuerySet[AccountWithFactor]"
) -> HttpResponse | None:
    """Asks, then removes: app, keys and recovery codes go, and the account is signed out everywhere."""
    chosen = [
        account
        for account in accounts
        if account.second_factor
        and account.pk
        != request.user.pk  # one's own is removed on one's own page, which asks for it
        and access.may_keep_account(staff_request(request).user, account)
    ]
    if not chosen:
        text = _("None of these accounts has a second factor that you may remove.")
        screen.message_user(request, text, messages.WARNING)
        return None
    if "confirmed" not in request.POST:
        context = {**screen.admin_site.each_context(request), "title": TITLE, "accounts": chosen}
        return TemplateResponse(request, "admin/programmes/lost_factors.html", context)
    for account in chosen:
        remove_second_factor(account)
        # read in each reader's own language, as Django keeps such entries
        entry = {"name": "second factor", "object": account.get_username()}
        screen.log_change(request, account, [{"deleted": entry}])
        get_adapter(request).send_notification_mail("mfa/email/factor_removed", account)
    text = ngettext(
        "The second factor of %(number)d account is removed.",
        "The second factors of %(number)d accounts are removed.",
        len(chosen),
    )
    screen.message_user(request, text % {"number": len(chosen)}, messages.SUCCESS)
    return None
