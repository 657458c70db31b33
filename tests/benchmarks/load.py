"""A bounded number of readers that ask a server on this machine for one page, again and again, for a bounded time.

They take pages compressed, as browsers do.
"""

import multiprocessing
import socket
import time

READERS, SECONDS = 4, 1.0


def rate(port: int, path: str, *, status: int = 200, held: str = "") -> float:
    """Answers a second.

    Raises:
        RuntimeError: an answer had another status.
    """
    condition = f"If-None-Match: {held}\r\n" if held else ""
    question = f"GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n{condition}\r\n".encode()
    with multiprocessing.get_context("fork").Pool(READERS) as pool:
        work = [(port, question, str(status).encode())] * READERS
        return sum(pool.starmap(_read, work))


def _read(port: int, question: bytes, status: bytes) -> float:
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        answer = ask(port, question)
        if answer.split(b" ", 2)[1] != status:
            raise RuntimeError(answer[:200].decode(errors="replace"))
        count += 1
    return count / spent


def ask(port: int, question: bytes) -> bytes:
    """One answer, whole."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(question)
        pieces = []
        while piece := line.recv(262144):
            pieces.append(piece)
    return b"".join(pieces)


def etag(port: int, path: str) -> str:
    """The validator of a page."""
    head = ask(port, f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()).split(b"\r\n\r\n")
    lines = head[0].decode().split("\r\n")
    return next(line.split(": ", 1)[1] for line in lines if line.lower().startswith("etag:"))
