"""The pages of an account that are offered. What is not named here does not exist: no sign-up, no change of address,
no sign-in by a code."""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from programmes.admin.signin.frame import framed
from programmes.admin.signin.mail import mail
from programmes.admin.signin.sessions import sessions


def _page(route: str, view: Callable[..., HttpResponseBase], name: str, title: Any) -> URLPattern:
    return path(route, framed(view, title), name=name)


SIGN_IN, CONFIRM = _("Sign in"), _("Confirm that it is you")
RESET, KEYS = _("Forgotten password"), _("Passkeys and security keys")
CODES = _("Recovery codes")
# an invitation leads to it as well as a forgotten one
NEW_PASSWORD = _("New password")
# the boxes of the form that open a closed account, as the form calls them
OPENED_BY = {
    field.name: field.verbose_name
    for field in User._meta.concrete_fields
    if field.name in ("is_active", "is_staff")
}

urlpatterns = [
    _page("", factors.index, "mfa_index", _("Security of my account")),
    _page("login/", account.login, "account_login", SIGN_IN),
    _page("login/second-factor/", factors.authenticate, "mfa_authenticate", SIGN_IN),
    _page("login/passkey/", keys.login_webauthn, "mfa_login_webauthn", SIGN_IN),
    _page("logout/", account.logout, "account_logout", _("Log out")),
    _page(
        "inactive/",
        account.AccountInactiveView.as_view(extra_context=OPENED_BY),
        "account_inactive",
        _("Account closed"),
    ),
    _page("confirm/", account.reauthenticate, "account_reauthenticate", CONFIRM),
    _page("confirm/second-factor/", factors.reauthenticate, "mfa_reauthenticate", CONFIRM),
    _page("confirm/key/", keys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn", CONFIRM),
    _page("password/", account.password_change, "account_change_password", _("Change password")),
    # an account without a password gets one from an administrator
    path(
        "password/set/", RedirectView.as_view(pattern_name="mfa_index"), name="account_set_password"
    ),
    _page("password/reset/", account.password_reset, "account_reset_password", RESET),
    _page(
        "password/reset/sent/", account.password_reset_done, "account_reset_password_done", RESET
    ),
    _page(
        "password/reset/done/",
        account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
        NEW_PASSWORD,
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        framed(account.password_reset_from_key, NEW_PASSWORD),
        name="account_reset_password_from_key",
    ),
    _page("app/", app.activate_totp, "mfa_activate_totp", _("Authenticator app")),
    _page(
        "app/remove/", app.deactivate_totp, "mfa_deactivate_totp", _("Remove the authenticator app")
    ),
    _page("keys/", keys.list_webauthn, "mfa_list_webauthn", KEYS),
    _page("keys/add/", keys.add_webauthn, "mfa_add_webauthn", _("Add a passkey or security key")),
    _page("keys/<int:pk>/", keys.edit_webauthn, "mfa_edit_webauthn", _("Name of the key")),
    _page(
        "keys/<int:pk>/remove/", keys.remove_webauthn, "mfa_remove_webauthn", _("Remove the key")
    ),
    _page("codes/", codes.view_recovery_codes, "mfa_view_recovery_codes", CODES),
    _page("codes/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes", CODES),
    _page("codes/file/", codes.download_recovery_codes, "mfa_download_recovery_codes", CODES),
    _page("mail/", mail, "account_mail", _("Mail from the tracker")),
    _page("sessions/", sessions, "usersessions_list", _("Where I am signed in")),
]
