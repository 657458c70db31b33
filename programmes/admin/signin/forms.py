"""The forms of signing in and of the account, in words of ours, and by the address that administrators give."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programmes.models import Preference


class SignInForm(LoginForm):
    """A user name or the address of an account. Both count as one in the limit of attempts."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].label = _("User name or e-mail address")
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "spellcheck": "false",
            "dir": "auto",
            "autofocus": True,
        }
        login: Any = self.fields["login"]  # a box for text
        login.max_length = None
        self.fields["password"].help_text = ""  # the page has the link

    def clean_login(self) -> str:
        """The user name behind an address that one account has; anything else as typed."""
        login = super().clean_login()
        if "@" not in login or User.objects.filter(username__iexact=login).exists():
            return login
        names = User.objects.filter(email__iexact=login).values_list("username", flat=True)[:2]
        return names[0] if len(names) == 1 else login


class ResetForm(ResetPasswordForm):
    """Finds the accounts of an address that may sign in with a password. Whether there are any is never said."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        accounts = User.objects.filter(email__iexact=email, is_active=True, is_staff=True)
        self.users = [account for account in accounts if account.has_usable_password()]
        return email


class KeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name of the key")


@contextmanager
def _refused() -> Iterator[None]:
    """What is not shaped as a key's answer is, and was not sent by a browser, is refused as a wrong answer is."""
    try:
        yield
    except (AttributeError, KeyError, TypeError) as error:
        raise ValidationError("", code="incorrect_code") from error


class KeyFormMixin:
    """A form for keys: of one that is refused allauth says that a code is incorrect, where none was asked."""

    def clean(self) -> Any:
        with _refused():
            return super().clean()  # type: ignore[misc]  # of the form that it stands before

    def add_error(self, field: str | None, error: Any) -> None:
        if getattr(error, "code", "") == "incorrect_code":
            text = _("The key did not answer, or was refused. Try again, or use another way.")
            error = ValidationError(text, code=error.code)
        super().add_error(field, error)  # type: ignore[misc]  # of the form that it stands before


class KeyAnswerMixin(KeyFormMixin):
    """The same of a form that takes what a key answered."""

    def clean_credential(self) -> Any:
        with _refused():
            return super().clean_credential()  # type: ignore[misc]  # of the form that it stands before


class SignInKeyForm(KeyAnswerMixin, LoginWebAuthnForm):
    pass


class SecondFactorKeyForm(KeyAnswerMixin, AuthenticateWebAuthnForm):
    pass


class ConfirmingKeyForm(KeyAnswerMixin, ReauthenticateWebAuthnForm):
    pass


class NewKeyForm(KeyFormMixin, AddWebAuthnForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name of the key")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this key alone, without a password")
        alone.help_text = _("It then asks for your fingerprint, face or PIN each time.")


class MailForm(forms.ModelForm[Preference]):
    """Which mail an account gets, and its language."""

    class Meta:
        model = Preference
        fields = ("reminders", "notices", "language")


class EndSessionsForm(forms.Form):
    """Which session to end: one by its number, or all others."""

    session = forms.IntegerField(required=False)
