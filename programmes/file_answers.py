"""Answers that are kept files: with length, digest and ranges, so that none is taken for whole that is not."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.http import http_date, parse_etags

from programmes.models import DataFile
from programmes.type_names import certain

_PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def file_answer(
    request: HttpRequest, file: DataFile, *, name: str, content_type: str
) -> HttpResponseBase:
    """A kept file, or the part of it that was asked for: by this process, by the proxy, or by the storage itself.

    Raises:
        FileNotFoundError: it was replaced twice meanwhile.
    """
    validator = f'"{file.digest}"'
    response: HttpResponseBase
    if validator in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    elif settings.PUBLIC_FILES_SENT_BY == "storage" and file.owner_id is None:
        response = HttpResponseRedirect(file.storage.url(file.stored))
    elif settings.PUBLIC_FILES_SENT_BY == "proxy" and file.owner_id is None:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.PUBLIC_FILES_PLACE}/{file.stored}"
    else:
        response = _by_us(request, file, validator)
    if response.status_code in (200, 206):
        response["Content-Type"] = content_type
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Last-Modified"] = http_date(certain(file.made_at).timestamp())
    response["ETag"] = validator
    return response


def _by_us(request: HttpRequest, file: DataFile, validator: str) -> HttpResponseBase:
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if (
        asked is None
        or not any(asked.groups())
        or request.headers.get("If-Range", validator) != validator
    ):
        return _part(request, file, 0, file.size)
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else file.size, file.size)
    else:
        start, end = max(0, file.size - int(last)), file.size
    if start >= end:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{file.size}"
        return response
    response = _part(request, file, start, end)
    response.status_code = 206
    response["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return response


def _part(request: HttpRequest, file: DataFile, start: int, end: int) -> HttpResponseBase:
    opened = file.storage.open(file.stored)
    if request.method == "HEAD":
        opened.close()
        response: HttpResponseBase = HttpResponse()
    else:
        response = StreamingHttpResponse(_pieces(opened, start, end))
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    return response


def _pieces(opened: Any, start: int, end: int) -> Iterator[bytes]:
    """The bytes from start to before end. Where there are fewer, the answer breaks off: it never ends as if whole."""
    with opened:
        opened.seek(start)
        left = end - start
        while left:
            piece = opened.read(min(_PIECE, left))
            if not piece:
                raise OSError(
                    f"{opened.name} is shorter than it was made: {left} bytes are missing."
                )
            left -= len(piece)
            yield piece
