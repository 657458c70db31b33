"""Public files as a worker makes them: whole, kept, with their length and digest (decisions/0024).

Each table is a file in every format, in each language and in all; the ledger is one. A reader may ask for one more, of
another day or moment, where it is too large to be made while they wait.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db.models import F
from django.utils import timezone, translation
from django.utils.text import slugify

from programmes.languages import CODES
from programmes.models import DataFile
from programmes.models.data_version import DataState, data_state
from programmes.models.worker import NEVER
from programmes.release import release
from programmes.services.ledger import last_entry, ledger_lines
from programmes.spreadsheets.sending.exporting import FORMATS
from programmes.spreadsheets.sending.public_files.package import package
from programmes.spreadsheets.sending.public_files.published import (
    public_file,
    public_files,
    rows_as_known,
)
from programmes.spreadsheets.sending.xlsx import DoesNotFitError

ALL = "all"
LANGUAGES = (ALL, *CODES)
PACKAGE = "package.all.zip"
LEDGER = "ledger.jsonl"
CONTENT_TYPES = FORMATS | {"jsonl": "application/jsonl", "zip": "application/zip"}
# A file of so many rows is made while its reader waits: a second, at most. A row of some tables is worked out, for ten
# milliseconds where a promise has hundreds of figures: of these, a fiftieth.
MADE_AT_ONCE = 5_000
COSTLY_TABLES, COST = ("promises",), 50
# At a turn a worker begins files for so many seconds. Between turns comes what somebody waits for.
AT_A_TIME = 40.0
# A file that one reader asked for is given to all for so long, and gone after a day.
ASKED_HOLDS = timedelta(minutes=15)
ASKED_KEPT = timedelta(days=1)
MOST_ASKED = 20


def state_of_files(state: DataState | None = None) -> str:
    """What a file of today is made from: the tracker, the data as it is now, the day."""
    version = (state or data_state()).version
    return f"{release()}:{version}:{timezone.localdate():%Y%m%d}"


def file_name(table: str, kind: str, languages: str | None) -> str:
    """The name of a table's file: languages None is all of them."""
    return f"{table}.{languages or ALL}.{kind}"


def question(
    table: str,
    kind: str,
    languages: str | None,
    on: date | None = None,
    known: datetime | None = None,
) -> dict[str, Any]:
    """What the maker of a file needs to know. on: None is the day on which it is made."""
    return {
        "table": table,
        "kind": kind,
        "languages": languages,
        "on": on and on.isoformat(),
        "known": known and known.isoformat(),
    }


def is_large(table: Any, on: date, known: datetime | None) -> bool:
    """Whether a table's file is too large to be made while its reader waits. One query that reads few rows."""
    some = rows_as_known(table, on, known).order_by().values_list("pk", flat=True)
    most = MADE_AT_ONCE // (COST if table.name in COSTLY_TABLES else 1)
    return len(some[: most + 1]) > most


# Making


def make_due_files() -> bool:
    """Makes public files that are not of the data as it is now, for a while. True where more is left.

    The file for programs holds all that the others of its table hold: where it is as it was, so are they.
    """
    until = monotonic() + AT_A_TIME
    state = state_of_files()
    for name in _missing(state):
        if monotonic() > until:
            return True
        if not DataFile.objects.filter(name=name, made_from=state).exists():
            try:
                make_public(name, state)
            except DoesNotFitError as error:
                DataFile.objects.filter(name=name).update(
                    refused=str(error), made_from=state, made_at=timezone.now()
                )
    return False


def _missing(state: str) -> list[str]:
    """The names of files that are not of that state of the data: what was made longest ago first.

    So each has its turn where the data changes sooner than all are made. Of a table of which all files are of the same
    data the file for programs comes first: where it is as it was, so are the others.
    """
    kept = DataFile.objects.filter(owner=None).exclude(name__startswith="asked-")
    rows = {row.name: row for row in kept}
    tables = sorted((one.name for one in public_files()), key=lambda name: _rows(rows, name))
    groups = [
        [LEDGER],
        *(
            [
                file_name(table, kind, languages)
                for kind in ("json", "csv", "xlsx")
                for languages in LANGUAGES
            ]
            for table in tables
        ),
        [PACKAGE],
    ]
    turns: dict[str, datetime] = {}
    for names in groups:
        found = [rows[name] for name in names if name in rows]
        made = {row.name: row.made_at or NEVER for row in found}
        alike = len({row.made_from for row in found}) < 2
        turns |= {name: made.get(names[0] if alike else name, NEVER) for name in names}
    current = {name for name, row in rows.items() if row.made_from == state}
    return sorted((name for name in turns if name not in current), key=turns.__getitem__)


def _rows(rows: dict[str, DataFile], table: str) -> int:
    row = rows.get(file_name(table, "json", None))
    return row.rows if row else 0


def make_public(name: str, state: str) -> DataFile:
    """Makes one of the files of every day."""
    if name == LEDGER:
        asked: dict[str, Any] = {"table": "ledger", "kind": "jsonl"}
    else:
        table, languages, kind = name.split(".")
        asked = question(table, kind, None if languages == ALL else languages)
    row, _made = DataFile.objects.get_or_create(name=name, defaults={"question": asked})
    before = row.digest, row.made_from
    make(row, state, lambda: _pieces(asked), rows=_count(asked))
    if (
        asked["kind"] == "json"
        and asked["languages"] is None
        and row.digest == before[0]
        and before[1].split(":")[0] == state.split(":")[0]
    ):
        DataFile.objects.filter(
            owner=None,
            question__table=asked["table"],
            question__on=None,
            made_from=before[1],
        ).update(made_from=state)
    return row


def make_asked(key: int) -> None:
    """Makes the file that a reader asked for."""
    row = DataFile.objects.get(pk=key)
    make(row, state_of_files(), lambda: _pieces(row.question), rows=_count(row.question))


def make(
    row: DataFile, state: str, pieces: Callable[[], Iterable[bytes]], *, rows: int = 0
) -> None:
    """Makes a file: under another name first, so that its own is only ever that of a whole one.

    The one before stays until the next, for those who are taking it. Content that is the same is not written again.

    Raises:
        DoesNotFitError: it does not fit into its format.
        OSError: the disk is full, or the storage away: the one before stays.
    """
    storage = row.storage
    with _written(row, pieces) as (file, size, digest):
        if digest != row.digest or not row.stored:
            stem, dot, kind = row.name.rpartition(".")
            name = f"{slugify(stem.replace('.', '-'))}-{digest[:16]}{dot}{kind}"
            stored = storage.save(f"data/{name}", file)
            _remove(row.before, row)
            row.before, row.stored, row.size, row.digest = row.stored, stored, size, digest
    row.made_from, row.rows, row.made_at, row.refused = state, rows, timezone.now(), ""
    row.save()


@contextmanager
def _written(
    row: DataFile, pieces: Callable[[], Iterable[bytes]]
) -> Iterator[tuple[File[bytes], int, str]]:
    """The pieces in a file beside where it will lie, with its size and digest. Gone after it unless it was moved."""
    folder = getattr(row.storage, "location", None)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    with (
        NamedTemporaryFile(prefix="making-", dir=folder, delete=False) as temporary,
        _removed_after(temporary.name),
    ):
        for piece in pieces():
            temporary.write(piece)
            digest.update(piece)
            size += len(piece)
        temporary.flush()
        temporary.seek(0)
        file = File(temporary, name=row.name)
        if folder:  # the storage moves a file that has a place
            file.temporary_file_path = lambda: temporary.name  # type: ignore[attr-defined]  # it reads this
        yield file, size, digest.hexdigest()


@contextmanager
def _removed_after(name: str) -> Iterator[None]:
    try:
        yield
    finally:
        Path(name).unlink(missing_ok=True)


def _pieces(asked: dict[str, Any]) -> Iterator[bytes]:
    if asked["table"] == "ledger":
        yield from ledger_lines(last_entry()[0])
        return
    on = date.fromisoformat(asked["on"]) if asked["on"] else timezone.localdate()
    known = datetime.fromisoformat(asked["known"]) if asked["known"] else None
    if asked["table"] == "package":
        clocks = [f"{name}={asked[name]}" for name in ("on", "known") if asked[name]]
        yield from package(on, known, f"?{'&'.join(clocks)}" if clocks else "")
        return
    table = next(one for one in public_files() if one.name == asked["table"])
    with translation.override(asked["languages"] or settings.LANGUAGE_CODE):
        yield from public_file(
            table, on, known=known, kind=asked["kind"], languages=asked["languages"]
        )


def _count(asked: dict[str, Any]) -> int:
    if asked["table"] == "ledger":
        return last_entry()[0]
    if asked["table"] == "package":
        return 0
    table = next(one for one in public_files() if one.name == asked["table"])
    on = date.fromisoformat(asked["on"]) if asked["on"] else timezone.localdate()
    known = datetime.fromisoformat(asked["known"]) if asked["known"] else None
    return rows_as_known(table, on, known).order_by().count()


# Asking


class TooManyAskedError(Exception):
    """As many files wait to be made as may."""


def asked_file(asked: dict[str, Any], hand_over: Callable[[int], Any]) -> DataFile:
    """The file of a question that is not one of every day; handed to a worker where there is none of late.

    Raises:
        TooManyAskedError: too many others wait; it may be asked for again later.
    """
    name = "asked-" + sha256(repr(sorted(asked.items())).encode()).hexdigest()[:32]
    name = f"{name}.{asked['kind']}"
    row = DataFile.objects.filter(name=name).first()
    if row and row.made_at and row.made_at > timezone.now() - ASKED_HOLDS:
        return row
    waiting = DataFile.objects.filter(name__startswith="asked-", made_at=None, refused="")
    if row is None and waiting.count() >= MOST_ASKED:
        raise TooManyAskedError
    row, is_new = DataFile.objects.get_or_create(name=name, defaults={"question": asked})
    if not is_new and row.made_at:
        # one of those who come at once hands it over
        mine = DataFile.objects.filter(pk=row.pk, made_at=row.made_at)
        is_new = bool(mine.update(made_at=None, stored="", before=row.stored, refused=""))
        if is_new:
            _remove(row.before, row)
    if is_new:
        hand_over(row.pk)
        row.refresh_from_db()
    return row


def refuse(key: int, reason: str) -> None:
    """Says to whoever waits for a file why it could not be made."""
    DataFile.objects.filter(pk=key).update(refused=reason, made_at=timezone.now())


def remove_old_files(now: datetime) -> int:
    """Removes what readers and staff asked for a day ago, and the files of tables that are no more. How many."""
    names = {
        LEDGER,
        PACKAGE,
        *(
            file_name(table.name, kind, languages)
            for table in public_files()
            for kind in FORMATS
            for languages in LANGUAGES
        ),
    }
    old = DataFile.objects.exclude(name__in=names).filter(asked_at__lt=now - ASKED_KEPT)
    for row in old:
        for stored in (row.stored, row.before):
            _remove(stored, row)
    for folder in {getattr(row.storage, "location", None) for row in DataFile.objects.all()}:
        for path in Path(folder).glob("making-*") if folder else ():
            if path.stat().st_mtime < (now - ASKED_KEPT).timestamp():
                path.unlink()  # what a worker that was killed began
    return old.delete()[0]


def _remove(stored: str, row: DataFile) -> None:
    if stored:
        with suppress(OSError):  # what stays behind does no harm
            row.storage.delete(stored)


def files_of_every_day() -> list[DataFile]:
    """The public files that are there, with what is to be known of each."""
    return list(
        DataFile.objects.filter(owner=None)
        .exclude(stored="")
        .exclude(name__startswith="asked-")
        .order_by(F("question__table"), "name")
    )
