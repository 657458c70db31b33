"""What is said where a page is not for the person who asks, in the three languages of the site."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page of the staff that this person may not open or this step that they may not take."""
    reason = str(exception or "")
    return _page(request, _("This is not open to you"), reason)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was opened before the person signed in again, or without cookies."""
    words = _(
        "This page was opened before you last signed in. Go back, load it again, and send it once more."
    )
    return _page(request, _("This page is too old to be sent"), words)


def _page(request: HttpRequest, title: Any, reason: str) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, "reason": reason}
    return TemplateResponse(request, "403.html", context, status=403).render()
