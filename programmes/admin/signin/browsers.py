"""Which browsers an account was signed in from before: the browser itself keeps it, in a signed cookie of a year."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse

NAME, SALT = "known_browser", "programmes.known-browser"
YEAR = 365 * 24 * 60 * 60
# so many accounts of one browser are remembered
MOST = 10


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether this browser was signed in to the account before."""
    return user.pk in _accounts(request)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Lets the browser keep that it was signed in to the account."""
    others = [pk for pk in _accounts(request) if pk != user.pk]
    response.set_cookie(
        NAME,
        signing.dumps([user.pk, *others][:MOST], salt=SALT),
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _accounts(request: HttpRequest) -> list[int]:
    try:
        return list(signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=YEAR))
    except signing.BadSignature:
        return []
