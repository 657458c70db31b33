"""Django's cache of files, made fit for many pages and many processes."""

import os
import tempfile
from pathlib import Path
from random import random
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class PageFiles(FileBasedCache):
    """As Django's, but of those who add a key at once one is told that it did; and files are not counted each time."""

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
            super()._cull()
