"""The store of built pages that all processes share (settings.CACHES, `pages`), and which are asked for most.

One page is kept of each address: that of the last version that was built. A store that fails, or is full, is as good as
an empty one: pages are built, as they would be without it.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.core.cache import caches

from programmes.release import release

log = logging.getLogger(__name__)
# Whoever builds a page holds its place for so many seconds; then another may.
BUILDING = 30
# Counts are put together with those of other processes so often, in seconds; so many addresses are remembered.
COUNTED_EVERY = 10.0
MOST_COUNTED = 300
# A store that fails is logged so often, in seconds.
LOGGED_EVERY = 60.0
_counts: Counter[str] = Counter()
_counted_at = 0.0
_logged_at = -LOGGED_EVERY


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was built: the validator that it had, its bytes (compressed or not), its headers, the moment.

    seconds: how long it took.
    """

    validator: str
    content: bytes
    headers: dict[str, str]
    built_at: datetime
    seconds: float = 0.0


def kept_page(address: str) -> KeptPage | None:
    """The page that was built last of an address."""
    found = _tried(lambda store: store.get(_key("page", address)))
    return KeptPage(*found) if found else None


def keep_page(address: str, page: KeptPage) -> None:
    """Keeps a page in place of the one before."""
    kept = (page.validator, page.content, page.headers, page.built_at, page.seconds)
    _tried(lambda store: store.set(_key("page", address), kept))


def forget_pages() -> None:
    """Forgets all pages: what they say was removed for good."""
    _tried(lambda store: store.clear())


@contextmanager
def building(address: str) -> Iterator[bool]:
    """Whether the caller is the one to build a page; others know until it ends that somebody does."""
    key = _key("building", address)
    mine = _tried(lambda store: store.add(key, 1, BUILDING), True)
    try:
        yield mine
    finally:
        if mine:
            _tried(lambda store: store.delete(key))


def is_being_built(address: str) -> bool:
    """Whether somebody builds a page at this moment."""
    return bool(_tried(lambda store: store.get(_key("building", address))))


def count(address: str) -> None:
    """Counts that a page was asked for."""
    global _counted_at
    _counts[address] += 1
    now = time.monotonic()
    if now - _counted_at > COUNTED_EVERY:
        _counted_at = now
        _add_counts()


def _add_counts() -> None:
    counted = Counter(dict(_counts))
    _counts.clear()
    key = _key("asked")
    # of two processes at once, one's counts may be lost: it only decides which pages are built beforehand
    counted.update(_tried(lambda store: store.get(key), None) or {})
    _tried(lambda store: store.set(key, dict(counted.most_common(MOST_COUNTED))))


def most_asked(number: int) -> list[str]:
    """The addresses that were asked for most of late, most first. What was asked for earlier counts half."""
    key = _key("asked")
    counts = Counter(_tried(lambda store: store.get(key), None) or {})
    halves = {address: asked // 2 for address, asked in counts.items() if asked > 1}
    _tried(lambda store: store.set(key, halves))
    return [address for address, _asked in counts.most_common(number)]


def _key(kind: str, address: str = "") -> str:
    digest = blake2b(f"{release()}\n{address}".encode(), digest_size=16).hexdigest()
    return f"{kind}:{digest}"


def _tried(use: Callable[[Any], Any], otherwise: Any = None) -> Any:
    """What the store gives. A store may be files or a server of its own: whatever it fails of is passed."""
    global _logged_at
    try:
        return use(caches["pages"])
    except Exception:
        if time.monotonic() - _logged_at > LOGGED_EVERY:
            _logged_at = time.monotonic()
            log.exception("The store of pages fails.")
        return otherwise
