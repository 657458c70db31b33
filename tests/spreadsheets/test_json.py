"""JSON: read as written, or refused with the place and a sentence."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.values import guarded
from programmes.spreadsheets.reading.limits import Limits
from programmes.spreadsheets.reading.sheets import ReadOptions, UnreadableFileError, open_sheet

CODES = ["code", "name_fr", "name_ar", "name_en"]
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=30
)
VALUES = st.one_of(TEXTS, st.integers(-(10**11), 10**11), st.booleans(), st.none())


def opened(content: bytes, **options: str) -> Any:
    return open_sheet(content, "x.json", TABLES["sectors"](), ReadOptions(**options))


def refusal(text: str | bytes) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        list(opened(text if isinstance(text, bytes) else text.encode()).rows)
    return str(refused.value)


@settings(deadline=None)
@given(
    rows=st.lists(
        st.lists(VALUES, min_size=4, max_size=4).filter(
            lambda row: any(v is not None and str(v).strip() for v in row)
        ),
        min_size=1,
        max_size=6,
    ),
    order=st.permutations(CODES),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
)
def test_json_is_read_as_written(
    rows: list[list[Any]], order: list[str], encoding: str, indent: int | None, ascii_only: bool
) -> None:
    records = [dict(zip(order, row, strict=True)) for row in rows]
    content = json.dumps(records, indent=indent, ensure_ascii=ascii_only).encode(encoding)
    sheet = opened(content)
    assert [column.code for column in sheet.columns] == order
    assert sheet.detected["kind"] == "json"
    assert list(sheet.rows) == [
        (number, ["" if value is None else guarded(value) for value in row])
        for number, row in enumerate(rows, start=1)
    ]


def test_numbers_keep_their_digits_and_lists_are_joined() -> None:
    text = '[{"code": 0.10, "name_fr": ["a", "b"], "أجنبي": 1, "name_en": null}]'
    sheet = opened(text.encode())
    assert [column.code for column in sheet.columns] == ["code", "name_fr", "name_en"]
    assert sheet.ignored == ["أجنبي"]
    ((number, cells),) = sheet.rows
    assert (number, cells) == (1, [Decimal("0.10"), "a|b", ""])
    assert str(cells[0]) == "0.10"


def test_names_are_those_of_the_columns_in_any_language() -> None:
    sheet = opened('[{"Code": "sante", "Nom (français)": "Santé"}]'.encode())
    assert [column.code for column in sheet.columns] == ["code", "name_fr"]


def test_title_in_brackets_above_a_csv_is_no_json() -> None:
    sheet = opened(b"[Draft];;\ncode;name_fr;name_ar\nsante;Sante;\n")
    assert sheet.detected["kind"] == "csv"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "There is no row below the header."),
        ('[{"code": "a"},\n {"code" "b"}]', "line 2, sign 10"),
        ('[{"code": "a"}] x', "line 1, sign 17"),
        ('[{"code": "a"}, 1]', "line 1, sign 18"),
        ('[{"code": "a"', "line 1, sign 14"),
        ('[{"code": "a"}, {"code": "b", "name_fr": "B"}]', "name_fr"),
        ('[{"code": "a", "name_fr": "A"}, {"code": "b"}]', "name_fr"),
        ('[{"code": "a", "code": "b"}]', "more than once"),
        ('[{"code": NaN}]', "NaN"),
        ('[{"code": {"a": 1}}]', "code"),
        ('[{"code": [1]}]', "code"),
        ('[{"code": ["a|b"]}]', "code"),
        ('[{"code": "\\ud800"}]', "control character"),
        ('[{"code": "\\u0000"}]', "control character"),
        ('[{"code": "a", "\\ud800": 1}]', "control character"),
        ('[{"code": ' + "[" * 100_000, "too deeply"),
        ('[{"titre": "x"}]', "No column"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, sentence: str) -> None:
    assert sentence in refusal(text)


def test_text_that_is_not_utf8_is_refused() -> None:
    assert "UTF-8" in refusal('[{"code": "sante", "name_fr": "Santé"}]'.encode("cp1252"))


def test_number_that_would_fill_a_disk_is_refused_in_its_cell(db: None) -> None:
    ((_number, cells),) = opened(b'[{"code": 1e999999999}]').rows
    assert len(str(cells[0])) < 20


def test_file_of_more_values_than_is_read_is_refused(settings: Any) -> None:
    settings.IMPORT_MAX_CELLS = 1000
    assert Limits.of_settings().cells == 1000
    assert "1000" in refusal("[" + ",".join(["{}"] * 600) + "]").replace("\u202f", "")
