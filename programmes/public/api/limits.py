"""How much one address may ask of the API: counted in the cache that all processes share."""

from time import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from programmes.public.api.problems import ProblemError

MOST, SECONDS = 300, 60


def refuse_too_many(request: HttpRequest) -> None:
    """Counts a request that is about to be answered from the database.

    What the reader holds already, or is kept, is not counted, nor what a worker asks for.

    Raises:
        ProblemError: the address has asked too often in this minute.
    """
    if getattr(request, "is_warming", False):
        return
    window = int(time()) // SECONDS
    key = f"api:{window}:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, 2 * SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # another process has just thrown it out
        return
    if count > MOST:
        raise ProblemError(
            429,
            _("At most %(most)s requests a minute. Wait a minute, or take the files.")
            % {"most": MOST},
        )
