"""The version of the public data: every write that a public page could show gives it another one."""

import secrets
from hashlib import blake2b
from time import monotonic

from django.db import models, transaction


class DataVersion(models.Model):
    """A random mark, replaced by each write in the writer's own transaction. The version is all marks together.

    A mark that another transaction holds is passed over and a further one made where all are held, so that writers
    never wait for each other here. There are as many rows as there were writers at one moment: a few.
    """

    mark = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.mark


# How long, in seconds, a process may answer with the version that it read last.
LIFETIME = 1.0
_last: tuple[float, str] | None = None


def mark_change() -> None:
    """Gives the data another version once the transaction of the caller is committed."""
    forget_version()
    transaction.on_commit(forget_version)
    with transaction.atomic(savepoint=False):
        free = DataVersion.objects.select_for_update(skip_locked=True).order_by("pk").first()
        mark = free or DataVersion()
        mark.mark = secrets.token_hex(16)
        mark.save()


def forget_version() -> None:
    """What this process writes, it shows at once."""
    global _last
    _last = None


def recent_version() -> str:
    """The version of a second ago or less: a crowd does not ask the database again for each page."""
    global _last
    now = monotonic()
    known = _last
    if known is None or now - known[0] > LIFETIME:
        known = _last = (now, data_version())
    return known[1]


def data_version() -> str:
    """The version of the data as committed now. One query of a few rows."""
    marks = DataVersion.objects.order_by("pk").values_list("mark", flat=True)
    return blake2b("".join(marks).encode(), digest_size=12).hexdigest()
