"""Mail to the staff, until they say no: reminders once a period, notices of what was decided."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core import signing

from programmes.models import Preference

SALT = "programmes.reminders"


def preference_of(user: User) -> Preference:
    """A person's preferences, made where there are none yet."""
    return Preference.objects.get_or_create(user=user)[0]


def claim_reminder(user: User, *, period: str) -> bool:
    """Takes a period for one person before the mail goes out: of two runs at once, one gets it.

    False where they were reminded in it already, or want no reminders.
    """
    preference_of(user)
    rows = Preference.objects.filter(user=user, reminders=True).exclude(reminded_for=period)
    return bool(rows.update(reminded_for=period))


def release_reminder(user: User, *, period: str) -> None:
    """Gives a period back where the mail could not be handed over, so that a later run tries again."""
    Preference.objects.filter(user=user, reminded_for=period).update(reminded_for="")


def reminder_token(user: User) -> str:
    """What the link that ends reminders carries: signed, for this purpose alone."""
    return signing.dumps(user.pk, salt=SALT)


def user_of_token(token: str) -> Any:
    """The person a link was made for, or None where it was not made here."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=pk).first()


def claim_notices(user: User, *, until: int) -> int | None:
    """Takes the steps of review up to one for one person, before the mail goes out: of two runs at once, one gets them.

    Returns the key of the last step that was told before; None where there is nothing to take, or no wish for notices.
    """
    before = preference_of(user).told_until
    mine = Preference.objects.filter(user=user, notices=True, told_until=before)
    return before if before < until and mine.update(told_until=until) else None


def release_notices(user: User, *, until: int, before: int) -> None:
    """Gives steps back where the mail could not be handed over, so that a later run tries again."""
    Preference.objects.filter(user=user, told_until=until).update(told_until=before)


def stop_mail(user: User) -> None:
    """No reminder and no notice goes to them from now on. Harmless to repeat."""
    preference_of(user)
    Preference.objects.filter(user=user).update(reminders=False, notices=False)
