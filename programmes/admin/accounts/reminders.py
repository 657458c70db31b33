"""The page behind the link of a reminder or notice: ends them, without signing in. Opening it changes nothing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from programmes.services.reminders import stop_mail, user_of_token


@never_cache
def stop_view(request: HttpRequest, token: str, context: dict[str, Any]) -> HttpResponse:
    """Asks first: mail programs open links by themselves."""
    user = user_of_token(token)
    if user is None:
        raise Http404(_("This link is not complete. Copy it whole from the mail."))
    if request.method == "POST":
        stop_mail(user)
    return TemplateResponse(
        request,
        "admin/programmes/reminders_stop.html",
        {**context, "title": _("Mail from the tracker"), "is_stopped": request.method == "POST"},
    )
