#!/usr/bin/env python3
"""Tells, without the site and without the internet, whether a ledger, data files and kept digests fit together.

Needs nothing but Python 3.9 or later. The site serves this very file beside the ledger, and its own digests are worked
out by the functions below (`content_digest`, `entry_digest`). It reads in this order: what a ledger holds, its digests,
the chain, what one entry may change of another, the data files, and what people read.
"""

from __future__ import annotations

import calendar
import codecs
import errno
import glob
import hashlib
import json
import marshal
import os
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypedDict

FORMAT = 5
# what the first entry names as the digest before it
START = "0" * 64
LONGEST_LINE = 16 * 1024 * 1024
MOST_FAULTS = 20
# What is found where something was published between two downloads.
BETWEEN_DOWNLOADS = {"row_missing", "row_unknown", "row_later"}
BETWEEN = " · "
LANGUAGES = ("fr", "ar", "en")
# The languages that the site's texts are in, as its settings have them; the site names its own where it hands this
# file out.
TEXT_LANGUAGES = os.environ.get("SITE_LANGUAGES", "fr,ar,en").split(",")

# What an entry says of a row of each file. * stands behind columns that say which row it is, @ behind a text that has
# a column for each language, ! behind what no amendment changes. >table: another record is named.
REVIEW = " published_at state ended_at outcome_reason@"
_COLUMNS = {
    "territories": "code* hcp_code kind parent>territories name@",
    "dimensions": "code* name@",
    "categories": "dimension*>dimensions code* name@",
    "organisations": "code* kind name@ acronym territory>territories",
    "sources": "code* kind title publisher organisation>organisations url date language file_digest",
    "evidence": "source*>sources title* language url file_digest",
    "sectors": "code* name@",
    "programmes": "code* name@ parent>programmes start end territories>territories sectors>sectors sources>sources "
    "withdrawn_at!",
    "participations": "programme*>programmes organisation*>organisations role*",
    "stages": "programme*>programmes number* name@",
    "agreements": "code* kind title@ subject@ date place@ end parent>agreements programmes>programmes "
    "sources>sources withdrawn_at!",
    "signatures": "agreement*>agreements organisation*>organisations office@ undertaking@",
    "centres": "code* kind name@ parent>centres territory>territories serves>territories locality@ "
    "operator>organisations sectors>sectors facilities@ programmes>programmes sources>sources withdrawn_at!",
    "indicators": "code* name@ definition@ unit@! decimals measure!",
    "series": "code* indicator!>indicators territory!>territories programme!>programmes centre!>centres "
    "areas>territories role figures part_of>series counted_kind interval_months delay_days name@",
    "targets": "code* series!>series agreement>agreements responsible>organisations share_of>targets original "
    "withdrawn_at!",
    "target-revisions": "target*>targets number* kind corrects value percent qualifier sense due due_text baseline "
    "baseline_percent baseline_date definition@ wording wording_language announced source>sources reason@"
    + REVIEW,
    "waypoints": "target*>targets number* date* value percent",
    "measurements": "ref* series>series period_start as_of value percent numerator denominator qualifier "
    "source>sources note@ supersedes>measurements reason@" + REVIEW,
    "measurement-shares": "measurement*>measurements dimension*>dimensions category* value",
    "milestones": "code* kind title@ programme>programmes centre>centres agreement>agreements withdrawn_at!",
    "milestone-statements": "milestone*>milestones number* kind date date_text announced source>sources wording "
    "wording_language reason@ corrects" + REVIEW,
    "replies": "code* target>targets milestone>milestones organisation>organisations date text@ source>sources"
    + REVIEW,
    "amendments": "number* kind table key column* old new reason@ source>sources published_at",
}
# Texts that had one column, without a language, in entries up to a format. Reasons of format 1 were told anew.
_ONE_COLUMN = {
    "target-revisions": {"reason": 1, "definition": 3, "outcome_reason": 4},
    "milestone-statements": {"reason": 1, "outcome_reason": 4},
    "measurements": {"note": 2, "reason": 2, "outcome_reason": 4},
    "replies": {"outcome_reason": 4},
    "amendments": {"reason": 4},
}
# Columns that entries up to a format have not: nothing was said in them. A language that a site got later is not named
# here: see _has_columns.
_LATER: dict[str, dict[str, int]] = {}
# Rows that belong to a record of another file, and how many of its first columns name that record.
PARTS = {
    "evidence": ("sources", 1),
    "participations": ("programmes", 1),
    "stages": ("programmes", 1),
    "signatures": ("agreements", 1),
    "waypoints": ("target-revisions", 2),
    "measurement-shares": ("measurements", 1),
}
KEYS: dict[str, tuple[str, ...]] = {}
COLUMNS: dict[str, dict[str, str]] = {}
NAMES: dict[str, dict[str, str]] = {}
FIXED: dict[str, set[str]] = {}
for _table, _text in _COLUMNS.items():
    KEYS[_table], COLUMNS[_table], NAMES[_table], FIXED[_table] = (), {}, {}, set()
    for _word in _text.split():
        _name, _, _named = _word.partition(">")
        _stem = _name.rstrip("*@!")
        if _name.endswith("*"):
            KEYS[_table] += (_stem,)
        if _name.endswith(("*", "!")):
            FIXED[_table].add(_stem)
        for _one in [f"{_stem}_{tongue}" for tongue in TEXT_LANGUAGES] if "@" in _name else [_stem]:
            COLUMNS[_table][_one] = _stem
        if _named:
            NAMES[_table][_stem] = _named
STEMS = {table: frozenset(columns.values()) for table, columns in COLUMNS.items()}
# Reviewed rows were published one by one; what is shown is shown once and can be withdrawn; the rest is relied upon.
REVIEWED = frozenset(table for table, columns in COLUMNS.items() if "published_at" in columns)
SHOWABLE = frozenset(table for table, columns in COLUMNS.items() if "withdrawn_at" in columns)
# Files that also hold rows on which nothing that was published rests: these may stand there without an entry.
FREE = frozenset(
    {"territories", "dimensions", "categories", "organisations", "sectors", "indicators"}
)
# A record of these is in the data from the first row of these files on that names it.
TOLD_BY = {
    "targets": ("target-revisions",),
    "milestones": ("milestone-statements",),
    "replies": ("targets", "milestones"),
    "sources": ("measurements", "target-revisions", "milestone-statements", "replies", "amendments", "programmes",
                "centres", "agreements"),
}  # fmt: skip
# The date on which a record of these is first told: a month or year is told when it has ended.
TOLD_ON = {
    "agreements": "date",
    "target-revisions": "announced",
    "milestone-statements": "announced",
    "replies": "date",
}
# The kind of the amendment that stands right behind an entry of that event and explains it.
EXPLAINED = {
    "amended": "change",
    "shown": "showing",
    "withdrawn": "withdrawal",
    "set_aside": "setting_aside",
    "translated": "translation",
    "blanked": "blanking",
}
# What an event changes of a row that was published before, and what its state is from then on.
ENDS = {"corrected": "superseded", "withdrawn": "withdrawn", "set_aside": "set_aside"}
ENDING = frozenset(
    (
        *("state", "ended_at", "outcome_reason"),
        *(f"outcome_reason_{tongue}" for tongue in TEXT_LANGUAGES),
    )
)
# What can happen to a record of each table.
EVENTS = {
    table: frozenset(
        ("published", "translated", "migrated", *ENDS) if table in REVIEWED
        else ("shown", "amended", "withdrawn", "migrated") if table in SHOWABLE
        else ("sealed", "amended", "migrated")
    )
    for table in COLUMNS
}  # fmt: skip
EVENTS["amendments"] = frozenset(("published", "translated", "migrated"))
EVENTS["targets"] |= {"settled"}
EVENTS["agreements"] |= {"blanked"}
# What the removal of personal data may empty of the signatures of an agreement. Names of persons are in no file.
EMPTIED = {"signatures": frozenset(f"office_{tongue}" for tongue in TEXT_LANGUAGES)}
# What the removal of personal data may strike out of a public change.
STRUCK = frozenset(("old", "new", "reason", *(f"reason_{tongue}" for tongue in TEXT_LANGUAGES)))
KEPT = re.compile(r"(?<![0-9a-f])(?:([0-9]{1,15}):)?([0-9a-f]{64})(?![0-9a-f])")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
FILE_NAME = re.compile(
    rf"([a-z][a-z-]*[a-z])-({DAY})(-known-[0-9T-]+)?-([a-z]{{2,3}})(?: ?\([0-9]+\))?\.json"
)


# A row of a file, by column; rows of a record and of its parts, by file.
FileRow = dict[str, Any]
RowsByFile = dict[str, list[FileRow]]
# Which sentence says why something does not fit, and what it names.
Mismatch = tuple[str, dict[str, Any]]
# A column or part that differs between two entries, with both values.
ColumnChange = tuple[str, Any, Any]


class EntryContent(TypedDict, total=False):
    """What an entry says of its record. why: a new version of the site changed it. emptied: entries that a removal of
    personal data emptied."""

    rows: RowsByFile
    why: str
    emptied: list[int]


class LedgerLine(TypedDict):
    """An entry of the ledger, as its line has it. content, salt: None where personal data was removed."""

    number: int
    moment: str
    day: str
    event: str
    table: str
    key: str
    format: int
    content: EntryContent | None
    salt: str | None
    content_digest: str
    previous: str
    digest: str


class Fault(NamedTuple):
    """What does not fit: the entry where it shows (0: none), which sentence says it, and what the sentence names."""

    entry: int
    kind: str
    said: dict[str, Any]


class Report(NamedTuple):
    """What was found: the faults of the first entries, and how many there are in all.

    whole: whether every entry follows from the one before. kept: how many kept digests are on the chain. rows: how
    many rows of data fit the ledger. emptied, migrated: the first entries without their content, and those by which a
    new version of the site changed what was public; readers are told of both.
    """

    faults: list[Fault]
    count: int  # type: ignore[assignment]  # how often a tuple holds something, nobody asks here
    whole: bool
    entries: int
    last: str
    kept: int
    rows: int
    emptied: list[int]
    migrated: list[int]


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)
# what json.loads would look up anew for each line
_read = json.JSONDecoder().decode


def canonical(value: Any) -> str:
    """JSON as it is digested: sorted names, no spaces, signs as they are."""
    return _ENCODER.encode(value)


def content_digest(form: int, salt: str, content: Mapping[str, Any]) -> str:
    """SHA-256 of a content with the version of its format and its salt."""
    return _written_digest(form, salt, canonical(content))


def _written_digest(form: int, salt: str | None, written: str) -> str:
    """The same of a content that is written as it is digested."""
    return _sha256(f"[{form},{canonical(salt)},{written}]")


def entry_digest(entry: Mapping[str, Any]) -> str:
    """SHA-256 of an entry, with the digest of the one before."""
    names = ("previous", "number", "moment", "day", "event", "table", "key", "content_digest")
    return _sha256(canonical([entry[name] for name in names]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# The chain

# What an entry holds.
FIELDS: dict[str, type | tuple[type, ...]] = {
    "number": int, "moment": str, "day": str, "event": str, "table": str, "key": str, "format": int,
    "content": (dict, type(None)), "salt": (str, type(None)), "content_digest": str, "previous": str, "digest": str,
}  # fmt: skip
# What reading something else raises.
BROKEN = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError,
    sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError,
)  # fmt: skip


class _Refused(Exception):
    """The chain breaks here: nothing after it can be told."""


class Ledger:
    """Reads entries one after the other, and keeps on disk what each record was said to be last.

    Rows are kept as `marshal` writes them, which takes a sixth of the time of JSON: no other process reads them.
    """

    def __init__(
        self, store: sqlite3.Connection, kept: Iterable[tuple[int, str, str | None]]
    ) -> None:
        self.store, self.count, self.whole = store, 0, True
        self.faults: list[Fault] = []
        self.number, self.previous, self.moment, self.day = 0, START, "", ""
        self.kept, self.kept_fit, self.fitted = 0, True, 0
        self.emptied: list[int] = []
        self.migrated: list[int] = []
        # the content of an entry as somebody kept it
        self.remembered: str | None = None
        # the entry before, and what the record was before it
        self.last: LedgerLine | None = None
        self.before: RowsByFile | None = None
        store.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE kept (digest TEXT, number INTEGER, content TEXT);"
            "CREATE TABLE empty (number INTEGER PRIMARY KEY, tbl TEXT, key TEXT);"
            "CREATE TABLE record (tbl TEXT, key TEXT, number INTEGER, moment TEXT, since TEXT, day TEXT,"
            " needed INTEGER, known INTEGER, rows BLOB, PRIMARY KEY (tbl, key)) WITHOUT ROWID;"
            "CREATE TABLE met (tbl TEXT, row TEXT, PRIMARY KEY (tbl, row)) WITHOUT ROWID;"
            "CREATE TABLE named (tbl TEXT, key TEXT, by_tbl TEXT, by_key TEXT, number INTEGER);"
        )
        store.executemany(
            "INSERT INTO kept VALUES (?, ?, ?)",
            ((digest, number or None, content) for number, digest, content in kept),
        )
        self.has_kept = store.execute("SELECT 1 FROM kept").fetchone() is not None
        store.executescript(
            "CREATE INDEX kept_number ON kept (number); CREATE INDEX kept_digest ON kept (digest)"
        )

    def read(self, lines: Iterable[bytes]) -> None:
        """Reads all entries, to the first that breaks the chain."""
        try:
            for line in lines:
                self._entry(line)
            if not self.number:
                raise self._broken(0, "no_entry")
        except _Refused:
            return
        self._pair(None)
        (missing,) = self.store.execute("SELECT min(number) FROM empty").fetchone()
        if missing is not None:
            self.add(missing, "content_missing")
        lost = self.store.execute("SELECT digest, number FROM kept ORDER BY number IS NULL, number")
        for digest, number in lost.fetchmany(MOST_FAULTS) if self.kept_fit else ():
            self.add(number or 0, "kept_missing", digest=digest, last=self.number)

    def _broken(self, number: int, kind: str, **said: Any) -> _Refused:
        self.whole = False
        self.add(number, kind, **said)
        return _Refused()

    def add(self, number: int, kind: str, **said: Any) -> None:
        """Notes what does not fit. Of very many, those of the first entries are kept."""
        self.faults.append(Fault(number, kind, said))
        self.count += 1
        if len(self.faults) > 1000:
            self.faults = in_order(self.faults)[:MOST_FAULTS]

    def _entry(self, line: bytes) -> None:
        if len(line) > LONGEST_LINE:
            raise self._broken(self.number + 1, "line_too_long")
        try:
            text = line.decode().rstrip("\r\n")
            entry: LedgerLine = _read(text)
            # a newer one may have other fields
            if entry["format"] > FORMAT:
                raise self._broken(self.number + 1, "newer_format", form=entry["format"])
            if entry.keys() != FIELDS.keys() or not all(
                map(isinstance, map(entry.get, FIELDS), FIELDS.values())
            ):
                raise TypeError
            fault = self._fault_of(entry, text)
        except BROKEN:
            raise self._broken(self.number + 1, "not_an_entry") from None
        if fault is not None:
            raise self._broken(entry["number"], fault[0], **fault[1])
        self.number, self.previous = entry["number"], entry["digest"]
        self.moment, self.day = entry["moment"], entry["day"]
        if self.has_kept:
            self._compare_kept(self.number, self.previous)
        try:
            self._step(entry)
        except BROKEN:
            self.add(self.number, "misshapen", table=entry["table"], key=entry["key"])

    def _fault_of(self, entry: LedgerLine, text: str) -> Mismatch | None:
        """Why an entry does not follow from those before: which sentence, and what it names."""
        number, form, due = entry["number"], entry["format"], self.number + 1
        content, record = entry["content"], {"table": entry["table"], "key": entry["key"]}
        if number != due:
            kind = "cut_at_start" if due == 1 else "twice" if number == due - 1 else "out_of_order"
            return kind, {"due": due}
        if canonical(entry) != text:
            return "not_as_written", {}
        if entry["previous"] != self.previous:
            return "not_linked", {}
        # the content stands first in its line, and is digested as it stands there
        written = text[len('{"content":') : text.rindex(',"content_digest":')]
        if content is not None and entry["content_digest"] != _written_digest(
            form, entry["salt"], written
        ):
            return "content_changed", record
        if entry_digest(entry) != entry["digest"]:
            return "entry_changed", record
        moment, day = entry["moment"], entry["day"]
        if moment < self.moment or day < self.day or not _day_of(moment, day):
            return "dated_before", {}
        return None

    def _compare_kept(self, number: int, digest: str) -> None:
        at = "FROM kept WHERE number = ? OR (digest = ? AND number IS NULL)"
        kept = self.store.execute(f"SELECT digest, content {at}", (number, digest)).fetchall()
        self.remembered = None
        for one, content in kept:
            if one == digest:
                self.kept, self.fitted = self.kept + 1, number
                self.remembered = content or self.remembered
            elif self.kept_fit:
                self.kept_fit = False
                kind = "kept_differs" if self.fitted else "kept_differs_alone"
                self.add(number, kind, kept=one, fits=self.fitted)
        if kept:
            self.store.execute(f"DELETE {at}", (number, digest))

    # What one entry may change of another

    def _step(self, entry: LedgerLine) -> None:
        """What an entry says of its record, beside what was said before, is what its event may say."""
        number, event, moment = entry["number"], entry["event"], entry["moment"]
        table, key = record = entry["table"], entry["key"]
        tell = self.store.execute
        found = tell(
            "SELECT since, day, needed, rows FROM record WHERE tbl = ? AND key = ?", record
        ).fetchone()
        since, day, told, said = found or (moment, entry["day"], 0, None)
        before: RowsByFile | None = (said and marshal.loads(said)) or None
        if entry["content"] is None:
            owner = self._explained(entry) or entry
            tell("INSERT INTO empty VALUES (?, ?, ?)", (number, owner["table"], owner["key"]))
            self.emptied = [*self.emptied, number][:MOST_FAULTS]
            if self.remembered:
                entry = {**entry, "content": json.loads(self.remembered)}
        content = entry["content"]
        rows = content["rows"] if content else self._left(entry, before)
        if content and not _is_of(table, key, rows, entry["format"]):
            raise ValueError(key)
        if content and any(
            row.keys() != COLUMNS[name].keys() for name, some in rows.items() for row in some
        ):
            rows = {name: [_as_now(name, row) for row in some] for name, some in rows.items()}
        if before and content and table in _ONE_COLUMN:
            own = [
                _in_languages(table, one, rows[table][at])
                for at, one in enumerate(before[table][: len(rows[table])])
            ]
            before = {**before, table: own}
        if content:
            fault = _fault_of_step(entry, rows, found is not None, before)
            if fault is None and event == "settled":
                due, now = self._original_of(key), rows[table][0]["original"]
                if due != now:
                    fault = "restated", {"column": "original", "said": due, "now": now}
            if fault:
                self.add(number, fault[0], table=table, key=key, event=event, **fault[1])
        if event == "migrated":
            self.migrated = [*self.migrated, number][:MOST_FAULTS]
        elif event == "blanked" and table == "agreements" and content:
            self.store.executemany(
                "DELETE FROM empty WHERE number = ? AND number < ? AND tbl = ? AND key = ?",
                [(one, number, *record) for one in content.get("emptied", ())],
            )
        self._pair(entry)
        self.last, self.before = entry, before
        # what was set aside before it was ever published stands in no data file, also once a migration tells it anew
        stays = event == "set_aside" or (event == "migrated" and found is not None)
        told = int(bool(told) or not stays)
        if self.remembered and table == "amendments":
            # what was emptied here may have been struck out of the data too
            own = [{one: row[one] for one in row if one not in STRUCK} for row in rows[table]]
            rows = {**rows, table: own}
        tell(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*record, number, moment, since, day, told, content is not None, marshal.dumps(rows)),
        )
        self.store.executemany(
            "INSERT INTO named VALUES (?, ?, ?, ?, ?)",
            [
                (other, one, table, key, number)
                for name, several in rows.items()
                for column, other in NAMES[name].items()
                for row in several
                for one in _keys(row.get(column))
            ],
        )

    def _original_of(self, target: str) -> str | None:
        """The number of the original announcement: the earliest announced of the first day of publication."""
        found = [
            (day, row)
            for day, rows in self.store.execute(
                "SELECT day, rows FROM record WHERE tbl = 'target-revisions' AND key > ? AND key < ?",
                (target + BETWEEN, target + BETWEEN + "~"),
            )
            for row in marshal.loads(rows).get("target-revisions", ())
        ]
        rows = [
            (day, last_day(row["announced"] or ""), int(row["number"]))
            for day, row in found
            if row["published_at"] and not row["corrects"]
        ]
        return str(min(rows)[2]) if rows else None

    def _said_of(self, record: tuple[str, str]) -> RowsByFile:
        """The rows of a record and of its parts, as the last entry gave them."""
        found = self.store.execute(
            "SELECT rows FROM record WHERE tbl = ? AND key = ?", record
        ).fetchone()
        rows: RowsByFile = marshal.loads(found[0]) if found else {}
        return rows

    def _explained(self, entry: LedgerLine) -> LedgerLine | None:
        """The entry right before that of an amendment, whose record the amendment is of."""
        last, own = self.last, (entry["table"], entry["event"]) == ("amendments", "published")
        fits = own and last and last["moment"] == entry["moment"] and last["event"] in EXPLAINED
        return last if fits else None

    def _left(self, entry: LedgerLine, before: RowsByFile | None) -> RowsByFile:
        """What can still be told of the rows of an entry that was emptied."""
        table, key, moment = entry["table"], entry["key"], entry["moment"]
        if table == "agreements":
            if not before or entry["event"] not in ("amended", "withdrawn"):
                return {table: [{"code": key}]}
            ended = {"withdrawn_at": moment} if entry["event"] == "withdrawn" else {}
            return {**before, table: [{**before[table][0], **ended}]}
        last = self._explained(entry)
        if not last:
            return {}
        row = {"number": key, "kind": EXPLAINED[last["event"]], "published_at": moment}
        row.update(table=last["table"], key=last["key"])
        if last["event"] != "amended":
            return {table: [{**row, "column": None}]}
        of, now = last["table"], last["content"]
        found: list[ColumnChange] = []
        if now and self.before:
            found = changes(of, self.before, now["rows"], "amended")
        columns = {COLUMNS[of].get(column, column) for column, *_values in found}
        # that something changed is known even where what it was is not
        return {table: [{**row, "column": one} for one in columns] or [row]}

    def _learn(self, last: LedgerLine, amendment: EntryContent | None) -> None:
        """An agreement whose change was emptied is what it was, but for what the amendment behind it says."""
        table, key = record = last["table"], last["key"]
        amended = amendment["rows"]["amendments"] if amendment else []
        rows = self._said_of(record)
        own = rows[table][0] if amended else {"code": key}
        for one in amended:
            name, new = one["column"], one["new"]
            if name in PARTS:
                names = key.split(BETWEEN)[: PARTS[name][1]]
                owner = {KEYS[name][at]: one for at, one in enumerate(names)}
                rows[name] = [{**owner, **part} for part in _said(name, new, {})[name]]
            else:
                stems = COLUMNS[table].items()
                held = {column: own.get(column) for column, stem in stems if stem == name}
                own.update(_said(name, new, held))
        self.store.execute(
            "UPDATE record SET rows = ? WHERE tbl = ? AND key = ?",
            (marshal.dumps({**rows, table: [own]}), *record),
        )

    def _entries_of(self, entry: LedgerLine) -> set[str]:
        """The keys of what an entry ends: that of its record, and of those that the record corrects."""
        table, keys = entry["table"], {entry["key"]}
        row = entry["content"]["rows"][table][0] if entry["content"] else {}
        while (key := _corrected(table, row)) and key not in keys:
            keys.add(key)
            row = self._said_of((table, key)).get(table, [{}])[0]
        return keys

    def _pair(self, entry: LedgerLine | None) -> None:
        """What changes or ends has its explanation right behind it, and nothing is explained that did not happen."""
        last = self.last
        fits: bool | dict[str, Any] = False
        if last and entry and last["moment"] == entry["moment"]:
            fits = _explains(entry, last, self.before, self._entries_of(last))
        if last and (last["content"], last["table"], last["event"]) == (
            None,
            "agreements",
            "amended",
        ):
            self._learn(last, entry["content"] if entry and fits else None)
        if last and not fits and _waits(last, self.before):
            self.add(last["number"], "unexplained", table=last["table"], key=last["key"])
        elif last and isinstance(fits, dict):
            self.add(last["number"], "amended_otherwise", **fits)
        if entry and entry["content"] and not fits and _explanation(entry):
            self.add(entry["number"], "explains_nothing", table=entry["table"], key=entry["key"])


def _day_of(moment: str, day: str) -> bool:
    """Whether a moment can lie on that day in Morocco, whose clocks are those of Greenwich or an hour before."""
    if not MOMENT.fullmatch(moment):
        raise ValueError(moment)
    at = datetime.fromisoformat(moment[:-1])
    return day == moment[:10] or day == (at + timedelta(hours=1)).date().isoformat()


def row_key(table: str, row: FileRow) -> str:
    """Which row of its file a row is, in one text."""
    return BETWEEN.join([str(row[name]) for name in KEYS[table] if row.get(name) not in (None, "")])


def _columns(table: str, form: int) -> set[str]:
    """The columns that a row of a file has in entries of a format."""
    one = {stem for stem, last in _ONE_COLUMN.get(table, {}).items() if form <= last}
    later = {stem for stem, last in _LATER.get(table, {}).items() if form <= last}
    columns = COLUMNS[table].items()
    return {stem if stem in one else column for column, stem in columns if stem not in later}


def _has_columns(table: str, row: FileRow, form: int) -> bool:
    """Whether a row has all columns of its format, and no others: but for all those of languages that came later."""
    columns = _columns(table, form)
    missing = columns - row.keys()
    if not missing:
        return row.keys() == columns
    stems = {stem for column, stem in COLUMNS[table].items() if column != stem}
    of_languages = [columns & {f"{stem}_{tongue}" for stem in stems} for tongue in TEXT_LANGUAGES]
    later = [some for some in of_languages if some & missing]
    return (
        row.keys() < columns and len(later) < len(of_languages) and missing == set().union(*later)
    )


def _as_now(table: str, row: FileRow) -> FileRow:
    """A row of an earlier format or of fewer languages in the columns of today, where nothing has to be known of the
    language of its texts.

    A text keeps its column without a language. What was added later is empty.
    """
    found = dict(row)
    for stem in _ONE_COLUMN.get(table, ()):
        if found.get(stem, "") is None:
            del found[stem]
    return {column: None for column, stem in COLUMNS[table].items() if stem not in found} | found


def _in_languages(table: str, said: FileRow, now: FileRow) -> FileRow:
    """A row whose texts say no language, each in the column in which a row of today has the very same text; beside a
    row of then, in the columns of that.

    Nothing was told when they got one, as a figure keeps its words; that these are the same is what is looked at.
    """
    one_column = _ONE_COLUMN.get(table, {}).items()
    stems = [one for one, form in one_column if form > 1 and one in said and one not in now]
    found = {column: value for column, value in said.items() if column not in stems}
    for stem in (one for one, _form in one_column if one in now and one not in said):
        # there was no text: it has one only now
        found = {one: value for one, value in found.items() if COLUMNS[table].get(one) != stem}
        found[stem] = None
    for stem in stems:
        columns = [f"{stem}_{tongue}" for tongue in TEXT_LANGUAGES]
        own = next((one for one in columns if now.get(one) == said[stem]), columns[0])
        found.update({one: said[stem] if one == own else None for one in columns})
    return found


def _is_of(table: str, key: str, rows: RowsByFile, form: int) -> bool:
    """Whether the rows of a content are those of the entry's record and of its parts, each with all its columns."""
    if not rows[table] or (table != "amendments" and len(rows[table]) > 1):
        return False
    for name, found in rows.items():
        owner, width = (table, None) if name == table else PARTS[name]
        names = KEYS[name][: 1 if name == "amendments" else width]
        if owner != table or len({row_key(name, row) for row in found}) < len(found):
            return False
        for row in found:
            said = BETWEEN.join([row[one] for one in names])
            if said != key or not _has_columns(name, row, form):
                return False
    return True


def _fault_of_step(
    entry: LedgerLine, rows: RowsByFile, met: bool, before: RowsByFile | None
) -> Mismatch | None:
    """Why an entry may not say this of its record: which sentence, and what it names.

    met: whether an earlier entry speaks of the record. before: what it said, where that was not emptied.
    """
    table, event, moment = entry["table"], entry["event"], entry["moment"]
    own, content = rows[table][0], entry["content"]
    why = content.get("why") if content else None
    if event not in EVENTS[table] or (event == "migrated" and not why):
        return "no_such_event", {}
    first = event in ("published", "shown", "sealed") or (event == "set_aside" and not met)
    last = before[table][0] if before else None
    over = "withdrawn_at" if event == "withdrawn" else ""
    if (first and met) or (
        last
        and (last.get(over) or last.get("ended_at"))
        and event not in ("translated", "migrated")
    ):
        return "said_again", {}
    if not first and not met and event != "migrated":
        return "never_said", {}
    for column, due in _stamps(table, event, own, moment, first):
        if own[column] != due:
            return "restated", {"column": column, "said": due, "now": own[column]}
    if before is not None and last is not None and event not in ("amended", "migrated"):
        for column, said, now in changes(table, before, rows, event):
            if event == "translated" and column in last and _added(table, last, column):
                continue
            if column not in _may_change(table, event):
                return "restated", {"column": column, "said": said, "now": now}
    return None


def _stamps(
    table: str, event: str, own: FileRow, moment: str, first: bool
) -> Iterator[tuple[str, Any]]:
    """The columns of state that follow from an event and its moment, and what they are then."""
    if table == "amendments":
        yield "published_at", moment if event == "published" else own["published_at"]
    elif event == "published":
        yield from (("state", "published"), ("published_at", moment), ("ended_at", None))
    elif table in REVIEWED and event in ENDS:
        yield "state", ENDS[event]
        if first:
            # it was never published, and may have been set aside before what it speaks of was shown
            yield "published_at", None
        before = (
            own["ended_at"] if first and own["ended_at"] and own["ended_at"] < moment else moment
        )
        yield "ended_at", before
    elif event == "withdrawn":
        yield "withdrawn_at", moment
    elif event == "shown":
        yield "withdrawn_at", None


def _may_change(table: str, event: str) -> Iterable[str]:
    if table in REVIEWED:
        return ENDING if event in ENDS else ()
    return {"withdrawn": ("withdrawn_at",), "settled": ("original",)}.get(event, ())


def changes(table: str, before: RowsByFile, rows: RowsByFile, event: str) -> list[ColumnChange]:
    """The columns of a record that differ between two entries, with both values; of its parts, the name of their file.

    A translation that was filled in beside another is none, nor is what a removal of personal data emptied.
    """
    found: list[ColumnChange] = []
    # of an amendment, a row for each column that it changed
    if len(before[table]) != len(rows[table]):
        raise ValueError(table)
    for at, last in enumerate(before[table]):
        for column, said in last.items():
            now = rows[table][at][column]
            if said != now and not _filled(table, last, column):
                found.append((column, said, now))
    for name in sorted({*before, *rows} - {table}) if _is_whole(table, before) else ():
        was, now = (
            sorted(one.get(name, ()), key=lambda row: row_key(name, row)) for one in (before, rows)
        )
        if event == "blanked" and len(was) == len(now):
            free = EMPTIED.get(name, ())
            was = [_emptied(row, now[at], free) for at, row in enumerate(was)]
        if was != now:
            found.append((name, was, now))
    return found


def _is_whole(table: str, rows: RowsByFile) -> bool:
    """Whether all is known of a record: of one whose entry was emptied, some columns may be."""
    return {COLUMNS[table].get(one, one) for one in rows[table][0]} == STEMS[table]


def _emptied(row: FileRow, now: FileRow, free: Iterable[str]) -> FileRow:
    return {name: None if name in free and now[name] is None else one for name, one in row.items()}


def _filled(table: str, said: FileRow, column: str) -> bool:
    """Whether filling in a column changes nothing: a translation that stood empty, unless of what was reviewed."""
    return table not in REVIEWED and _added(table, said, column)


def _added(table: str, said: FileRow, column: str) -> bool:
    """Whether a column is a translation that stood empty beside another one."""
    stem = COLUMNS[table].get(column, column)
    beside = [f"{stem}_{one}" for one in TEXT_LANGUAGES] if stem != column else []
    return said[column] is None and any(said.get(one) for one in beside)


def _waits(entry: LedgerLine, before: RowsByFile | None) -> bool:
    """Whether an entry needs an explanation behind it."""
    if entry["event"] == "set_aside":
        return bool(before and before[entry["table"]][0]["published_at"])
    return entry["event"] in ("amended", "translated", "withdrawn", "corrected", "blanked")


def _explanation(entry: LedgerLine) -> bool:
    """Whether an entry explains the one before it: an amendment, or a correction."""
    content = entry["content"]
    own = content["rows"][entry["table"]][0] if content else {}
    return entry["event"] == "published" and (
        entry["table"] == "amendments" or bool(own.get("corrects") or own.get("supersedes"))
    )


def _corrected(table: str, row: FileRow) -> str:
    """The key of the row that a row corrects; empty where it corrects none."""
    corrected = row.get("supersedes") or row.get("corrects")
    owner = [] if "supersedes" in row else [row.get(KEYS[table][0], "")]
    return BETWEEN.join([*owner, str(corrected)]) if corrected else ""


def _explains(
    entry: LedgerLine, last: LedgerLine, before: RowsByFile | None, ended: set[str]
) -> bool | dict[str, Any]:
    """Whether an entry explains the one before it; where an amendment says otherwise, what it does.

    ended: the keys by which an amendment may name what the one before it ends.
    """
    if entry["event"] != "published":
        return False
    if entry["content"] is None:
        return entry["table"] == "amendments" and last["event"] in EXPLAINED
    rows = entry["content"]["rows"][entry["table"]]
    own = rows[0]
    if entry["table"] != "amendments":
        ends = ("corrected", entry["table"], _corrected(entry["table"], own))
        return ends == (last["event"], last["table"], last["key"]) and _same_reason(own, last)
    said = (EXPLAINED.get(last["event"]), last["table"])
    names = ended if last["event"] in ENDS else {last["key"]}
    if said != (own["kind"], own["table"]) or own["key"] not in names:
        return False
    if last["event"] in ENDS:
        return _same_reason(own, last)
    if last["event"] in ("amended", "translated") and last["content"] and before:
        return _otherwise(rows, last["content"]["rows"], last["table"], before) or True
    return True


def _same_reason(own: FileRow, last: LedgerLine) -> bool:
    """Whether what ended a row gives the reason that stands beside the row from then on, where that was not emptied."""
    if not last["content"]:
        return True
    ended = last["content"]["rows"][last["table"]][0]
    reasons = [f"reason_{tongue}" for tongue in TEXT_LANGUAGES]
    if "outcome_reason" in ended:  # up to format 4, in one language
        said = [own.get(one) for one in ("reason", *reasons)]
        return ended["outcome_reason"] in (list(filter(None, said)) or [None])
    return all(
        f"outcome_{one}" not in ended or ended[f"outcome_{one}"] == own.get(one) for one in reasons
    )


def _otherwise(
    amendment: list[FileRow], rows: RowsByFile, table: str, before: RowsByFile
) -> dict[str, Any] | None:
    """The first column in which a record changed otherwise than its amendment says."""
    said = {one["column"]: one for one in amendment}
    stems = {**COLUMNS[table], "file_digest": "file"}
    for column, was, now in changes(table, before, rows, "amended"):
        if stems.get(column, column) not in said or stems.get(column) in FIXED[table]:
            return {"column": column, "said": was, "now": now}
    for name, one in said.items():
        was, now = _held(table, name, before), _held(table, name, rows)
        if name != "file" and (
            _said(name, one["new"], now) != now
            or any(
                column in was
                and value != was[column]
                and not _filled(table, before[table][0], column)
                for column, value in _said(name, one["old"], was).items()
            )
        ):
            return {"column": name, "said": one["old"], "now": one["new"]}
    return None


def _held(table: str, name: str, rows: RowsByFile) -> dict[str, Any]:
    """What an entry holds of what an amendment calls by one name: by column, or all rows of a part."""
    if name in PARTS:
        if not _is_whole(table, rows):
            return {}
        owner = KEYS[name][: PARTS[name][1]]
        parts = ({one: row[one] for one in row if one not in owner} for row in rows.get(name, ()))
        return {name: sorted(parts, key=canonical)}
    found = {
        column: rows[table][0][column]
        for column, stem in COLUMNS[table].items()
        if stem == name and column in rows[table][0]
    }
    return {column: sorted(one) if isinstance(one, list) else one for column, one in found.items()}


def _said(name: str, text: str | None, held: dict[str, Any]) -> dict[str, Any]:
    """What an amendment says, in the shape of what an entry holds."""
    if name in PARTS:
        rows = json.loads(text or "[]", parse_int=str)
        return {name: sorted((_flat(row) for row in rows), key=canonical)}
    if len(held) > 1:
        return {f"{name}_{tongue}": one or None for tongue, one in json.loads(text or "{}").items()}
    return {
        column: sorted(json.loads(text or "[]")) if isinstance(one, list) else text
        for column, one in held.items()
    }


def _flat(row: FileRow) -> FileRow:
    found = {}
    for name, one in row.items():
        texts = one.items() if isinstance(one, dict) else ((None, one),)
        found.update(
            {f"{name}_{tongue}" if tongue else name: text or None for tongue, text in texts}
        )
    return found


# What stands behind the entries


def rests_on_nothing(ledger: Ledger) -> None:
    """Adds what an entry names and no entry of its moment or before speaks of: that could be changed unseen."""
    ledger.store.execute("CREATE INDEX named_key ON named (tbl, key)")
    for number, table, key in ledger.store.execute(
        "SELECT min(n.number), n.tbl, n.key FROM named n JOIN record r ON r.tbl = by_tbl AND r.key = by_key"
        " LEFT JOIN record o ON o.tbl = n.tbl AND o.key = n.key"
        " WHERE r.needed AND r.number = n.number AND (o.key IS NULL OR o.since > r.moment) GROUP BY n.tbl, n.key"
    ):
        ledger.add(number, "rests_on_nothing", table=table, key=key)


def _keys(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else [value] if value else ()


# The data


def rows_of(lines: Iterable[bytes]) -> Iterator[FileRow]:
    """The rows of a data file, a line each, numbers as they are written.

    Raises:
        EOFError: it does not end as the site ends its files.
        ValueError: it is no such file.
    """
    lines, ended, more = iter(lines), False, False
    for line in lines:
        try:
            text = line.decode().strip()
            ended = ended or text in ("]", "[]")
            if text in ("", "[", "]", "[]"):
                continue
            more = text.endswith(",")
            row = _read_row(text[:-1] if more else text)
        except ValueError:
            if line.startswith(b"{") and next(lines, None) is None:
                raise EOFError from None
            raise
        if not isinstance(row, dict):
            raise ValueError(text[:40])
        yield row
    if not ended or more:
        raise EOFError


def _once(pairs: list[tuple[str, Any]]) -> FileRow:
    """A row, of which no column stands twice with two values."""
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError(len(pairs))
    return row


_read_row = json.JSONDecoder(parse_float=str, parse_int=str, object_pairs_hook=_once).decode


def compare(ledger: Ledger, table: str, name: str, lines: Iterable[bytes]) -> tuple[int, bool]:
    """Holds a data file against the ledger. How many rows fit, and whether it is whole."""
    found, store, kind = 0, ledger.store, ""
    expected = _Expected(store, table)
    try:
        for row in rows_of(lines):
            key = row_key(table, row)
            later = [
                row[one]
                for one in ("published_at", "ended_at", "withdrawn_at")
                if (row.get(one) or "") > ledger.moment
            ]
            number, said_as, said, known = expected.of(key)
            fault = _difference(table, said, row) if said else None
            if said:
                # of an amendment whose columns are no longer known, one row stands for all
                new = store.execute("INSERT OR IGNORE INTO met VALUES (?, ?)", (table, said_as))
                if not new.rowcount and said_as == key:
                    ledger.add(number, "row_twice", table=table, key=key)
            if later:
                ledger.add(
                    number, "row_later", table=table, key=key, at=later[0], last=ledger.moment
                )
            elif not said and table not in FREE and known:
                ledger.add(0, "row_unknown", table=table, key=key)
            elif fault:
                ledger.add(number, "row_differs", table=table, key=key, **fault)
            else:
                found += bool(said)
    except EOFError:
        kind = "cut_data"
    except BROKEN:
        kind = "not_data"
    if kind:
        ledger.add(0, kind, name=name)
    return found, not kind


class _Expected:
    """What the ledger says of the rows of a data file, where those of one record stand together: it is read once."""

    number: int
    known: bool

    def __init__(self, store: sqlite3.Connection, table: str) -> None:
        self.store, self.table = store, table
        self.record: tuple[str, str] | None = None
        self.owner, self.width = PARTS.get(table, (table, 1 if table == "amendments" else None))

    def of(self, key: str) -> tuple[int, str, FileRow | None, bool]:
        """The entry that speaks of a row, under which key, what it says (None: nothing), whether its record is known.

        Of an amendment whose columns are no longer known, what is known stands under its number alone.
        """
        names = key.split(BETWEEN)[: self.width]
        record = (self.owner, BETWEEN.join(names))
        if record != self.record:
            found = self.store.execute(
                "SELECT number, known, rows FROM record WHERE tbl = ? AND key = ?", record
            ).fetchone()
            self.record = record
            self.number, self.known, rows = found or (0, True, None)
            several = marshal.loads(rows).get(self.table, ()) if rows else ()
            self.rows = {row_key(self.table, row): row for row in several}
        said_as = key if key in self.rows else names[0]
        return self.number, said_as, self.rows.get(said_as), self.known


def _difference(table: str, said: FileRow, row: FileRow) -> dict[str, Any] | None:
    """The first column that differs."""
    if said.items() <= row.items():
        return None
    for column, value in _in_languages(table, said, row).items():
        now = row.get(column)
        if now != value and not (column in row and _filled(table, said, column)):
            return {"column": column, "said": value, "now": now}
    return None


def last_day(notation: str) -> str:
    """The last day of a date as files write it: 2021-02-17, 2021-02, 2021, 2021-2022 (a training year), a..b."""
    text = notation.rpartition("..")[2]
    if re.fullmatch(r"[0-9]{4}-[0-9]{4}", text):
        return text[5:] + "-08-31"
    if len(text) == 7:
        return f"{text}-{calendar.monthrange(int(text[:4]), int(text[5:]))[1]}"
    return f"{text}-12-31" if len(text) == 4 else text


def missing_rows(ledger: Ledger, tables: Iterable[str], day: str) -> None:
    """Adds what the ledger says and the data files of that day leave out, though they should hold it."""
    store = ledger.store
    for table, column in TOLD_ON.items():
        later = [
            (table, key)
            for key, rows in store.execute("SELECT key, rows FROM record WHERE tbl = ?", (table,))
            for row in marshal.loads(rows).get(table, ())
            if last_day(row.get(column) or "") > day
        ]
        store.executemany("UPDATE record SET needed = 0 WHERE tbl = ? AND key = ?", later)
    for table, by in TOLD_BY.items():
        # a reply names what it is told beside; the others are named by what they are told with
        one, other, by_ = ("by_", "", "record") if table == "replies" else ("", "by_", "r")
        store.execute(
            f"UPDATE record SET needed = 0 WHERE tbl = ? AND NOT EXISTS (SELECT 1 FROM named n JOIN record r"
            f" ON r.tbl = n.{other}tbl AND r.key = n.{other}key WHERE n.{one}tbl = record.tbl"
            f" AND n.{one}key = record.key AND n.number = {by_}.number AND r.needed"
            f" AND r.tbl IN ({','.join('?' * len(by))}))",
            (table, *by),
        )
    for table in tables:
        # the one row of a record's own file has the key of the record, which says quickly that it was met
        for number, rows in store.execute(
            "SELECT number, rows FROM record WHERE tbl = ? AND needed AND (tbl = 'amendments' OR NOT EXISTS"
            " (SELECT 1 FROM met WHERE met.tbl = ? AND met.row = record.key))",
            (PARTS.get(table, (table,))[0], table),
        ):
            for row in marshal.loads(rows).get(table, ()):
                key = row_key(table, row)
                met = "SELECT 1 FROM met WHERE tbl = ? AND row = ?"
                if not store.execute(met, (table, key)).fetchone():
                    ledger.add(number, "row_missing", table=table, key=key)


def verify(
    lines: Iterable[bytes],
    data: Iterable[tuple[str, str, Iterable[bytes]]] = (),
    kept: Iterable[tuple[int, str, str | None]] = (),
    *,
    day: str = "",
) -> Report:
    """Whether entries make a chain that holds the kept digests, and whether data says what they say.

    Args:
        lines: the ledger, a line each, as bytes.
        data: names of tables, what to call the file, and its lines.
        kept: a number (0: not known), a digest, and the content where an earlier ledger was kept, else None.
        day: of which the data speaks; without it, the day of the last entry.
    """
    with closing(sqlite3.connect("")) as store:
        ledger = Ledger(store, kept)
        ledger.read(lines)
        rows = 0
        tables: list[str] = []
        if ledger.whole:
            rests_on_nothing(ledger)
            for table, name, found in data:
                fitted, is_whole = compare(ledger, table, name, found)
                rows += fitted
                tables += [table] if is_whole else []
            missing_rows(ledger, tables, day or ledger.day)
        return Report(
            in_order(ledger.faults)[:MOST_FAULTS], ledger.count, ledger.whole, ledger.number, ledger.previous,
            ledger.kept, rows, ledger.emptied, ledger.migrated,
        )  # fmt: skip


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """The first entry that does not fit first."""
    return sorted(faults, key=lambda one: (one.entry == 0, one.entry))


# What people read

SENTENCES = {
    "fr": {
        "whole": "La chaîne est entière : {entries} écritures. La dernière : {entries}:{last}",
        "kept": "Empreintes conservées retrouvées dans le registre : {kept}.",
        "no_kept": "Aucune empreinte conservée n'a été donnée : un registre réécrit en entier ne se verrait pas.",
        "rows": "Lignes de données conformes au registre : {rows}.",
        "emptied": "À savoir : le contenu de ces écritures a été retiré (données personnelles) ; ce qu'elles disaient "
        "ne se compare plus qu'avec un registre téléchargé avant (--kept) : {emptied}.",
        "migrated": "À savoir : une nouvelle version du site a changé, ici, ce qui était public : {migrated}.",
        "fits": "Tout concorde.",
        "noted": "Tout ce qui peut être comparé concorde : lisez les lignes « À savoir » ci-dessus.",
        "faults": "Anomalies : {count}.",
        "between": "Si l'on a publié entre vos téléchargements, reprenez tout ensemble.",
        "entry": "Écriture {entry} : ",
        "no_entry": "le registre est vide.",
        "line_too_long": "la ligne est trop longue ; le fichier n'est pas un registre, ou il est abîmé.",
        "not_an_entry": "la ligne n'est pas une écriture ; ce n'est pas un registre, ou il est coupé ou abîmé ici.",
        "newer_format": "elle est du format {form}, plus récent que ce programme : téléchargez verify.py à nouveau.",
        "cut_at_start": "le registre commence ici, et non à l'écriture 1 : son début manque.",
        "twice": "deux écritures portent ce numéro.",
        "out_of_order": "elle se trouve à la place de l'écriture {due} : une écriture manque, ou l'ordre a changé.",
        "not_as_written": "elle n'est pas écrite comme le site l'écrit.",
        "not_linked": "elle ne suit pas l'écriture précédente : l'une des deux a été changée.",
        "dated_before": "elle est datée d'avant l'écriture précédente, ou son jour n'est pas celui de son heure.",
        "content_changed": "son contenu ({table}, {key}) a été changé : l'empreinte du contenu est autre.",
        "entry_changed": "elle a été changée ({table}, {key}) : son empreinte est autre.",
        "content_missing": "son contenu manque, sans que la suite dise que des données personnelles ont été retirées.",
        "kept_differs": "son empreinte n'est pas celle qui a été conservée ({kept}). Dernière conforme : {fits}.",
        "kept_differs_alone": "son empreinte n'est pas celle qui a été conservée ({kept}). Avec un "
        "registre conservé plus tôt (--kept), la première écriture changée serait nommée.",
        "kept_missing": "l'empreinte conservée {digest} n'y est pas : registre réécrit, ou fini trop tôt ({last}).",
        "misshapen": "son contenu n'est pas celui de {table}, {key} : une ligne ou colonne manque, ou est d'un autre.",
        "no_such_event": "rien de tel (« {event} ») ne peut arriver à {table}, {key}.",
        "said_again": "{table}, {key} était déjà au registre : une écriture ne le redit pas autrement.",
        "never_said": "elle change {table}, {key}, dont aucune écriture antérieure ne parle.",
        "restated": "{table}, {key} : « {column} » devait rester ou devenir {said} ; elle dit {now}.",
        "unexplained": "{table}, {key} change ou prend fin sans la modification ou la correction publique qui le dit.",
        "explains_nothing": "{table}, {key} explique un changement que l'écriture précédente ne contient pas.",
        "amended_otherwise": "« {column} » a changé autrement que la modification publique ne le dit ({said} ; {now}).",
        "rests_on_nothing": "elle repose sur {table}, {key}, dont aucune écriture ne parle jusque-là.",
        "row_differs": "{table}, {key} : « {column} » valait {said} ; les données disent {now}.",
        "row_missing": "{table}, {key} : cette ligne ne se trouve plus dans les données.",
        "row_twice": "{table}, {key} : cette ligne se trouve deux fois dans les données.",
        "row_unknown": "{table}, {key} : cette ligne est dans les données, et aucune écriture n'en parle.",
        "row_later": "{table}, {key} : données de {at}, registre jusqu'à {last} : prenez les deux ensemble.",
        "not_data": "{name} n'est pas un fichier de données du site, tel que téléchargé (JSON, toutes les langues).",
        "cut_data": "{name} est coupé : il ne finit pas comme le site finit ses fichiers. Téléchargez-le à nouveau.",
        "no_day": "{name} : son nom ne dit plus le jour. Gardez le nom du téléchargement.",
        "other_day": "{name} est du {day} ; le registre va jusqu'au {last}, d'autres fichiers sont du {newest} : "
        "prenez tout le même jour.",
        "unreadable": "{name} ne peut pas être lu : {why}",
        "no_room": "Plus de place sur le disque pour ce que ce programme note en lisant : libérez-en, ou nommez un "
        "autre dossier (SQLITE_TMPDIR).",
        "no_language": "--language {name} : les langues sont fr, ar et en.",
        "nothing_kept": "{name} ne contient aucune empreinte (64 chiffres et lettres de a à f).",
    },
    "ar": {
        "whole": "السلسلة كاملة: عدد القيود {entries}. آخر قيد: {entries}:{last}",
        "kept": "البصمات المحفوظة الموجودة في السجل: {kept}.",
        "no_kept": "لم تُقدَّم أي بصمة محفوظة: لا يمكن كشف سجل أعيدت كتابته بالكامل.",
        "rows": "أسطر المعطيات المطابقة للسجل: {rows}.",
        "emptied": "للعلم: حُذف مضمون هذه القيود (معطيات شخصية)، ولا يُقارَن ما كانت تقوله "
        "إلا بسجل حُمِّل من قبل (--kept): {emptied}.",
        "migrated": "للعلم: غيّرت نسخة جديدة من الموقع، بهذه القيود، ما كان منشورا: {migrated}.",
        "fits": "كل شيء متطابق.",
        "noted": "كل ما يمكن مقارنته متطابق: اقرأ أعلاه ما ورد «للعلم».",
        "faults": "عدد الاختلالات: {count}.",
        "between": "إذا نُشرت معطيات بين عمليات التحميل، فأعد تحميل كل الملفات معا.",
        "entry": "القيد {entry}: ",
        "no_entry": "السجل فارغ.",
        "line_too_long": "السطر أطول من أن يكون قيدا؛ الملف ليس سجلا أو أنه تالف.",
        "not_an_entry": "السطر ليس قيدا؛ الملف ليس سجلا أو أنه مبتور أو تالف هنا.",
        "newer_format": "صيغته {form} أحدث من هذا البرنامج: أعد تحميل verify.py.",
        "cut_at_start": "يبدأ السجل هنا وليس من القيد 1: بدايته مفقودة.",
        "twice": "قيدان يحملان هذا الرقم.",
        "out_of_order": "يوجد في مكان القيد {due}: هناك قيد مفقود أو تغير الترتيب.",
        "not_as_written": "لم يُكتب كما يكتبه الموقع.",
        "not_linked": "لا يتبع القيد السابق: أحدهما غُيِّر.",
        "dated_before": "تاريخه سابق لتاريخ القيد الذي قبله، أو يومه لا يوافق ساعته.",
        "content_changed": "مضمونه ({table}، {key}) غُيِّر: بصمة المضمون مختلفة.",
        "entry_changed": "غُيِّر القيد ({table}، {key}): بصمته مختلفة.",
        "content_missing": "مضمونه مفقود، ولا يذكر أي قيد لاحق أن معطيات شخصية حُذفت.",
        "kept_differs": "بصمته ليست البصمة المحفوظة ({kept}). آخر قيد مطابق: {fits}.",
        "kept_differs_alone": "بصمته ليست التي حُفظت ({kept}). بسجل محفوظ من قبل (--kept) يُعرف أول قيد تغير.",
        "kept_missing": "البصمة المحفوظة {digest} غير موجودة في هذا السجل: أعيدت كتابته أو أنه ينتهي مبكرا ({last}).",
        "misshapen": "مضمونه ليس مضمون {table}، {key}: ينقصه سطر أو عمود، أو فيه ما يخص غيره.",
        "no_such_event": "لا يمكن أن يقع شيء من هذا ({event}) لـ {table}، {key}.",
        "said_again": "{table}، {key} موجود في السجل من قبل: لا يُعاد قوله بشكل آخر في قيد جديد.",
        "never_said": "يغير {table}، {key} الذي لا يذكره أي قيد سابق.",
        "restated": "{table}، {key}: كان يجب أن تبقى قيمة «{column}» أو تصبح {said}؛ ويقول القيد {now}.",
        "unexplained": "{table}، {key} يتغير أو ينتهي دون التعديل أو التصحيح العلني الذي يقول ذلك.",
        "explains_nothing": "{table}، {key} يشرح تغييرا لا يتضمنه القيد السابق.",
        "amended_otherwise": "تغيرت قيمة «{column}» بغير ما يقوله التعديل العلني ({said}؛ {now}).",
        "rests_on_nothing": "يستند إلى {table}، {key} الذي لا يذكره أي قيد إلى ذلك الحين.",
        "row_differs": "{table}، {key}: كانت قيمة «{column}» {said}؛ وتقول المعطيات {now}.",
        "row_missing": "{table}، {key}: لم يعد هذا السطر موجودا في المعطيات.",
        "row_twice": "{table}، {key}: يوجد هذا السطر مرتين في المعطيات.",
        "row_unknown": "{table}، {key}: هذا السطر موجود في المعطيات، ولا يذكره أي قيد.",
        "row_later": "{table}، {key}: تقول المعطيات {at}، والسجل يتوقف عند {last}: حمِّلهما معا.",
        "not_data": "{name} ليس ملف معطيات من الموقع كما حُمِّل (JSON، كل اللغات).",
        "cut_data": "{name} مبتور: لا ينتهي كما ينهي الموقع ملفاته. أعد تحميله.",
        "no_day": "{name}: لم يعد اسمه يذكر اليوم. احتفظ بالاسم الذي حُمِّل به.",
        "other_day": "{name} يعود إلى {day}؛ والسجل إلى {last}، وملفات أخرى إلى {newest}: حمِّلها كلها في اليوم نفسه.",
        "unreadable": "تتعذر قراءة {name}: {why}",
        "no_room": "لم يبق في القرص متسع لما يدونه هذا البرنامج أثناء القراءة: أفرغ مكانا، "
        "أو سمّ مجلدا آخر (SQLITE_TMPDIR).",
        "no_language": "‎--language {name}: اللغات هي fr وar وen.",
        "nothing_kept": "لا يحتوي {name} على أي بصمة (64 رقما وحرفا من a إلى f).",
    },
    "en": {
        "whole": "The chain is whole: {entries} entries. The last one: {entries}:{last}",
        "kept": "Kept digests that are on the ledger: {kept}.",
        "no_kept": "No kept digest was given: a ledger rewritten as a whole would not be noticed.",
        "rows": "Rows of data that say what the ledger says: {rows}.",
        "emptied": "Note: the content of these entries was removed (personal data); what they said can only be "
        "compared with a ledger taken earlier (--kept): {emptied}.",
        "migrated": "Note: a new version of the site changed, by these entries, what was public: {migrated}.",
        "fits": "Everything fits.",
        "noted": "Everything that can be compared fits. Read the notes above.",
        "faults": "Faults: {count}.",
        "between": "If something was published between your downloads, take all files again together.",
        "entry": "Entry {entry}: ",
        "no_entry": "the ledger is empty.",
        "line_too_long": "the line is too long for an entry; the file is no ledger, or is damaged.",
        "not_an_entry": "the line is no entry; the file is no ledger, or is cut or damaged here.",
        "newer_format": "it is of format {form}, newer than this programme: download verify.py again.",
        "cut_at_start": "the ledger begins here, not at entry 1: its start is missing.",
        "twice": "two entries have this number.",
        "out_of_order": "it stands in the place of entry {due}: an entry is missing, or the order was changed.",
        "not_as_written": "it is not written as the site writes it.",
        "not_linked": "it does not follow from the one before: one of the two was changed.",
        "dated_before": "it is dated before the entry that precedes it, or its day is not that of its moment.",
        "content_changed": "its content ({table}, {key}) was changed: the content's digest is another.",
        "entry_changed": "it was changed ({table}, {key}): its digest is another.",
        "content_missing": "its content is missing, and no later entry says that personal data was removed.",
        "kept_differs": "its digest is not the one that was kept ({kept}). The last that fits: {fits}.",
        "kept_differs_alone": "its digest is not the one that was kept ({kept}). With a ledger that was "
        "kept earlier (--kept), the first entry that was changed would be named.",
        "kept_missing": "the kept digest {digest} is not on this ledger: it was rewritten, or ends too early ({last}).",
        "misshapen": "its content is not that of {table}, {key}: a row or a column is missing, or is another's.",
        "no_such_event": "no such thing (“{event}”) can happen to {table}, {key}.",
        "said_again": "{table}, {key} stood in the ledger already: no entry says it anew in another way.",
        "never_said": "it changes {table}, {key}, of which no earlier entry speaks.",
        "restated": "{table}, {key}: “{column}” had to stay or become {said}; it says {now}.",
        "unexplained": "{table}, {key} changes or ends without the public change or correction that says so.",
        "explains_nothing": "{table}, {key} explains a change that the entry before it does not hold.",
        "amended_otherwise": "“{column}” changed otherwise than the public change says ({said}; {now}).",
        "rests_on_nothing": "it rests on {table}, {key}, of which no entry speaks until then.",
        "row_differs": "{table}, {key}: “{column}” was {said}; the data says {now}.",
        "row_missing": "{table}, {key}: this row is no longer in the data.",
        "row_twice": "{table}, {key}: this row is in the data twice.",
        "row_unknown": "{table}, {key}: this row is in the data, and no entry speaks of it.",
        "row_later": "{table}, {key}: the data says {at}, the ledger ends at {last}: take both together.",
        "not_data": "{name} is no data file of the site as it was downloaded (JSON, all languages).",
        "cut_data": "{name} is cut short: it does not end as the site ends its files. Download it again.",
        "no_day": "{name}: its name no longer tells the day. Keep the name of the download.",
        "other_day": "{name} is of {day}; the ledger goes to {last}, others to {newest}: take all on the same day.",
        "unreadable": "{name} cannot be read: {why}",
        "no_room": "The disk has no room for what this programme notes while it reads: free some, or name another "
        "folder (SQLITE_TMPDIR).",
        "no_language": "--language {name}: the languages are fr, ar and en.",
        "nothing_kept": "{name} holds no digest (64 digits and letters from a to f).",
    },
}

HELP = {
    "fr": """\
Vérifie, sans internet, un registre, des fichiers de données et des empreintes conservées.

  python3 verify.py ledger.jsonl [--kept EMPREINTE] [--language fr|ar|en] [measurements.json ...]

ledger.jsonl     le registre, tel que le site le donne
--kept           une empreinte que vous avez conservée (NUMÉRO:EMPREINTE), ou un fichier qui en contient :
                 une page ou un courriel enregistrés, ou un registre téléchargé auparavant. Peut être répété.
*.json           des fichiers de données du site, dans toutes les langues, du même jour que le registre
Code de sortie : 0 si tout concorde, 1 sinon.
""",
    "ar": """\
يتحقق، دون إنترنت، من سجل وملفات معطيات وبصمات محفوظة.

  python3 verify.py ledger.jsonl [--kept بصمة] [--language fr|ar|en] [measurements.json ...]

ledger.jsonl     السجل كما يقدمه الموقع
--kept           بصمة احتفظت بها (رقم:بصمة)، أو ملف يحتوي على بصمات: صفحة أو رسالة محفوظة، أو سجل حُمِّل من قبل.
                 يمكن تكراره.
*.json           ملفات معطيات الموقع، بكل اللغات، من يوم السجل نفسه
رمز الخروج: 0 إذا تطابق كل شيء، و1 في غير ذلك.
""",
    "en": """\
Checks, without the internet, a ledger, data files and kept digests.

  python3 verify.py ledger.jsonl [--kept DIGEST] [--language fr|ar|en] [measurements.json ...]

ledger.jsonl     the ledger, as the site gives it
--kept           a digest that you kept (NUMBER:DIGEST), or a file that holds some: a saved page or mail, or a
                 ledger that was downloaded before. May be repeated.
*.json           data files of the site, in all languages, of the same day as the ledger
Exit status: 0 if everything fits, else 1.
""",
}


def sentence(fault: Fault, language: str) -> str:
    """What people read of a fault."""
    start = SENTENCES[language]["entry"].format(entry=fault.entry) if fault.entry else ""
    said = {name: _shown(value) for name, value in fault.said.items()}
    return start + SENTENCES[language][fault.kind].format(**said)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else canonical(value)
    # what a file holds must not move the cursor of a terminal
    text = "".join(one if one.isprintable() else "?" for one in text)
    return text if len(text) <= 200 else text[:200] + "…"


def lines_of(path: str) -> Iterator[bytes]:
    """The lines of a file, without a mark before the first. One that is too long comes as far as that."""
    mark = codecs.BOM_UTF8
    with open(path, "rb") as file:
        while line := file.readline(LONGEST_LINE + 2):
            yield line.removeprefix(mark)
            mark = b""


def read_kept(told: str) -> Iterator[tuple[int, str, str | None]]:
    """The numbers, digests and contents of a text, or of the file that it names. A ledger alone holds contents.

    Raises:
        OSError: a line of the file has no end.
    """
    if not os.path.exists(told):
        yield from _kept_in(told.strip().lower())
        return
    for line in lines_of(told):
        if len(line) > LONGEST_LINE:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), told)
        if line.startswith(b'{"content'):
            try:
                entry = json.loads(line)
                content = entry["content"] and canonical(entry["content"])
                yield int(entry["number"]), str(entry["digest"]), content
            except BROKEN:
                continue
        else:
            yield from _kept_in(line.decode("utf-8", "replace"))


def _kept_in(text: str) -> Iterator[tuple[int, str, str | None]]:
    return ((int(number or 0), digest, None) for number, digest in KEPT.findall(text))


def main(arguments: list[str]) -> int:
    """The programme: what it finds is printed; 0 where everything fits."""
    kept: list[str] = []
    files: list[str] = []
    asks = list(arguments)
    named = [asks[at + 1] for at, one in enumerate(asks[:-1]) if one == "--language"]
    language = named[0] if named and named[0] in LANGUAGES else _language()
    if named and named[0] not in LANGUAGES:
        print(sentence(Fault(0, "no_language", {"name": named[0]}), language))
        return 1
    while asks:
        one = asks.pop(0)
        if one == "--kept" and asks:
            kept.append(asks.pop(0))
        elif one == "--language" and asks:
            asks.pop(0)
        elif one.startswith("-"):
            files = []
            break
        else:
            # the shell of Windows leaves this to the programme
            files += sorted(glob.glob(one)) or [one]
    if not files:
        print("\n".join([HELP[language]] if named else HELP.values()))
        return 0 if {"--help", "-h"} & set(arguments) else 1
    try:
        return _run(files[0], files[1:], kept, language)
    except OSError as error:
        said = {"name": error.filename or "", "why": error.strerror or ""}
        print(sentence(Fault(0, "unreadable", said), language))
        return 1
    except sqlite3.DatabaseError:
        print(sentence(Fault(0, "no_room", {}), language))
        return 1


def _run(path: str, files: list[str], kept: list[str], language: str) -> int:
    last = last_day_of(path)
    early = [
        Fault(0, "nothing_kept", {"name": one})
        for one in kept
        if next(read_kept(one), None) is None
    ]
    named = [(one, FILE_NAME.fullmatch(os.path.basename(one))) for one in files]
    newest = max([last, *(parts[2] for _one, parts in named if parts)])
    data = []
    for one, parts in named:
        table = os.path.basename(one).partition(".")[0]
        if parts is None or parts[1] not in KEYS or parts[4] != "all":
            early.append(Fault(0, "no_day" if table in KEYS else "not_data", {"name": one}))
        elif parts[2] < newest or parts[3]:
            said = {"name": one, "day": parts[2], "last": last, "newest": newest}
            early.append(Fault(0, "other_day", said))
        else:
            data.append((parts[1], one, lines_of(one)))
    pairs = (pair for one in kept for pair in read_kept(one))
    found = verify(lines_of(path), data, pairs, day=newest)
    figures = {
        name: ", ".join(map(str, one)) if isinstance(one, list) else one
        for name, one in found._asdict().items()
    }
    for name, told in (
        ("whole", found.whole),
        ("kept", kept),
        ("no_kept", not kept),
        ("rows", data and found.whole),
        ("emptied", found.emptied),
        ("migrated", found.migrated),
    ):
        if told:
            print(SENTENCES[language][name].format(**figures))
    for fault in early + found.faults:
        print(sentence(fault, language))
    if BETWEEN_DOWNLOADS & {fault.kind for fault in found.faults}:
        print(SENTENCES[language]["between"])
    count = found.count + len(early)
    end = "faults" if count else "noted" if found.emptied or found.migrated else "fits"
    print(SENTENCES[language][end].format(count=count))
    return 1 if count else 0


def last_day_of(path: str) -> str:
    """The day of the last entry, as it says itself; empty where it cannot be told."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - LONGEST_LINE))
        line = file.read().rstrip().rpartition(b"\n")[2]
    try:
        return str(json.loads(line)["day"])
    except BROKEN:
        return ""


def _language() -> str:
    wanted = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2]
    return wanted if wanted in LANGUAGES else "fr"


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # it is a stream of text, as Python opens it
    sys.exit(main(sys.argv[1:]))
