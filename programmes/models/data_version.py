"""The version of the public data: every write that a public page could show gives it another one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from time import monotonic

from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import Subquery

from programmes.models.publication_clock import NEVER, PublicationClock
from programmes.models.site import Site


class DataVersion(models.Model):
    """A random mark, replaced by each write in the writer's own transaction. The version is all marks together.

    words: the mark of the last write that may have changed by which words records are found: not one of figures, which
    come by the hundred.

    A mark that another transaction holds is passed over and a further one made where all are held, so that writers
    never wait for each other here. There are as many rows as there were writers at one moment: a few.
    """

    mark = models.CharField(max_length=32)
    words = models.CharField(max_length=32, default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.mark


# How long, in seconds, a process may answer with the version that it read last.
LIFETIME = 1.0
_last: tuple[float, "DataState"] | None = None
# When the database was found away: for as long, nobody else waits for an answer that does not come.
_away_at: float | None = None


@dataclass(frozen=True, slots=True)
class DataState:
    """The version of the data, and the moment of the last publication that is in it; None before the first.

    words: the version of the words by which records are found.
    site: when the record of the site was last changed; None where nobody has filled it in.
    """

    version: str
    published: datetime | None
    site: datetime | None = None
    words: str = ""


_together: ContextVar[list[bool] | None] = ContextVar("marked_together", default=None)


@contextmanager
def marked_together() -> Iterator[None]:
    """Within it, in one transaction, the data is given another version once, at its end, however much is written."""
    if _together.get() is not None:
        yield
        return
    asked: list[bool] = []
    token = _together.set(asked)
    try:
        yield
    finally:
        _together.reset(token)
    if asked:
        mark_change(words=any(asked))


def mark_change(*, words: bool = True) -> None:
    """Gives the data another version once the transaction of the caller is committed.

    words: whether the words by which records are found may have changed too.
    """
    asked = _together.get()
    if asked is not None:
        asked.append(words)
        return
    forget_version()
    transaction.on_commit(forget_version)
    with transaction.atomic(savepoint=False):
        free = DataVersion.objects.select_for_update(skip_locked=True).order_by("pk").values("pk")
        mark = secrets.token_hex(16)
        marks = {"mark": mark, "words": mark} if words else {"mark": mark}
        if not DataVersion.objects.filter(pk=Subquery(free[:1])).update(**marks):
            DataVersion.objects.create(**marks)


def forget_version() -> None:
    """What this process writes, it shows at once."""
    global _last, _away_at
    _last = _away_at = None


def recent_state(since: float = 0.0, lifetime: float = LIFETIME) -> DataState:
    """The state of a second ago or less: a crowd does not ask the database again for each page.

    Args:
        since: by the clock of `monotonic`; a state that was read earlier is read again.
        lifetime: how old it may be, in seconds.

    Raises:
        OperationalError, InterfaceError: the database is away, or was a second ago.
    """
    global _last, _away_at
    now = monotonic()
    known = _last
    if known is None or now - known[0] > lifetime or known[0] < since:
        if _away_at is not None and now - _away_at < LIFETIME:
            raise OperationalError("The database was away a second ago.")
        try:
            known = _last = (now, data_state())
        except (OperationalError, InterfaceError):
            _away_at = monotonic()
            raise
        _away_at = None
    return known[1]


def data_state(using: str = "default") -> DataState:
    """The state of the data as committed now, or as a replica holds it. One query of a few rows."""
    last = PublicationClock.objects.using(using).filter(pk=PublicationClock.ONLY).values("last")
    site = Site.objects.using(using).values("changed_at")
    held = DataVersion.objects.using(using).order_by("pk")
    rows = list(held.values_list("mark", "words", Subquery(last), Subquery(site)))
    version, words = (
        blake2b("".join(row[column] for row in rows).encode(), digest_size=12).hexdigest()
        for column in (0, 1)
    )
    moment, changed = rows[0][2:] if rows else (None, None)
    return DataState(version, None if moment == NEVER else moment, changed, words)
