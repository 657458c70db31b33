"""Django's cache of files, made fit for many pages and many processes."""

import os
import tempfile
from pathlib import Path
from random import random
from typing import TYPE_CHECKING, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class PageFiles(FileBasedCache):
    """As Django's, but of those who add a key at once one is told that it did; and files are not counted each time."""

    if TYPE_CHECKING:
        # of Django, not in its stubs
        _dir: str

        def _createdir(self) -> None: ...
        def _write_content(self, file: Any, timeout: Any, value: Any) -> None: ...
        def _key_to_file(self, key: str, version: Any = None) -> str: ...

    # the folder is read, to see whether it is full, once in so many times
    LOOKED_AT = 50

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        if self.has_key(key, version):  # which removes what has expired
            return False
        self._createdir()
        handle, temporary = tempfile.mkstemp(dir=self._dir)
        try:
            with open(handle, "wb") as file:
                self._write_content(file, timeout, value)
            os.link(temporary, self._key_to_file(key, version))
        except FileExistsError:
            return False
        finally:
            Path(temporary).unlink(missing_ok=True)
        return True

    def _cull(self) -> None:
        if random() * self.LOOKED_AT < 1:
            super()._cull()  # type: ignore[misc]  # of Django, not in its stubs
