"""Where the staff's sign-in differs from allauth's own."""

import logging
from threading import Thread
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from programmes.admin.signin import browsers
from programmes.admin.signin.devices import device_words
from programmes.models import Preference
from programmes.services.reminders import preference_of

log = logging.getLogger(__name__)


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators, for staff alone; mail is in the language of its reader."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse | None:
        """Nobody but staff signs in: the public pages need no account."""
        if not user.is_staff:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **options)

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """A sign-in from a browser that was not used before is mailed to whom the account belongs."""
        response = super().post_login(request, user, **options)
        if user.email and not browsers.is_known(request, user):
            self.send_notification_mail("account/email/new_browser", user)
        browsers.remember(request, response, user)
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Where there is a second factor, a password alone does not confirm who somebody is."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors or methods

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By account alone: allauth counts each host name of the site apart, and there may be many."""
        return str(credentials.get("username", "")).lower()

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """To the address as it is stored: what was typed may only look like it."""
        with translation.override(_language_of(user)):
            address = _password_address(context["uid"], context["key"])
            super().send_password_reset_mail(user, user.email, context | address)

    def send_invitation(self, user: Any, uid: str, key: str) -> None:
        """A link to choose the first password of an account, in the language of its mail, not that of who invites."""
        with translation.override(preference_of(user).language):
            context = {"username": user.get_username()} | _password_address(uid, key)
            self.send_mail("account/email/invitation", user.email, context)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        with translation.override(_language_of(user)):
            device = device_words(self.get_http_user_agent(self.request))
            more = {"user_agent": device, "user": user} | (context or {})
            super().send_notification_mail(template_prefix, user, more, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Beside the answer: neither the time it takes nor its failure tells whether an account exists."""
        message = self.render_mail(template_prefix, email, {"site": settings.SITE_URL} | context)
        Thread(target=_deliver, args=(message,), name="mail").start()


class FactorAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """The picture as a part of the page: the content policy refuses pictures within an address."""
        return super().build_totp_svg(url).partition("?>")[2]


def _password_address(uid: str, key: str) -> dict[str, str]:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    return {"password_reset_url": f"{settings.SITE_URL}{path}"}


def _language_of(user: Any) -> str:
    """The language an account gets its mail in; the page's own where none was chosen."""
    chosen = Preference.objects.filter(user=user).values_list("language", flat=True).first()
    return chosen or translation.get_language()


def _deliver(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError:
        log.exception("a mail about an account could not be sent")
