"""The second factor of an account: whether it has one, and how it is taken away."""

from typing import TypeAlias, TypedDict

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django_stubs_ext import WithAnnotations

# Recovery codes stand in for one of these; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class _SecondFactor(TypedDict):
    second_factor: bool


# an account as `with_second_factor` reads it
AccountWithFactor: TypeAlias = "WithAnnotations[User, _SecondFactor]"


def has_second_factor(user: User) -> bool:
    """Whether an account has an authenticator app or a key. One query."""
    return Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists()


def with_second_factor(accounts: QuerySet[User]) -> "QuerySet[AccountWithFactor]":
    """Accounts, each with `second_factor`: whether it has one."""
    found = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return accounts.annotate(second_factor=Exists(found))


@transaction.atomic
def remove_second_factor(user: User) -> None:
    """Takes every factor and recovery code of an account away, and ends its sessions: whoever holds them may be
    the thief of the phone."""
    Authenticator.objects.filter(user=user.pk).delete()
    end_sessions(user)


def end_sessions(user: User) -> None:
    """Signs an account out everywhere."""
    for session in UserSession.objects.filter(user=user.pk):
        session.end()
