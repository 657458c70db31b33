"""What a later entry may say of a record: whoever owns the database may add entries, and is found out by them."""

import json
from typing import Any

import pytest

from programmes import verify
from tests.test_verify import (
    agreement,
    amendment,
    blanking,
    chain,
    chained,
    check,
    correction,
    data,
    figure,
    file_of,
    lines,
    moment_of,
    row_of,
    said,
)

Step = tuple[str, str, str, dict]


def named(event: str, code: str, **columns: Any) -> Step:
    """An entry of an indicator."""
    return (
        event,
        "indicators",
        code,
        {"rows": {"indicators": [row_of("indicators", code=code, **columns)]}},
    )


def ended(event: str, at: int, **columns: Any) -> Step:
    """An entry of the figure M-1, which it ends."""
    state = {"withdrawn": "withdrawn", "set_aside": "set_aside", "corrected": "superseded"}[event]
    values = {"state": state, "ended_at": moment_of(at), "outcome_reason_fr": "why"}
    return (event, *figure(1, **(values | columns))[1:])


def change(at: int, name: str, old: str | None, new: str | None, **columns: Any) -> Step:
    """What says in public that a name of the indicator i changed."""
    said_of = {"kind": "change", "table": "indicators", "key": "i", "reason_fr": "why"}
    return amendment(9, at, **said_of, column=name, old=old, new=new, **columns)


def withdrawal(at: int, **columns: Any) -> Step:
    said_of = {"kind": "withdrawal", "table": "measurements", "key": "M-1", "reason_fr": "why"}
    return amendment(9, at, **(said_of | columns))


NAME, OTHER = '{"fr": "Nom", "ar": "", "en": ""}', '{"fr": "Autre", "ar": "", "en": ""}'
NOTHING = '{"fr": "", "ar": "", "en": ""}'
NAMED = named("sealed", "i", name_fr="Nom")
AMENDED = named("amended", "i", name_fr="Autre")
# a reply that stood in French, and one that has been translated since
REPLIED = {"code": "r", "text_fr": "Nom", "state": "published", "published_at": moment_of(1)}


def reply(event: str, **columns: Any) -> Step:
    row = row_of("replies", **(REPLIED | columns))
    return event, "replies", "r", {"rows": {"replies": [row]}}


def translation(old: str, new: str, **columns: Any) -> Step:
    """What says in public that the reply r was translated."""
    said_of = {"kind": "translation", "table": "replies", "key": "r"}
    return amendment(9, 2, **said_of, column="text", old=old, new=new, **columns)


IN_TWO = '{"fr": "Nom", "ar": "x", "en": ""}'
SHARES = [row_of("measurement-shares", measurement="M-1", dimension="d", category="c", value="1")]


def with_shares(step: Step) -> Step:
    return (*step[:3], {"rows": {**step[3]["rows"], "measurement-shares": SHARES}})


def why_translated(table: str, key: str, column: str) -> Step:
    """What says in public that a reason was translated."""
    said_of = {"kind": "translation", "table": table, "key": key, "column": column}
    old, new = (json.dumps({"fr": "why", "ar": text, "en": ""}) for text in ("", "x"))
    return amendment(10, 2, **said_of, old=old, new=new)


def two_columns(**translated: str) -> list[Step]:
    """A change of an indicator's name and definition, the reason of which is translated; with it, columns of the
    second row."""
    (first,) = change(2, "name", NAME, OTHER)[3]["rows"]["amendments"]
    second = first | {"column": "definition", "old": NOTHING, "new": NOTHING}
    told = [first, second], [first | {"reason_ar": "x"}, second | {"reason_ar": "x"} | translated]
    steps = [
        (event, "amendments", "9", {"rows": {"amendments": rows}})
        for event, rows in zip(("published", "translated"), told, strict=True)
    ]
    return [NAMED, AMENDED, *steps, why_translated("amendments", "9", "reason")]


WITHDRAWN = {"state": "withdrawn", "ended_at": moment_of(2), "outcome_reason_fr": "why"}
WHY_RETOLD = [
    figure(1),
    ended("withdrawn", 2),
    withdrawal(2),
    ("translated", *ended("withdrawn", 2, outcome_reason_ar="x")[1:]),
    why_translated("measurements", "M-1", "outcome_reason"),
]
HONEST = {
    "correction": correction(),
    "withdrawal": [figure(1), ended("withdrawn", 2), withdrawal(2)],
    "withdrawal of what was corrected, by its first entry": [
        *correction(),
        ("withdrawn", *figure(3, "110", at=2, supersedes="M-1", reason_fr="typed wrongly", **WITHDRAWN)[1:]),
        withdrawal(2),
    ],
    "set aside": [figure(1), ended("set_aside", 2), withdrawal(2, kind="setting_aside")],
    "set aside before it was published": [ended("set_aside", 1, published_at=None)],
    "change": [NAMED, AMENDED, change(2, "name", NAME, OTHER)],
    "change of a name that was translated meanwhile": [
        NAMED,
        named("amended", "i", name_fr="Autre", name_ar="x"),
        change(2, "name", '{"fr": "Nom", "ar": "x", "en": ""}', '{"fr": "Autre", "ar": "x", "en": ""}'),
    ],
    "translation of what was published": [
        reply("published"),
        reply("translated", text_ar="x"),
        translation(NAME, IN_TWO),
    ],
    "translation of why a figure was withdrawn": WHY_RETOLD,
    "translation of the reason of a change of two columns": two_columns(),
    "migration": [figure(1), ("migrated", *figure(1, "7")[1:3], figure(1, "7")[3] | {"why": "units"})],
}  # fmt: skip


@pytest.mark.parametrize("kind", HONEST)
def test_what_the_site_does_is_never_a_fault(kind: str) -> None:
    steps = HONEST[kind]
    report = check(chain(steps, together=len(steps) - 1))
    assert said(report) == []
    assert report.migrated == ([2] if kind == "migration" else [])


CHEATS: dict[str, tuple[list[Step], str]] = {
    "why it was withdrawn translated, and its value changed with it": (
        [
            *WHY_RETOLD[:3],
            ("translated", *ended("withdrawn", 2, value="7", outcome_reason_ar="x")[1:]),
            WHY_RETOLD[-1],
        ],
        "Entry 4: measurements, M-1: “value” had to stay or become 100; it says 7.",
    ),
    "reason translated, and what changed told otherwise with it": (
        two_columns(new='{"fr": "x"}'),
        f'Entry 4: amendments, 9: “new” had to stay or become {NOTHING}; it says {{"fr": "x"}}.',
    ),
    "translated without the change that says so": (
        [reply("published"), reply("translated", text_ar="x")],
        "Entry 2: replies, r changes or ends without the public change or correction that says so.",
    ),
    "translated, and the text itself changed with it": (
        [reply("published"), reply("translated", text_fr="Autre", text_ar="x"), translation(NAME, IN_TWO)],
        "Entry 2: replies, r: “text_fr” had to stay or become Nom; it says Autre.",
    ),
    "translated anew": (
        [
            reply("published", text_ar="x"),
            reply("translated", text_ar="y"),
            translation(IN_TWO, '{"fr": "Nom", "ar": "y", "en": ""}'),
        ],
        "Entry 2: replies, r: “text_ar” had to stay or become x; it says y.",
    ),
    "translated in other words than is said in public": (
        [reply("published"), reply("translated", text_ar="y"), translation(NAME, IN_TWO)],
        "Entry 2: “text” changed otherwise than the public change says "
        '({"fr": "Nom", "ar": "", "en": ""}; {"fr": "Nom", "ar": "x", "en": ""}).',
    ),
    "translated, and dated anew with it": (
        [reply("published"), reply("translated", text_ar="x", date="2020"), translation(NAME, IN_TWO)],
        "Entry 2: replies, r: “date” had to stay or become null; it says 2020.",
    ),
    "published again with another value": (
        [figure(1), figure(1, "999", at=2)],
        "Entry 2: measurements, M-1 stood in the ledger already: no entry says it anew in another way.",
    ),
    "withdrawn, and another value with it": (
        [figure(1), ended("withdrawn", 2, value="999"), withdrawal(2)],
        "Entry 2: measurements, M-1: “value” had to stay or become 100; it says 999.",
    ),
    "withdrawn without the change that says so": (
        [figure(1), ended("withdrawn", 2)],
        "Entry 2: measurements, M-1 changes or ends without the public change or correction that says so.",
    ),
    "withdrawn for another reason than is said in public": (
        [figure(1), ended("withdrawn", 2, outcome_reason_fr="other"), withdrawal(2)],
        "Entry 2: measurements, M-1 changes or ends without the public change or correction that says so.",
    ),
    "withdrawn at another moment": (
        [figure(1), ended("withdrawn", 2, ended_at=moment_of(1)), withdrawal(2)],
        "Entry 2: measurements, M-1: “ended_at” had to stay or become 2026-11-01T00:00:00.002000Z; "
        "it says 2026-11-01T00:00:00.001000Z.",
    ),
    "withdrawn twice": (
        [ended("set_aside", 1, published_at=None), ended("withdrawn", 2), withdrawal(2)],
        "Entry 2: measurements, M-1 stood in the ledger already: no entry says it anew in another way.",
    ),
    "corrected without a correction": (
        [figure(1), ended("corrected", 2)],
        "Entry 2: measurements, M-1 changes or ends without the public change or correction that says so.",
    ),
    "a correction that ends nothing": (
        [figure(1), figure(2, supersedes="M-1")],
        "Entry 2: measurements, M-2 explains a change that the entry before it does not hold.",
    ),
    "dated before its entry": (
        [figure(1), figure(2, published_at=moment_of(1))],
        "Entry 2: measurements, M-2: “published_at” had to stay or become 2026-11-01T00:00:00.002000Z; "
        "it says 2026-11-01T00:00:00.001000Z.",
    ),
    "changed without the change that says so": (
        [NAMED, AMENDED],
        "Entry 2: indicators, i changes or ends without the public change or correction that says so.",
    ),
    "changed otherwise than is said": (
        [NAMED, AMENDED, change(2, "name", NAME, '{"fr": "X", "ar": "", "en": ""}')],
        'Entry 2: “name” changed otherwise than the public change says ({"fr": "Nom", "ar": "", "en": ""}; '
        '{"fr": "X", "ar": "", "en": ""}).',
    ),
    "changed from another value than is said": (
        [NAMED, AMENDED, change(2, "name", '{"fr": "X", "ar": "", "en": ""}', OTHER)],
        'Entry 2: “name” changed otherwise than the public change says ({"fr": "X", "ar": "", "en": ""}; '
        '{"fr": "Autre", "ar": "", "en": ""}).',
    ),
    "more changed than is said": (
        [NAMED, named("amended", "i", name_fr="Autre", decimals="2"), change(2, "name", NAME, OTHER)],
        "Entry 2: “decimals” changed otherwise than the public change says (null; 2).",
    ),
    "what no change may change": (
        [named("sealed", "i", measure="total"), named("amended", "i", measure="ratio"),
         change(2, "measure", "total", "ratio")],
        "Entry 2: “measure” changed otherwise than the public change says (total; ratio).",
    ),
    "a change that nothing shows": (
        [NAMED, change(2, "name", NAME, OTHER)],
        "Entry 2: amendments, 9 explains a change that the entry before it does not hold.",
    ),
    "rows of another record": (
        [figure(1), figure(2), ("withdrawn", *figure(1)[1:3], figure(2)[3])],
        "Entry 3: its content is not that of measurements, M-1: a row or a column is missing, or is another's.",
    ),
    "a column left out": (
        [figure(1), ("withdrawn", *figure(1)[1:3], {"rows": {"measurements": [{"ref": "M-1"}]}})],
        "Entry 2: its content is not that of measurements, M-1: a row or a column is missing, or is another's.",
    ),
    "a part that vanishes": (
        [with_shares(figure(1)), ended("withdrawn", 2), withdrawal(2)],
        'Entry 2: measurements, M-1: “measurement-shares” had to stay or become '
        '[{"category":"c","dimension":"d","measurement":"M-1","value":"1"}]; it says [].',
    ),
    "what no earlier entry speaks of": (
        [figure(2, at=1), ended("withdrawn", 2), withdrawal(2)],
        "Entry 2: it changes measurements, M-1, of which no earlier entry speaks.",
    ),
    "a series of which no entry speaks": (
        [figure(1, series="s")],
        "Entry 1: it rests on series, s, of which no entry speaks until then.",
    ),
    "an event of another kind of record": (
        [NAMED, named("shown", "i", name_fr="Autre")],
        "Entry 2: no such thing (“shown”) can happen to indicators, i.",
    ),
    "a migration that says nothing": (
        [figure(1), ("migrated", *figure(1, "7")[1:])],
        "Entry 2: no such thing (“migrated”) can happen to measurements, M-1.",
    ),
    "another title with the removal of personal data": (
        [agreement("a"), *(
            (*step[:3], {**step[3], "rows": {"agreements": [row_of("agreements", code="a", title_fr="X")]}})
            if step[0] == "blanked" else step for step in blanking("a", 2, [])
        )],
        "Entry 2: agreements, a: “title_fr” had to stay or become null; it says X.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHEATS)
def test_the_first_entry_that_lies_is_named_and_what_it_says(kind: str) -> None:
    steps, sentence = CHEATS[kind]
    together = len(steps) - 1 if steps[-1][1] == "amendments" else 0
    entries = chain(steps, together=together)
    # the ledger from before, and data that says what the last entry says
    kept = [(1, entries[0]["digest"])]
    report = check(entries, kept=kept)
    assert said(report)[0] == sentence
    assert report.kept == 1


def targets(original: str, second: str = "2020-01-01") -> list[dict[str, Any]]:
    def announced(number: int, on: str) -> Step:
        at = moment_of(number + 1)
        columns = {"number": str(number), "announced": on, "state": "published", "published_at": at}
        row = row_of("target-revisions", target="t", **columns)
        return (
            "published",
            "target-revisions",
            f"t · {number}",
            {"rows": {"target-revisions": [row]}},
        )

    def target(event: str, number: str | None) -> Step:
        row = row_of("targets", code="t", original=number)
        return event, "targets", "t", {"rows": {"targets": [row]}}

    entries = chain(
        [
            target("shown", None),
            announced(1, "2021-03"),
            announced(2, second),
            target("settled", original),
        ]
    )
    return entries


def test_original_is_the_earliest_announced_of_the_first_day() -> None:
    assert said(check(targets("2"))) == said(check(targets("1", "2021-04"))) == []
    assert said(check(targets("1"))) == [
        "Entry 4: targets, t: “original” had to stay or become 2; it says 1."
    ]
    another_day = targets("1")
    for entry in another_day[2:]:
        entry |= {"day": "2026-11-02", "moment": entry["moment"].replace("11-01", "11-02")}
    row = another_day[2]["content"]["rows"]["target-revisions"][0]
    row["published_at"] = another_day[2]["moment"]
    assert said(check(chained(another_day))) == []


def test_whoever_kept_a_ledger_sees_what_was_restated_where_content_was_emptied() -> None:
    entries = chain([agreement("a"), *blanking("a", 2, [1])], together=2)
    entries[1]["content"]["rows"]["agreements"][0]["title_fr"] = "X"
    emptied = chained(entries)
    emptied[0] |= {"content": None, "salt": None}
    digest = entries[0]["digest"]
    report = check(emptied, kept=[(1, digest)])
    assert (said(report), report.emptied) == ([], [1])
    report = check(emptied, kept=[(1, digest, verify.canonical(entries[0]["content"]))])
    assert said(report) == [
        "Entry 2: agreements, a: “title_fr” had to stay or become null; it says X."
    ]


def pact(event: str, title: str, **more: Any) -> Step:
    """An entry of the agreement a. more: what its content says besides, and its withdrawal."""
    row = row_of("agreements", code="a", title_fr=title, withdrawn_at=more.pop("gone", None))
    return event, "agreements", "a", {"rows": {"agreements": [row]}, **more}


def of_pact(at: int, **columns: Any) -> Step:
    return amendment(8, at, **{"table": "agreements", "key": "a", "reason_fr": "why", **columns})


def title(at: int, old: str, new: str) -> Step:
    old, new = (f'{{"fr": "{one}", "ar": "", "en": ""}}' for one in (old, new))
    return of_pact(at, kind="change", column="title", old=old, new=new)


def removal(at: int, said_now: str, emptied: list[int], **more: Any) -> list[Step]:
    line = amendment(9, at, kind="blanking", table="agreements", key="a", reason_fr="law")
    return [pact("blanked", said_now, emptied=emptied, **more), line]


def emptied_chain(groups: list[list[Step]], *numbers: int) -> list[dict[str, Any]]:
    """Entries, those of one group at one moment; of some, the content was removed."""
    entries = chain([step for group in groups for step in group])
    first = 1
    for group in groups:
        for entry in entries[first - 1 : first - 1 + len(group)]:
            entry["moment"] = moment_of(first)
        first += len(group)
    return [
        entry | {"content": None, "salt": None} if entry["number"] in numbers else entry
        for entry in chained(entries)
    ]


def signed(event: str, title: str, office: str, **more: Any) -> Step:
    """An entry of the agreement a with the body that signed it."""
    step = pact(event, title, **more)
    row = row_of("signatures", agreement="a", organisation="o", office_fr=office or None)
    step[3]["rows"]["signatures"] = [row]
    return step


def office(text: str) -> str:
    blank = {"fr": "", "ar": "", "en": ""}
    row = {"organisation": "o", "office": blank | {"fr": text}, "undertaking": blank}
    return json.dumps([row])


def of_office(at: int, old: str, new: str) -> Step:
    return of_pact(at, kind="change", column="signatures", old=office(old), new=office(new))


BODY = (
    "sealed",
    "organisations",
    "o",
    {"rows": {"organisations": [row_of("organisations", code="o")]}},
)
CHANGED_OFFICE = [
    [BODY, signed("shown", "T", "Wali")],
    [signed("amended", "T", "Gouverneur"), of_office(3, "Wali", "Gouverneur")],
]
LAW = amendment(9, 5, kind="blanking", table="agreements", key="a", reason_fr="law")
CHANGED_TITLE = [[pact("shown", "T")], [pact("amended", "X"), title(2, "T", "X")]]
GONE = [
    [pact("shown", "T")],
    [pact("withdrawn", "T", gone=moment_of(2)), of_pact(2, kind="withdrawal")],
]
UNEXPLAINED = "agreements, a changes or ends without the public change or correction that says so."
EMPTIED: dict[str, tuple[list[list[Step]], tuple[int, ...], list[str]]] = {
    "a title and its change": ([*CHANGED_TITLE, removal(4, "X", [2, 3])], (2, 3), []),
    "all but the change": ([*CHANGED_TITLE, removal(4, "X", [1, 2])], (1, 2), []),
    "a withdrawal": ([*GONE, removal(4, "T", [2], gone=moment_of(2))], (2,), []),
    "another title than the change said": (
        [*CHANGED_TITLE, removal(4, "Y", [1, 2])],
        (1, 2),
        ["Entry 4: agreements, a: “title_fr” had to stay or become X; it says Y."],
    ),
    "another title after the withdrawal": (
        [*GONE, removal(4, "Y", [2], gone=moment_of(2))],
        (2,),
        ["Entry 4: agreements, a: “title_fr” had to stay or become T; it says Y."],
    ),
    "another title that nothing explains": (
        [[pact("shown", "T")], [pact("amended", "Y")], removal(3, "Y", [2])],
        (2,),
        [f"Entry 2: {UNEXPLAINED}",
         "Entry 3: agreements, a: “title_fr” had to stay or become T; it says Y."],
    ),
    "the office of who signed": (
        [*CHANGED_OFFICE, [signed("blanked", "T", "", emptied=[3]), LAW]], (3,), []
    ),
    "another title beside the office of who signed": (
        [*CHANGED_OFFICE, [signed("blanked", "Y", "", emptied=[3]), LAW]],
        (3,),
        ["Entry 5: agreements, a: “title_fr” had to stay or become T; it says Y."],
    ),
    "a change of another record": (
        [[NAMED], [AMENDED, change(2, "name", NAME, OTHER)], [pact("shown", "T")],
         [pact("blanked", "T", emptied=[3]), amendment(7, 5, kind="blanking", table="agreements", key="a")]],
        (3,),
        ["Entry 3: its content is missing, and no later entry says that personal data was removed."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EMPTIED)
def test_what_is_still_known_of_emptied_entries_holds(kind: str) -> None:
    groups, numbers, sentences = EMPTIED[kind]
    report = check(emptied_chain(groups, *numbers))
    assert said(report) == sentences
    assert report.emptied == list(numbers)


def test_public_list_of_changes_says_what_an_emptied_change_changed() -> None:
    entries = emptied_chain([*CHANGED_TITLE, removal(4, "X", [3])], 3)
    line, law = title(2, "T", "X")[3], entries[4]["content"]
    row = line["rows"]["amendments"][0] | {"old": "{}", "new": "{}"}

    def found(*rows: dict[str, Any]) -> list[str]:
        files = [("amendments", "amendments.json", file_of([*rows, *law["rows"]["amendments"]]))]
        return said(verify.verify(lines(entries), files))

    assert found(row) == []
    assert found(row | {"key": "b"}) == [
        "Entry 3: amendments, 8 · title: “key” was a; the data says b."
    ]
    assert found() == ["Entry 3: amendments, 8 · title: this row is no longer in the data."]


def test_public_change_that_is_gone_is_missed_though_nothing_is_known_of_it_but_its_number() -> (
    None
):
    entries = emptied_chain([*CHANGED_TITLE, removal(4, "X", [2, 3])], 2, 3)
    line, law = (
        title(2, "T", "X")[3]["rows"]["amendments"],
        entries[4]["content"]["rows"]["amendments"],
    )

    def found(*rows: dict[str, Any]) -> list[str]:
        return said(verify.verify(lines(entries), [("amendments", "x", file_of([*rows, *law]))]))

    assert found(*line) == []
    assert found() == ["Entry 3: amendments, 8: this row is no longer in the data."]
    assert found(line[0] | {"kind": "withdrawal"}) == [
        "Entry 3: amendments, 8 · title: “kind” was change; the data says withdrawal."
    ]


def test_whoever_kept_a_ledger_is_not_alarmed_by_what_the_law_struck_out_of_a_change() -> None:
    groups = [*CHANGED_OFFICE, [signed("blanked", "T", "", emptied=[3, 4]), LAW]]
    before, after = emptied_chain(groups), emptied_chain(groups, 3, 4)
    kept = [(one["number"], one["digest"], verify.canonical(one["content"])) for one in before]
    line, law = (before[at]["content"]["rows"]["amendments"] for at in (3, 5))
    struck = [line[0] | {"old": office(""), "new": office("")}]
    files = [("amendments", "x", file_of([*struck, *law]))]
    assert said(verify.verify(lines(after), files, kept)) == []


def test_newer_format_is_said_whatever_fields_it_has() -> None:
    (entry,) = chain([figure(1)])
    found = check([entry | {"format": verify.FORMAT + 1, "signature": "x"}])
    assert said(found) == [
        f"Entry 1: it is of format {verify.FORMAT + 1}, newer than this programme: download verify.py again."
    ]


def test_data_that_was_taken_after_the_ledger_is_said_to_be_later() -> None:
    entries = chain([figure(1), figure(2)])
    assert said(check(entries[:1], data(entries))) == [
        "measurements, M-2: the data says 2026-11-01T00:00:00.002000Z, the ledger ends at "
        "2026-11-01T00:00:00.001000Z: take both together."
    ]
    assert said(
        check(chain(correction(), together=2)[:1], data(chain(correction(), together=2)[1:]))
    ) == [
        "Entry 1: measurements, M-1: the data says 2026-11-01T00:00:00.002000Z, the ledger ends at "
        "2026-11-01T00:00:00.001000Z: take both together.",
        "measurements, M-3: the data says 2026-11-01T00:00:00.002000Z, the ledger ends at "
        "2026-11-01T00:00:00.001000Z: take both together.",
    ]


def test_a_column_that_stands_twice_in_a_row_of_data_is_refused() -> None:
    entries = chain([figure(1)])
    row = b'[\n{"ref": "M-1", "value": 1, "value": 100}\n]\n'.splitlines(True)
    report = verify.verify(lines(entries), [("measurements", "m.json", row)])
    assert said(report) == [
        "m.json is no data file of the site as it was downloaded (JSON, all languages)."
    ]
