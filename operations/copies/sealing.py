"""Files that only the holder of a key reads, and that nobody changes unseen: AES-256-GCM in chunks.

Each file has a key of its own, made of the given one and a salt. A chunk's nonce is its number and whether it is the
last one, so that none is left out, moved or cut off.
"""

import hashlib
import hmac
import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = b"TRACKER1"
CHUNK = 1024 * 1024
_LENGTH = struct.Struct(">I")


class CannotOpenError(Exception):
    """A sealed file was changed or cut, or the key is another."""


def mac(key: str, content: bytes) -> str:
    """What shows that a content is as it was written: without a key against accidents alone."""
    return hmac.new(key.encode() or b"tracker", content, hashlib.sha256).hexdigest()


class SealedWriter(io.RawIOBase):
    """Writes a file in sealed chunks. `name` belongs to it: the content of one file does not pass for another's."""

    def __init__(self, target: BinaryIO, key: str, name: str) -> None:
        salt = os.urandom(16)
        target.write(MARK + salt)
        self._target, self._name, self._number = target, name.encode(), 0
        self._cipher, self._waiting = _cipher(key, salt), bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
            super().close()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), chunk, self._name)
        self._target.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


# what a file of a backup is written to
BackupTarget: TypeAlias = BinaryIO | SealedWriter


class _ChunkReader(io.RawIOBase):
    """Chunks as a file to read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._waiting = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._waiting = chunk
        taken = self._waiting[: len(buffer)]
        buffer[: len(taken)] = taken
        self._waiting = self._waiting[len(taken) :]
        return len(taken)


def open_backup_file(path: Path, key: str, name: str) -> BinaryIO:
    """A file of a backup to read: as it is without a key, else opened chunk by chunk.

    Raises:
        CannotOpenError: while it is read, where it was changed or cut, or the key is another.
    """
    if not key:
        return path.open("rb")
    return io.BufferedReader(_ChunkReader(_chunks(path, key, name)), CHUNK)


def _chunks(path: Path, key: str, name: str) -> Iterator[bytes]:
    with path.open("rb") as source:
        if source.read(len(MARK)) != MARK:
            raise CannotOpenError
        cipher, number, last = _cipher(key, source.read(16)), 0, False
        head = source.read(_LENGTH.size)
        while not last:
            if len(head) != _LENGTH.size or _LENGTH.unpack(head)[0] > CHUNK + 16:
                raise CannotOpenError
            sealed = source.read(_LENGTH.unpack(head)[0])
            head = source.read(_LENGTH.size)
            last = not head
            try:
                yield cipher.decrypt(_nonce(number, last), sealed, name.encode())
            except InvalidTag:
                raise CannotOpenError from None
            number += 1


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"tracker backup").derive(key.encode()))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
