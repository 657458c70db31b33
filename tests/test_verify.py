"""The programme that readers run: what it finds in a ledger, in data files and in kept digests, and what it says."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from programmes import verify
from programmes.spreadsheets.columns.cells import RowCell
from programmes.spreadsheets.sending.public_files.ledger_contents import kept_columns, table_of
from programmes.spreadsheets.sending.public_files.published import public_tables

ENTRIES = 12


def moment_of(number: int) -> str:
    return f"2026-11-01T{number // 10_000:02}:00:{number % 10_000 / 1000:09.6f}Z"


def chain(
    contents: list[tuple[str, str, str, dict | None]],
    first: int = 1,
    *,
    together: int = 0,
    older: int = 0,
) -> list[dict[str, Any]]:
    """Entries of (event, table, key, content), chained. together: how many of the last share one moment. older: how
    many of the first are of format 1."""
    entries, previous = [], verify.START
    last = len(contents) - together + 1
    for number, (event, table, key, content) in enumerate(contents, first):
        salt = f"{number:032x}"
        form = 1 if number < first + older else verify.FORMAT
        entry = {
            "number": number,
            "moment": moment_of(min(number, last) if together else number),
            "day": "2026-11-01",
            "event": event,
            "table": table,
            "key": key,
            "format": form,
            "content": content,
            "salt": salt,
            "content_digest": verify.content_digest(form, salt, content or {}),
            "previous": previous,
        }
        entry["digest"] = previous = verify.entry_digest(entry)
        entries.append(entry)
    return entries


def row_of(file: str, /, **columns: Any) -> dict[str, Any]:
    """A row with all columns of its file, empty but for those given."""
    return dict.fromkeys(verify.COLUMNS[file]) | columns


def figure(
    number: int, value: str = "100", at: int = 0, **columns: Any
) -> tuple[str, str, str, dict]:
    """A figure that is published by the entry of its number, or of that of `at`."""
    row = row_of(
        "measurements",
        ref=f"M-{number}",
        value=value,
        state="published",
        published_at=moment_of(at or number),
    )
    return "published", "measurements", f"M-{number}", {"rows": {"measurements": [row | columns]}}


def figures(count: int = ENTRIES) -> list[dict[str, Any]]:
    return chain([figure(number) for number in range(1, count + 1)])


def lines(entries: list[dict[str, Any]]) -> list[bytes]:
    return [verify.canonical(entry).encode() + b"\n" for entry in entries]


def data(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        entry["content"]["rows"]["measurements"][0]
        | {"value": int(entry["content"]["rows"]["measurements"][0]["value"]), "title": "free"}
        for entry in entries
    ]


def file_of(rows: list[dict[str, Any]]) -> list[bytes]:
    """As the site writes JSON: a row a line."""
    return ("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n").encode().splitlines(True)


def check(entries: list[dict[str, Any]], rows: list | None = None, kept: Any = ()) -> verify.Report:
    files = () if rows is None else [("measurements", "measurements.json", file_of(rows))]
    return verify.verify(lines(entries), files, [(*one, None)[:3] for one in kept])


def said(report: verify.Report) -> list[str]:
    return [verify.sentence(fault, "en") for fault in report.faults]


def test_whole_ledger_fits_its_data_and_kept_digests() -> None:
    entries = figures()
    kept = [(5, entries[4]["digest"]), (0, entries[9]["digest"])]
    report = check(entries, data(entries), kept)
    assert report == ([], 0, True, ENTRIES, entries[-1]["digest"], 2, ENTRIES, [], [])


def without(file: str, *columns: str) -> list[dict[str, Any]]:
    """Entries of figures that lack some columns."""
    found = [figure(number) for number in range(1, ENTRIES + 1)]
    for *_entry, content in found:
        row = content["rows"][file][0]
        content["rows"][file] = [{name: row[name] for name in row if name not in columns}]
    return chain(found)


TEXTS_OF_FIGURES = ("note", "reason", "outcome_reason")


@pytest.mark.parametrize(
    ("columns", "later", "fault"),
    [
        ([f"{text}_en" for text in TEXTS_OF_FIGURES], {}, ""),
        ([f"{text}_{one}" for text in TEXTS_OF_FIGURES for one in ("ar", "en")], {}, ""),
        (["qualifier"], {"qualifier": verify.FORMAT}, ""),
        (["note_en"], {}, "refused"),
        (
            [f"{text}_{one}" for text in TEXTS_OF_FIGURES for one in ("fr", "ar", "en")],
            {},
            "refused",
        ),
        (["qualifier"], {"qualifier": verify.FORMAT - 1}, "refused"),
    ],
)
def test_entries_from_before_a_column_or_a_language_fit_data_that_say_nothing_in_it(
    columns: list[str], later: dict[str, int], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(verify._LATER, "measurements", later)
    entries = without("measurements", *columns)
    rows = [dict.fromkeys(columns) | row for row in data(entries)]
    sentence = "Entry 1: its content is not that of measurements, M-1: a row or a column is missing, or is another's."
    assert said(check(entries, rows))[:1] == ([sentence] if fault else [])
    if not fault:
        rows[3][columns[0]] = "said later"
        (told,) = said(check(entries, rows))
        assert "M-4" in told
        assert columns[0] in told


def changed(place: int, **values: Any) -> Callable[[list], list]:
    return lambda entries: [
        entry | values if at == place else entry for at, entry in enumerate(entries)
    ]


def chained(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same with every digest made to fit: as whoever owns the database can."""
    previous, found = verify.START, []
    for entry in entries:
        one = entry | {"previous": previous}
        one["content_digest"] = verify.content_digest(
            verify.FORMAT, entry["salt"], entry["content"]
        )
        found.append(one | {"digest": (previous := verify.entry_digest(one))})
    return found


CHANGED = figure(4, "200")[3]
TAMPERINGS: dict[str, tuple[Callable[[list], list], str]] = {
    "content": (
        changed(3, content=CHANGED),
        "Entry 4: its content (measurements, M-4) was changed: the content's digest is another.",
    ),
    "content and its digest": (
        changed(
            3,
            content=CHANGED,
            content_digest=verify.content_digest(verify.FORMAT, f"{4:032x}", CHANGED),
        ),
        "Entry 4: it was changed (measurements, M-4): its digest is another.",
    ),
    "moment": (
        changed(3, moment="2026-11-01T00:00:00.004001Z"),
        "Entry 4: it was changed (measurements, M-4): its digest is another.",
    ),
    "earlier moment": (
        changed(3, moment="2025-11-01T00:00:00.004001Z"),
        "Entry 4: it was changed (measurements, M-4): its digest is another.",
    ),
    "digest": (
        changed(3, digest="0" * 64),
        "Entry 4: it was changed (measurements, M-4): its digest is another.",
    ),
    "link": (
        changed(3, previous="0" * 64),
        "Entry 4: it does not follow from the one before: one of the two was changed.",
    ),
    "left out": (
        lambda entries: entries[:3] + entries[4:],
        "Entry 5: it stands in the place of entry 4: an entry is missing, or the order was changed.",
    ),
    "exchanged": (
        lambda entries: [*entries[:3], entries[4], entries[3], *entries[5:]],
        "Entry 5: it stands in the place of entry 4: an entry is missing, or the order was changed.",
    ),
    "two of one number": (
        lambda entries: [*entries[:4], entries[3], *entries[4:]],
        "Entry 4: two entries have this number.",
    ),
    "start cut": (
        lambda entries: entries[3:],
        "Entry 4: the ledger begins here, not at entry 1: its start is missing.",
    ),
    "newer format": (
        changed(3, format=verify.FORMAT + 1),
        f"Entry 4: it is of format {verify.FORMAT + 1}, newer than this programme: download verify.py again.",
    ),
    "content missing": (
        changed(3, content=None, salt=None),
        "Entry 4: its content is missing, and no later entry says that personal data was removed.",
    ),
    "day": (
        changed(3, day="2026-11-02"),
        "Entry 4: it was changed (measurements, M-4): its digest is another.",
    ),
    "another day, made to fit": (
        lambda entries: chained(changed(3, day="2026-11-03")(entries)),
        "Entry 4: it is dated before the entry that precedes it, or its day is not that of its moment.",
    ),
    "an earlier moment, made to fit": (
        lambda entries: chained(changed(3, moment=moment_of(2))(entries)),
        "Entry 4: it is dated before the entry that precedes it, or its day is not that of its moment.",
    ),
    "empty": (lambda entries: [], "the ledger is empty."),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_first_entry_that_does_not_fit_is_named(kind: str) -> None:
    tamper, sentence = TAMPERINGS[kind]
    report = check(tamper(figures()))
    assert said(report) == [sentence]


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (lambda text: text.replace(b'"number":4', b'"number": 4'), "it is not written as the site"),
        (lambda text: text.replace(b'{"content"', b'{"a":1,"content"'), "the line is no entry"),
        (lambda text: text[:-1], "it is cut"),
        (lambda text: b"nonsense\n", "the line is no entry"),
        (lambda text: b"[" * 100_000 + b"\n", "the line is no entry"),
        (lambda text: b"\xff\xfe\n", "the line is no entry"),
        (lambda text: b"{" + b" " * verify.LONGEST_LINE + b"}\n", "the line is too long"),
    ],
)
def test_line_that_is_no_entry_is_named(tamper: Callable, sentence: str) -> None:
    found = lines(figures())
    found[3] = tamper(found[3])
    report = verify.verify(found)
    if sentence == "it is cut":
        assert report.count == 0  # the end of a line is no part of it
    else:
        assert [fault.entry for fault in report.faults] == [4]
        assert said(report)[0].startswith(f"Entry 4: {sentence}")


def test_end_that_was_cut_off_is_found_by_a_kept_digest() -> None:
    entries = figures()
    report = check(entries[:8], kept=[(12, entries[11]["digest"])])
    assert said(report) == [
        f"Entry 12: the kept digest {entries[11]['digest']} is not on this ledger: it was rewritten, "
        "or ends too early (8)."
    ]


def test_chain_that_was_rewritten_is_found_by_kept_digests() -> None:
    entries = figures()
    again = chain([figure(n, "100" if n != 6 else "999") for n in range(1, ENTRIES + 1)])
    assert check(again).count == 0
    one = check(again, kept=[(3, entries[2]["digest"]), (9, entries[8]["digest"])])
    assert said(one) == [
        f"Entry 9: its digest is not the one that was kept ({entries[8]['digest']}). The last that fits: 3."
    ]
    alone = check(again, kept=[(9, entries[8]["digest"])])
    assert said(alone) == [
        f"Entry 9: its digest is not the one that was kept ({entries[8]['digest']}). With a ledger that was kept"
        " earlier (--kept), the first entry that was changed would be named."
    ]
    whole = check(again, kept=[(entry["number"], entry["digest"]) for entry in entries])
    assert whole.faults[0].entry == 6
    without_number = check(again, kept=[(0, entries[8]["digest"])])
    assert said(without_number) == [
        f"the kept digest {entries[8]['digest']} is not on this ledger: it was rewritten, or ends too early (12)."
    ]


def test_data_that_says_something_else_is_named_with_its_entry() -> None:
    entries = figures()
    rows = data(entries)
    rows[6]["value"] = 101
    assert said(check(entries, rows)) == [
        "Entry 7: measurements, M-7: “value” was 100; the data says 101."
    ]


def test_row_that_is_missing_added_or_doubled_is_named() -> None:
    entries = figures()
    rows = data(entries)
    assert said(check(entries, rows[:6] + rows[7:])) == [
        "Entry 7: measurements, M-7: this row is no longer in the data."
    ]
    assert said(check(entries, [*rows, rows[0] | {"ref": "M-99"}])) == [
        "measurements, M-99: this row is in the data, and no entry speaks of it."
    ]
    assert said(check(entries, [*rows, rows[3]])) == [
        "Entry 4: measurements, M-4: this row is in the data twice."
    ]


def correction(**columns: Any) -> list[tuple[str, str, str, dict]]:
    """A figure, and one that corrects it."""
    ended = {"state": "superseded", "ended_at": moment_of(2), "outcome_reason_fr": "typed wrongly"}
    corrected = ("corrected", *figure(1, **(ended | columns))[1:])
    return [
        figure(1),
        corrected,
        figure(3, "110", at=2, supersedes="M-1", reason_fr="typed wrongly"),
    ]


def test_last_entry_of_a_record_is_what_the_data_must_say() -> None:
    entries = chain(correction(), together=2)
    first, second = data([entries[1], entries[2]])
    assert check(entries, [first, second]).count == 0
    assert said(check(entries, [first | {"state": "published"}, second])) == [
        "Entry 2: measurements, M-1: “state” was superseded; the data says published."
    ]


def test_translation_that_was_filled_in_is_no_change_and_an_emptied_one_is() -> None:
    row = row_of("indicators", code="i", name_fr="Nom")
    entries = chain([("sealed", "indicators", "i", {"rows": {"indicators": [row]}})])

    def found(**columns: Any) -> int:
        files = [("indicators", "indicators.json", file_of([row | columns]))]
        return verify.verify(lines(entries), files).count

    assert found() == found(name_ar="اسم") == 0
    assert found(name_fr="Autre") == found(name_fr=None) == 1


def agreement(code: str, event: str = "shown", **more: Any) -> tuple[str, str, str, dict]:
    rows = {"agreements": [row_of("agreements", code=code)]}
    return event, "agreements", code, {"rows": rows, **more}


def amendment(number: int, at: int, **columns: Any) -> tuple[str, str, str, dict]:
    """What explains the entry before it."""
    row = row_of("amendments", number=str(number), published_at=moment_of(at), **columns)
    return "published", "amendments", str(number), {"rows": {"amendments": [row]}}


def blanking(code: str, at: int, emptied: list[int]) -> list[tuple[str, str, str, dict]]:
    line = amendment(9, at, kind="blanking", table="agreements", key=code, reason_fr="law")
    return [agreement(code, "blanked", emptied=emptied), line]


MISSING = "Entry 1: its content is missing, and no later entry says that personal data was removed."


def test_content_that_is_missing_is_accepted_where_a_later_entry_names_it() -> None:
    entries = chain([agreement("a"), agreement("b"), *blanking("a", 3, [1])], together=2)
    emptied = [entries[0] | {"content": None, "salt": None}, *entries[1:]]
    rows = [row_of("agreements", code=code) for code in "ab"]
    report = verify.verify(lines(emptied), [("agreements", "agreements.json", file_of(rows))])
    assert (report.faults, report.emptied) == ([], [1])
    assert said(check(emptied[:2])) == [MISSING]


def test_row_of_a_public_change_that_is_missing_beside_another_of_it_is_named() -> None:
    columns = {"table": "agreements", "key": "a", "reason_fr": "law", "published_at": moment_of(2)}
    own = [
        row_of("amendments", number="9", kind="withdrawal", column=column, **columns)
        for column in (None, "title")
    ]
    shown = agreement("a")
    ended = {"agreements": [row_of("agreements", code="a", withdrawn_at=moment_of(2))]}
    entries = chain(
        [
            shown,
            ("withdrawn", "agreements", "a", {"rows": ended}),
            ("published", "amendments", "9", {"rows": {"amendments": own}}),
        ],
        together=2,
    )
    files = [
        ("agreements", "agreements.json", file_of(ended["agreements"])),
        ("amendments", "amendments.json", file_of(own[:1])),
    ]
    assert said(verify.verify(lines(entries), files)) == [
        "Entry 3: amendments, 9 · title: this row is no longer in the data."
    ]


def test_emptied_announcement_is_named_before_what_follows_from_it() -> None:
    promise = row_of(
        "target-revisions", target="t", number="1", state="published", announced="2020",
        published_at=moment_of(1),
    )  # fmt: skip
    first, settled = (row_of("targets", code="t", original=one) for one in (None, "1"))
    entries = chain(
        [
            ("published", "target-revisions", "t · 1", {"rows": {"target-revisions": [promise]}}),
            ("shown", "targets", "t", {"rows": {"targets": [first]}}),
            ("settled", "targets", "t", {"rows": {"targets": [settled]}}),
        ]
    )
    entries[0] |= {"content": None, "salt": None}
    report = verify.verify(lines(entries), [("targets", "targets.json", file_of([settled]))])
    assert (said(report)[0], report.rows) == (MISSING, 1)
    assert {fault.entry for fault in report.faults} <= {1, 3}


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (agreement("a"), [agreement("b"), *blanking("b", 3, [1])]),
        (agreement("a"), [agreement("b", "published", emptied=[1])]),
        (figure(1), [("blanked", *figure(1)[1:3], {**figure(1)[3], "emptied": [1]})]),
        (figure(1), [agreement("a"), *blanking("a", 3, [1])]),
    ],
    ids=["another record", "another event", "no table with names", "a figure"],
)
def test_content_is_emptied_by_the_removal_of_data_of_its_own_record_alone(
    first: tuple, later: list
) -> None:
    entries = chain([first, *later], together=2 if len(later) == 3 else 0)
    emptied = [entries[0] | {"content": None, "salt": None}, *entries[1:]]
    assert MISSING in said(check(emptied))


def test_what_is_dated_later_or_was_never_told_may_be_missing() -> None:
    def announced(number: int, on: str) -> tuple[str, str, str, dict]:
        row = row_of(
            "target-revisions",
            target="t",
            number=str(number),
            announced=on,
            state="published",
            published_at=moment_of(number),
        )
        return (
            "published",
            "target-revisions",
            f"t · {number}",
            {"rows": {"target-revisions": [row]}},
        )

    target = ("shown", "targets", "t", {"rows": {"targets": [row_of("targets", code="t")]}})
    told, later = announced(3, "2026-10"), announced(2, "2026")
    aside = row_of(
        "target-revisions",
        target="t",
        number="3",
        announced="2026-10",
        state="set_aside",
        ended_at=moment_of(1),
    )
    aside = ("set_aside", *told[1:3], {"rows": {"target-revisions": [aside]}})

    def missing(*contents: tuple, day: str = "") -> list[str]:
        files = [(name, name, [b"[]\n"]) for name in ("targets", "target-revisions")]
        report = verify.verify(lines(chain([*contents])), files, day=day)
        assert {fault.kind for fault in report.faults} <= {"row_missing"}
        return [fault.said["key"] for fault in report.faults]

    assert missing(target) == []
    assert missing(target, later) == []
    assert missing(target, later, told) == ["t", "t · 3"]
    assert missing(target, aside) == []
    # the data speaks of a later day than the last entry
    assert missing(target, later, day="2026-12-31") == ["t", "t · 2"]


def test_columns_are_those_of_the_data_files() -> None:
    tables = public_tables()
    assert {table.name: tuple(table.keys) for table in tables} == verify.KEYS
    assert {table.name: {one.code for one in kept_columns(table.model)} for table in tables} == {
        table: columns.keys() for table, columns in verify.COLUMNS.items()
    }
    named = {
        table.name: {
            one.code: table_of(one.widget.model).name
            for one in kept_columns(table.model)
            if isinstance(one.widget, RowCell)
        }
        for table in tables
    }
    assert named == verify.NAMES


def test_sentences_are_complete_in_three_languages() -> None:
    assert set(verify.HELP) == set(verify.LANGUAGES)
    assert set(verify.SENTENCES) == set(verify.LANGUAGES)
    names = {
        language: {kind: sorted(re.findall(r"{(\w+)}", text)) for kind, text in sentences.items()}
        for language, sentences in verify.SENTENCES.items()
    }
    assert names["fr"] == names["ar"] == names["en"]


# As people run it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entries = figures()
    (tmp_path / "ledger.jsonl").write_bytes(b"".join(lines(entries)))
    (tmp_path / "measurements-2026-11-28-all.json").write_bytes(b"".join(file_of(data(entries))))
    (tmp_path / "kept.txt").write_text(f"2026-11-01 12:{entries[-1]['digest']}\n")
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """The programme, without site-packages or the house on its path."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify.__file__, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


def test_programme_says_that_all_fits(folder: Path) -> None:
    last = figures()[-1]["digest"]
    arguments = ("ledger.jsonl", "*.json", "--kept", "kept.txt", "--language", "en")
    assert run(folder, *arguments) == (
        0,
        f"The chain is whole: 12 entries. The last one: 12:{last}\n"
        "Kept digests that are on the ledger: 1.\n"
        "Rows of data that say what the ledger says: 12.\n"
        "Everything fits.\n",
    )


def test_programme_convicts_data_that_was_changed(folder: Path) -> None:
    path = folder / "measurements-2026-11-28-all.json"
    path.write_text(path.read_text().replace('"value": 100', '"value": 150', 1))
    status, text = run(folder, "ledger.jsonl", path.name, "--language", "fr")
    assert status == 1
    assert (
        "Écriture 1 : measurements, M-1 : « value » valait 100 ; les données disent 150.\n" in text
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing.jsonl"], "nothing.jsonl cannot be read: No such file or directory"),
        (["kept.txt"], "Entry 1: the line is no entry"),
        (["ledger.jsonl", "kept.txt"], "kept.txt is no data file of the site"),
        (["ledger.jsonl", "--kept", "abc"], "abc holds no digest"),
        (["ledger.jsonl", "--kept", "a" * 64], f"the kept digest {'a' * 64} is not on this ledger"),
    ],
)
def test_programme_says_what_it_cannot_use(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    status, text = run(folder, *arguments, "--language", "en")
    assert status == 1
    assert sentence in text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "measurements-2026-10-31-all.json",
            "measurements-2026-10-31-all.json is of 2026-10-31; the ledger goes to 2026-11-01, others to "
            "2026-11-28: take all on the same day.",
        ),
        (
            "measurements-2026-11-28-known-2026-11-28T1200-all.json",
            "measurements-2026-11-28-known-2026-11-28T1200-all.json is of 2026-11-28; the ledger goes to 2026-11-01, "
            "others to 2026-11-28: take all on the same day.",
        ),
        (
            "measurements.json",
            "measurements.json: its name no longer tells the day. Keep the name of the download.",
        ),
    ],
)
def test_programme_says_that_data_is_of_another_day(folder: Path, name: str, sentence: str) -> None:
    whole = folder / "measurements-2026-11-28-all.json"
    whole.with_name(name).write_bytes(whole.read_bytes())
    whole.rename(folder / "replies-2026-11-28-all.json").write_text("[]\n")
    files = ("ledger.jsonl", name, "replies-2026-11-28-all.json")
    status, text = run(folder, *files, "--language", "en")
    assert status == 1
    assert sentence in text.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("end", [-1, -2, -3, -4, -5, -40, -300, -1000, 1, 0])
def test_programme_says_that_a_data_file_is_cut(folder: Path, end: int) -> None:
    name = "measurements-2026-11-28-all.json"
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[:end])
    status, text = run(folder, "ledger.jsonl", name, "--language", "en")
    if end == -1:  # the end of a line is no part of it
        assert (status, text.splitlines()[-1]) == (0, "Everything fits.")
        return
    assert status == 1
    assert text.splitlines()[-2:] == [
        f"{name} is cut short: it does not end as the site ends its files. Download it again.",
        "Faults: 1.",
    ]


def test_programme_says_to_take_files_together_only_where_that_can_help(folder: Path) -> None:
    path, together = folder / "measurements-2026-11-28-all.json", "take all files again together"
    whole = data(figures())
    for rows, helps in ((whole[:-1], True), ([*whole, whole[0] | {"ref": "M-99"}], True),
                        ([whole[0] | {"value": 7}, *whole[1:]], False)):  # fmt: skip
        path.write_bytes(b"".join(file_of(rows)))
        status, text = run(folder, "ledger.jsonl", path.name, "--language", "en")
        assert (status, text.splitlines()[-1]) == (1, "Faults: 1.")
        assert (together in text) is helps
    first, rest = (folder / "ledger.jsonl").read_bytes().split(b"\n", 1)
    (folder / "ledger.jsonl").write_bytes(first.replace(b"2026", b"2025") + b"\n" + rest)
    assert together not in run(folder, "ledger.jsonl", "--language", "en")[1]


def test_programme_reads_a_ledger_behind_a_mark(folder: Path) -> None:
    for name in ("ledger.jsonl", "measurements-2026-11-28-all.json", "kept.txt"):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    arguments = ("ledger.jsonl", "measurements-2026-11-28-all.json", "--kept", "ledger.jsonl")
    status, text = run(folder, *arguments, "--language", "en")
    assert (status, text.splitlines()[-1]) == (0, "Everything fits.")
    assert "Kept digests that are on the ledger: 12." in text
    (folder / "ledger.jsonl").write_bytes(
        b"".join(b"\xef\xbb\xbf" + one for one in lines(figures()))
    )
    assert "Entry 2: the line is no entry" in run(folder, "ledger.jsonl", "--language", "en")[1]


def test_programme_names_its_languages(folder: Path) -> None:
    assert run(folder, "ledger.jsonl", "--language", "de") == (
        1,
        "--language de : les langues sont fr, ar et en.\n",
    )


def test_kept_file_without_an_end_of_line_is_refused_in_little_memory(folder: Path) -> None:
    with (folder / "endless.txt").open("wb") as file:
        file.truncate(4 * 1024**3)
    code = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29));"
        f"sys.argv = ['verify.py', 'ledger.jsonl', '--kept', 'endless.txt', '--language', 'en'];"
        f"runpy.run_path({verify.__file__!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        1,
        "endless.txt cannot be read: File too large\n",
    )


@pytest.mark.parametrize("language", verify.LANGUAGES)
def test_programme_tells_to_read_its_notes_where_content_was_removed(
    folder: Path, language: str
) -> None:
    entries = chain([agreement("a"), *blanking("a", 2, [1])], together=2)
    emptied = [entries[0] | {"content": None, "salt": None}, *entries[1:]]
    (folder / "ledger.jsonl").write_bytes(b"".join(lines(emptied)))
    status, text = run(folder, "ledger.jsonl", "--language", language)
    said_of = verify.SENTENCES[language]
    assert status == 0
    assert text.splitlines()[-2:] == [said_of["emptied"].format(emptied=1), said_of["noted"]]


def test_an_earlier_ledger_names_the_very_first_entry_that_was_changed(folder: Path) -> None:
    (folder / "before.jsonl").write_bytes((folder / "ledger.jsonl").read_bytes())
    again = chain([figure(n, "100" if n != 6 else "999") for n in range(1, ENTRIES + 1)])
    (folder / "ledger.jsonl").write_bytes(b"".join(lines(again)))
    status, text = run(folder, "ledger.jsonl", "--kept", "before.jsonl", "--language", "en")
    assert status == 1
    assert "Entry 6: its digest is not the one that was kept" in text


@pytest.mark.parametrize("language", verify.LANGUAGES)
def test_help_is_in_three_languages(folder: Path, language: str) -> None:
    assert run(folder, "--help", "--language", language) == (0, verify.HELP[language] + "\n")
    assert verify.HELP[language] in run(folder, "--help")[1]


@pytest.mark.long
def test_hundred_thousand_entries_are_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with path.open("wb") as file:
        file.writelines(lines(entries := figures(100_000)))
    (tmp_path / "measurements-2026-11-28-all.json").write_bytes(b"".join(file_of(data(entries))))
    code = (
        "import sys; sys.argv = ['verify.py', 'ledger.jsonl', 'measurements-2026-11-28-all.json'];"
        f"sys.path.insert(0, {str(Path(verify.__file__).parent)!r}); import verify;"
        "status = verify.main(sys.argv[1:]);"
        "peak = next(one for one in open('/proc/self/status') if one.startswith('VmHWM'));"
        "print(peak.split()[1]); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True
    )
    assert int(done.stdout.split()[-1]) < 200_000  # kB


@pytest.mark.slow
def test_random_tampering_of_a_kept_ledger_is_always_found() -> None:
    """Any one byte of a line that is turned into another, anywhere."""
    entries, chance = figures(), random.Random(17)
    whole, kept = lines(entries), [(12, entries[-1]["digest"], None)]
    for _turn in range(1000):
        found = list(whole)
        place = chance.randrange(len(found))
        line = bytearray(found[place][:-1])
        at = chance.randrange(len(line))
        line[at] = (line[at] + chance.randrange(1, 255)) % 256
        if 10 in line:
            continue
        found[place] = bytes(line) + b"\n"
        report = verify.verify(found, (), kept)
        assert report.count, (place, at)
        assert report.faults[0].entry in (0, place + 1, *_numbers_of(found[place])), (place, at)


def _numbers_of(line: bytes) -> Iterator[int]:
    """The number that a changed line gives itself, where that is what was changed."""
    try:
        yield json.loads(line)["number"]
    except (ValueError, KeyError, TypeError):
        return


def announcement(event: str, reason: str | None, *, older: bool = False, **columns: Any) -> Any:
    """An entry of the announcement t · 1, as it is written now or as format 1 wrote it."""
    row = row_of("target-revisions", target="t", number="1", state="published", announced="2020")
    row |= {"published_at": moment_of(2), "reason_fr": reason, **columns}
    if older:
        in_three = ("reason_", "definition_", "outcome_reason_")
        row = {one: row[one] for one in row if not one.startswith(in_three)}
        row |= {"reason": reason, "definition": columns.get("definition_fr")}
        row["outcome_reason"] = columns.get("outcome_reason_fr")
    content = {"rows": {"target-revisions": [row]}} | ({"why": "x"} if event == "migrated" else {})
    return event, "target-revisions", "t · 1", content


def told(*steps: Any, older: int = 0) -> list[dict[str, Any]]:
    """The entries behind that of the target; older: how many of them are of format 1."""
    target = {"rows": {"targets": [row_of("targets", code="t")]}}
    return chain([("shown", "targets", "t", target), *steps], older=older + 1 if older else 0)


def checked_with_data(entries: list[dict[str, Any]], **columns: Any) -> list[str]:
    """What is found of a ledger beside a file of the announcement with these columns."""
    row = announcement("published", None, **columns)[3]["rows"]["target-revisions"][0]
    files = [("target-revisions", "target-revisions.json", file_of([row]))]
    return said(verify.verify(lines(entries), files, []))


def test_reason_that_an_older_entry_gave_in_one_column_is_told_again_in_its_language() -> None:
    given = announcement("published", "Retard", older=True)
    entries = told(given, announcement("migrated", "Retard"), older=1)
    assert checked_with_data(entries, reason_fr="Retard") == []
    alone = told(given, older=1)
    assert checked_with_data(alone, reason_fr="Retard") == [
        "Entry 2: target-revisions, t · 1: “reason” was Retard; the data says null."
    ]


def test_what_was_set_aside_and_told_anew_stands_in_no_data_file() -> None:
    aside = {"state": "set_aside", "published_at": None, "ended_at": moment_of(2)}
    steps = [announcement(event, "Retard", **aside) for event in ("set_aside", "migrated")]
    files = [("target-revisions", "target-revisions.json", [b"[]\n"])]
    assert said(verify.verify(lines(told(*steps)), files, [])) == []


def test_older_entry_without_a_reason_needs_no_other_one() -> None:
    given = announcement("published", None, older=True)
    assert checked_with_data(told(given, older=1)) == []
    assert checked_with_data(told(given, older=1), reason_fr="Retard") == [
        "Entry 2: target-revisions, t · 1: “reason_fr” was null; the data says Retard."
    ]


def test_definition_of_an_older_entry_stands_in_the_column_of_one_language() -> None:
    entries = told(announcement("published", None, older=True, definition_fr="Inscrits"), older=1)
    assert checked_with_data(entries, definition_fr="Inscrits") == []
    assert checked_with_data(entries, definition_ar="Inscrits") == []
    assert checked_with_data(entries, definition_fr="Admis") == [
        "Entry 2: target-revisions, t · 1: “definition_fr” was Inscrits; the data says Admis."
    ]
    assert checked_with_data(entries, definition_fr="Inscrits", definition_ar="المسجلون") == [
        "Entry 2: target-revisions, t · 1: “definition_ar” was null; the data says المسجلون."
    ]


def test_why_an_older_entry_ended_stands_in_the_column_of_one_language() -> None:
    why = {"state": "withdrawn", "outcome_reason_fr": "Mal lu", "ended_at": moment_of(2)}
    entries = told(announcement("migrated", None, older=True, **why), older=1)
    assert checked_with_data(entries, **why) == []
    assert checked_with_data(entries, **why, outcome_reason_ar="خطأ في القراءة") == [
        "Entry 2: target-revisions, t · 1: “outcome_reason_ar” was null; the data says خطأ في القراءة."
    ]


NOTE = "Phase pilote"


def older_figure(step: Any, note: str | None) -> Any:
    """The entry of a figure as formats 1 and 2 wrote it: its note, its reason and why it ended say no language."""
    event, table, key, content = step
    (row,) = content["rows"][table]
    newer = ("note_", "reason_", "outcome_reason_", *verify._LATER.get(table, ()))
    kept = {one: text for one, text in row.items() if not one.startswith(newer)}
    kept |= {"note": note, "reason": None, "outcome_reason": row["outcome_reason_fr"]}
    rows = {**content["rows"], table: [kept]}
    return event, table, key, {**content, "rows": rows}


def test_note_of_an_older_entry_stands_in_the_column_of_one_language() -> None:
    entries = chain([older_figure(figure(1), NOTE)], older=1)
    row = figure(1)[3]["rows"]["measurements"][0]

    def found(**columns: Any) -> list[str]:
        return said(check(entries, [row | columns]))

    assert found(note_fr=NOTE) == found(note_ar=NOTE) == []
    assert found(note_fr="Phase") == [
        "Entry 1: measurements, M-1: “note_fr” was Phase pilote; the data says Phase."
    ]
    assert found() == [
        "Entry 1: measurements, M-1: “note_fr” was Phase pilote; the data says null."
    ]
    assert found(note_fr=NOTE, note_ar="المرحلة التجريبية") == [
        "Entry 1: measurements, M-1: “note_ar” was null; the data says المرحلة التجريبية."
    ]


def translated_note(**columns: Any) -> list[dict[str, Any]]:
    """A figure of an older entry, one of today that says its note in another language too, and what explains it."""
    said = {"note_fr": NOTE, "note_ar": "x", **columns}
    _event, table, key, content = figure(1, **said)
    line = amendment(
        9,
        2,
        kind="translation",
        table="measurements",
        key="M-1",
        column="note",
        old=json.dumps({"fr": NOTE, "ar": "", "en": ""}),
        new=json.dumps({"fr": NOTE, "ar": "x", "en": ""}),
    )
    steps = [older_figure(figure(1), NOTE), ("translated", table, key, content), line]
    return chain(steps, together=2, older=1)


def test_note_of_an_older_entry_is_translated_later() -> None:
    assert said(check(translated_note())) == []
    assert said(check(translated_note(value="7"))) == [
        "Entry 2: measurements, M-1: “value” had to stay or become 100; it says 7.",
        "Entry 2: “value” changed otherwise than the public change says (100; 7).",
    ]
    assert said(check(translated_note(note_fr="Phase")))[0] == (
        "Entry 2: measurements, M-1: “note_fr” had to stay or become Phase pilote; it says Phase."
    )


def test_parts_of_an_older_figure_with_a_note_are_held_against_each_other() -> None:
    shares = [
        row_of("measurement-shares", measurement="M-1", dimension="d", category="c", value="1")
    ]
    first, corrected, second = correction()
    first = (*first[:3], {"rows": {**first[3]["rows"], "measurement-shares": shares}})
    steps = [older_figure(first, NOTE), older_figure(corrected, NOTE), second]
    assert said(check(chain(steps, together=2, older=2))) == [
        "Entry 2: measurements, M-1: “measurement-shares” had to stay or become "
        '[{"category":"c","dimension":"d","measurement":"M-1","value":"1"}]; it says [].'
    ]


@pytest.mark.parametrize("older", [0, 1])
def test_entry_has_the_columns_of_its_format(older: int) -> None:
    entries = chain([announcement("published", None, older=not older)], older=older)
    assert said(check(entries)) == [
        "Entry 1: its content is not that of target-revisions, t · 1: a row or a column is missing, or is another's."
    ]
