"""Keeps out of the staff's pages whoever is no longer staff, and who must have a second factor until they have one."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from programmes import access
from programmes.admin.signin.factors import has_second_factor
from programmes.type_names import certain, staff_request

# What may be opened without: signing in and out, and the link at the foot of a reminder.
SIGNED = "reminders_stop"
OPEN = frozenset({"login", "logout", SIGNED})


def lacks_second_factor(user: User) -> bool:
    """Whether an account has to set up a second factor before anything else."""
    return (
        settings.SECOND_FACTOR_REQUIRED
        and access.needs_second_factor(user)
        and not has_second_factor(user)
    )


def turned_away(request: HttpRequest) -> HttpResponse | None:
    """Signs out whoever was signed in and is no longer staff, and tells them; None for everybody else."""
    if not request.user.is_authenticated or (request.user.is_active and request.user.is_staff):
        return None
    logout(request)
    return HttpResponseRedirect(reverse("account_inactive"))


class SecondFactorMiddleware:
    """No address of the admin answers who is no longer staff (the pages of the account ask for themselves: frame.py).

    Every address of the admin but those of `OPEN` leads to the page where a factor is set up.

    Public pages are told by their address alone: neither session nor database is asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, options: Any
    ) -> HttpResponse | None:
        match = certain(request.resolver_match)
        if "admin" not in match.namespaces:
            return None
        if match.url_name != SIGNED and (away := turned_away(request)):
            return away
        if str(match.url_name) in OPEN:
            return None
        if not lacks_second_factor(staff_request(request).user):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))
