"""Reminders by mail: once a period for each person, until they say no."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing

from programmes.models import Preference

SALT = "programmes.reminders"


def preference_of(user: Any) -> Preference:
    """A person's preferences, made where there are none yet."""
    return Preference.objects.get_or_create(user=user)[0]


def claim_reminder(user: Any, *, period: str) -> bool:
    """Takes a period for one person before the mail goes out: of two runs at once, one gets it.

    False where they were reminded in it already, or want no reminders.
    """
    preference_of(user)
    rows = Preference.objects.filter(user=user, reminders=True).exclude(reminded_for=period)
    return bool(rows.update(reminded_for=period))


def release_reminder(user: Any, *, period: str) -> None:
    """Gives a period back where the mail could not be handed over, so that a later run tries again."""
    Preference.objects.filter(user=user, reminded_for=period).update(reminded_for="")


def reminder_token(user: Any) -> str:
    """What the link that ends reminders carries: signed, for this purpose alone."""
    return signing.dumps(user.pk, salt=SALT)


def user_of_token(token: str) -> Any:
    """The person a link was made for, or None where it was not made here."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=pk).first()


def stop_reminders(user: Any) -> None:
    """No reminder goes to them from now on. Harmless to repeat."""
    preference_of(user)
    Preference.objects.filter(user=user).update(reminders=False)
