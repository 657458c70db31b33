"""What is kept of an account: taken as a file, or erased, by whoever keeps the account."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes import access
from programmes.services.erasing.personal_data import erase_person, personal_data
from programmes.type_names import staff_request

ERASE = gettext_lazy("Erase their personal data")


def _kept_by(request: HttpRequest, accounts: QuerySet[User]) -> list[User]:
    """Those of the accounts that this member of staff keeps, but their own."""
    user = staff_request(request).user
    return [
        account
        for account in accounts
        if account.pk != user.pk and access.may_keep_account(user, account)
    ]


@admin.action(description=gettext_lazy("Take their personal data"), permissions=["change"])
def take_data(screen: Any, request: HttpRequest, accounts: QuerySet[User]) -> HttpResponse | None:
    """All that is kept of the accounts, as a file."""
    chosen = _kept_by(request, accounts)
    if not chosen:
        screen.message_user(request, _("You keep none of these accounts."), messages.WARNING)
        return None
    told = {account.get_username(): personal_data(account) for account in chosen}
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return answer


@admin.action(description=ERASE, permissions=["change"])
def erase_data(screen: Any, request: HttpRequest, accounts: QuerySet[User]) -> HttpResponse | None:
    """Asks, then closes the accounts for good and takes away all that tells who they were."""
    chosen = _kept_by(request, accounts)
    if not chosen:
        screen.message_user(request, _("You keep none of these accounts."), messages.WARNING)
        return None
    if "confirmed" not in request.POST:
        context = {**screen.admin_site.each_context(request), "title": ERASE, "accounts": chosen}
        return TemplateResponse(request, "admin/programmes/erased_accounts.html", context)
    for account in chosen:
        try:
            erase_person(account)
        except ValidationError as refusal:
            screen.message_user(request, refusal.messages[0], messages.ERROR)
            return None
        account.refresh_from_db()
        entry = {"name": "personal data", "object": account.get_username()}
        screen.log_change(request, account, [{"deleted": entry}])
    text = ngettext(
        "The personal data of %(number)d account is erased.",
        "The personal data of %(number)d accounts is erased.",
        len(chosen),
    )
    screen.message_user(request, text % {"number": len(chosen)}, messages.SUCCESS)
    return None
