"""Files attached to sources and their evidence: PDF, images, office files and plain text, known by what they hold."""

import hashlib
import re
import secrets
import zipfile
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# the kinds that are kept, by the ending of a name, and what each is sent as
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": f"{_OPEN}.text",
    "ods": f"{_OPEN}.spreadsheet",
    "odp": f"{_OPEN}.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
}
# the part that makes a package a document, a workbook or a presentation
_MAIN_PART = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_STARTS = {
    "pdf": re.compile(rb".{0,1019}%PDF-", re.DOTALL),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
_HEAD = 1024
# no text has these, in any of the encodings that spreadsheet programs write
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class AttachedFile(FieldFile):
    """A kept file. Nobody reads it but staff, at an address of theirs, for whoever may see its record."""

    @property
    def url(self) -> str:
        self._require_file()  # type: ignore[attr-defined]  # of Django, not in its stubs
        meta = self.instance._meta
        name = f"admin:{meta.app_label}_{meta.model_name}_file"
        return reverse(name, args=[self.instance.pk])

    @property
    def kind(self) -> str:
        """The ending of its name."""
        return ending(self.name or "")


class AttachmentField(models.FileField):
    """A file of one of KINDS, up to settings.SOURCE_FILE_MAX_BYTES, checked by content, kept under a name of ours."""

    attr_class = AttachedFile

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options.setdefault("upload_to", stored_name)
        super().__init__(verbose_name, **options)

    def formfield(self, **options: Any) -> Any:
        """However long the name of what is sent: it is not kept."""
        return super().formfield(**{"max_length": None, **options})

    def clean(self, value: Any, model_instance: Any) -> Any:
        """What was just sent is checked; what is kept already was."""
        value = super().clean(value, model_instance)
        if value and not value._committed:
            check_attachment(value.file, value.name)
        return value


def stored_name(record: Any, name: str) -> str:
    """Where a file is kept: under a name that says nothing and cannot be guessed, of what was sent only the kind."""
    return f"sources/{secrets.token_hex(16)}.{ending(name)}"


def settle_digest(record: Any) -> None:
    """Gives a record with an attached file the digest of it, before it is saved: where the file is another than that
    which is kept. A row that is made anew of a proposal keeps the digest that was proposed.
    """
    rows = models.QuerySet[Any](type(record)).filter(pk=record.pk)
    if not record.file:
        record.file_digest = ""
        return
    if record.file._committed and (
        record.file.name == rows.values_list("file", flat=True).first()
        or (record.pk is None and record.file_digest)
    ):
        return
    try:
        record.file_digest = digest_of(record.file)
    except FileNotFoundError:
        # `manage.py verify_ledger` says that it is gone
        record.file_digest = ""


def is_stored(file: FieldFile) -> bool:
    """Whether a file is kept, and not only sent with a form that is not saved yet."""
    stored: bool = file._committed  # type: ignore[attr-defined]  # of Django, not in its stubs
    return stored


def digest_of(file: FieldFile) -> str:
    """SHA-256 of a file: whoever was given a copy can tell whether it is the same (`sha256sum`)."""
    digest = hashlib.sha256()
    file.open("rb")
    for piece in file.chunks():
        digest.update(piece)
    if is_stored(file):
        file.close()
    else:
        file.seek(0)  # it is still to be kept
    return digest.hexdigest()


def file_words(name: str) -> str:
    """An attached file in words: its kept name says nothing."""
    return _("a file in .%(kind)s") % {"kind": ending(name)}


def short_digest(digest: str) -> str:
    """The beginning of a digest, which tells two files apart. The ledger has the whole of it."""
    return f"{digest[:16]}…"


def ending(name: str) -> str:
    """The part of a name behind its last dot, in small letters."""
    return name.rpartition(".")[2].lower()


def check_attachment(file: File[Any], name: str) -> None:
    """Raises ValidationError where a file is too large, of another kind, or not what its name says."""
    largest = settings.SOURCE_FILE_MAX_BYTES
    if file.size > largest:
        raise ValidationError(
            _("The file has %(size)s; at most %(largest)s are kept.")
            % {"size": filesizeformat(file.size), "largest": filesizeformat(largest)}
        )
    kind = ending(name)
    if kind not in KINDS:
        raise ValidationError(
            _("Files of this kind are not kept. Accepted: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        )
    if not _is_of_kind(kind, file):
        raise ValidationError(
            _("The content of the file is not that of a file in .%(kind)s. Save it again as such.")
            % {"kind": kind}
        )


def _is_of_kind(kind: str, file: File[Any]) -> bool:
    file.seek(0)
    try:
        if kind in _STARTS:
            return _STARTS[kind].match(file.read(_HEAD)) is not None
        if kind in ("txt", "csv"):
            return _is_text(file.read())
        return _is_package(kind, file)
    finally:
        file.seek(0)


def _is_text(content: bytes) -> bool:
    if content.startswith(_WIDE):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    return _NOT_TEXT.search(content) is None


def _is_package(kind: str, file: File[Any]) -> bool:
    """Whether a ZIP holds what an office file of the kind does, and no macros. Only its list of parts is read."""
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return False
            if kind in _MAIN_PART:
                return {"[Content_Types].xml", _MAIN_PART[kind]} <= names
            # stored first and as it is: an OpenDocument file begins with its kind
            first = package.infolist()[0]
            declared = KINDS[kind].encode()
            return (
                first.filename == "mimetype"
                and first.compress_type == zipfile.ZIP_STORED
                and first.file_size <= len(declared) + 2
                and package.read(first).strip() == declared
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, IndexError, OSError, ValueError):
        return False
