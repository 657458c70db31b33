"""Files as people send them."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes.languages import CODES
from programmes.models.names import fold, fold_header
from programmes.spreadsheets.columns.cells import ChoiceCell
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.values import FAULTY_TEXTS
from programmes.spreadsheets.reading.headers import header_names
from programmes.spreadsheets.reading.sheets import (
    ReadOptions,
    UnreadableFileError,
    open_sheet,
)
from tests.spreadsheets.building import ods, xlsx

SECTORS = "code,name_fr,name_ar,name_en\nsante,Santé,الصحة,Health\n"


def opened(content: bytes, table: str = "sectors", **options: str) -> Any:
    return open_sheet(content, "x.csv", TABLES[table](), ReadOptions(**options))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_each_encoding_and_with_each_delimiter(
    encoding: str, delimiter: str
) -> None:
    sheet = opened(SECTORS.replace(",", delimiter).encode(encoding))
    assert [column.code for column in sheet.columns] == ["code", "name_fr", "name_ar", "name_en"]
    assert list(sheet.rows) == [(2, ["sante", "Santé", "الصحة", "Health"])]


def test_what_was_detected_is_said() -> None:
    assert opened(SECTORS.replace(",", ";").encode("utf-16")).detected == {
        "kind": "csv",
        "encoding": "utf-16",
        "delimiter": ";",
        "number_format": "",
        "rounding": "",
        "header_row": "1",
    }
    assert opened(SECTORS.encode(), number_format="1.234,5").detected["number_format"] == "1.234,5"


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("name", list(TABLES))
def test_every_label_in_every_language_names_its_column(name: str, language: str) -> None:
    columns = TABLES[name]().columns
    names = header_names(columns)
    with translation.override(language):
        found = [names.get(fold_header(f" {str(column.label).upper()} *")) for column in columns]
    assert found == columns


@pytest.mark.parametrize("name", list(TABLES))
def test_no_label_of_a_closed_set_means_two_values(name: str) -> None:
    cells = [
        column.widget for column in TABLES[name]().columns if isinstance(column.widget, ChoiceCell)
    ]
    for cell in cells:
        for language in CODES:
            with translation.override(language):
                assert [cell.clean(str(choice.label)) for choice in cell.choices] == list(
                    cell.choices
                )


@pytest.mark.parametrize(
    ("name", "header", "code"),
    [
        ("measurements", "note", "note_fr"),
        ("measurements", "Note", "note_fr"),
        ("measurements", "ملاحظة", "note_ar"),
        ("measurements", "reason of the correction", "reason_en"),
        ("measurements", "reason", "reason_fr"),
        ("target-revisions", "reason", "reason_fr"),
        ("milestone-statements", "السبب", "reason_ar"),
        ("targets", "definition", "definition_fr"),
        ("target-revisions", "التعريف", "definition_ar"),
    ],
)
def test_header_of_a_file_from_before_is_the_column_of_its_language(
    name: str, header: str, code: str
) -> None:
    assert header_names(TABLES[name]().columns)[fold_header(header)].code == code


def test_columns_are_known_in_any_order_case_and_with_stray_signs() -> None:
    sheet = opened("\u200f  NAME\u00a0(arabic) ;unknown; Code* ;\nالصحة;x;sante;\n".encode())
    assert [column.code for column in sheet.columns] == ["name_ar", "code"]
    assert sheet.headers == ["\u200f  NAME\u00a0(arabic)".strip(), "Code*"]
    assert sheet.ignored == ["unknown"]
    assert list(sheet.rows) == [(2, ["الصحة", "sante"])]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_title_and_notes_stand_above_the_header(kind: str) -> None:
    rows = [["Sectors 2026"], [], ["code"], ["see below"], [], ["name_fr", "code"], [], ["x", "y"]]
    sheet = opened(_file(kind, rows))
    assert (sheet.detected["header_row"], list(sheet.rows)) == ("6", [(8, ["x", "y"])])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"\xff\xfe\x00",
        "name_fr\nSanté\n".encode("cp1252"),
        b"\x00\x01\x02\x03",
        b"%PDF-1.7",
        b"PK\x03\x04broken",
        b"PK\x05\x06" + bytes(18),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old",
        b"a,b\n1,2\n",
        b"code,name_fr\n",
        b"name_fr\nSante\n",
        b"code,code\nx,y\n",
        b"code,CODE*\nx,y\n",
        b'code,name_fr\n"x,y\n',
        b"x" * (10 * 1024 * 1024 + 1),
    ],
)
@pytest.mark.parametrize("language", CODES)
def test_unreadable_file_is_refused_with_a_sentence(content: bytes, language: str) -> None:
    with translation.override(language), pytest.raises(UnreadableFileError) as refused:
        list(opened(content).rows)
    assert str(refused.value).endswith(".")


# Whatever is written is read, or refused where it stands.

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآةىؤئ"
WORDS = st.text(alphabet="abcXYZéèçÀœ€–’'\"|;,\t .-_=+@#" + ARABIC, max_size=12)
TEXTS = WORDS.filter(lambda text: text.strip() and text not in FAULTY_TEXTS)
SHEETS = st.lists(
    st.lists(st.one_of(st.just(""), TEXTS), min_size=4, max_size=4).filter(any),
    min_size=1,
    max_size=6,
)
COLUMNS = ["code", "name_fr", "name_ar", "name_en"]
# a file that is opened in another process takes some hundredths of a second
SLOW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@given(
    rows=SHEETS,
    order=st.permutations(COLUMNS),
    language=st.sampled_from([*CODES, "codes"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
@settings(deadline=None)
def test_csv_is_read_as_written(
    rows: list[list[str]],
    order: list[str],
    language: str,
    encoding: str,
    delimiter: str,
    quoting: int,
) -> None:
    lines = [_headers(order, language), *rows]
    sheet = opened(_csv(lines, delimiter, quoting).encode(encoding))
    assert [column.code for column in sheet.columns] == order
    assert list(sheet.rows) == list(enumerate(rows, start=2))


@given(rows=SHEETS, encoding=st.sampled_from(["cp1252", "cp1256"]))
@settings(deadline=None)
def test_csv_of_an_old_encoding_is_read_as_written_once_it_is_chosen(
    rows: list[list[str]], encoding: str
) -> None:
    kept = [[cell.encode(encoding, "ignore").decode(encoding) for cell in row] for row in rows]
    filled = [(n, row) for n, row in enumerate(kept, start=2) if any(map(str.strip, row))]
    content = _csv([COLUMNS, *kept], ";", csv.QUOTE_ALL).encode(encoding)
    if not filled:
        return
    assert list(opened(content, encoding=encoding).rows) == filled


VALUES = st.one_of(
    TEXTS.filter(lambda text: "\t" not in text and "=" not in text[:1]),
    st.integers(-(10**11), 10**11),
    st.floats(-1e11, 1e11).map(lambda value: round(value, 4)),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
    st.just(""),
)


@pytest.mark.long
@given(
    rows=st.lists(
        st.lists(VALUES, min_size=4, max_size=4).filter(lambda row: any(v != "" for v in row)),
        min_size=1,
        max_size=6,
    ),
    order=st.permutations(COLUMNS),
    language=st.sampled_from([*CODES, "codes"]),
    kind=st.sampled_from(["xlsx", "ods"]),
    above=st.integers(0, 3),
)
@SLOW
def test_workbook_is_read_as_written(
    rows: list[list[Any]], order: list[str], language: str, kind: str, above: int
) -> None:
    lines = [*([[]] * above), _headers(order, language), *rows]
    sheet = opened(_file(kind, lines))
    assert [column.code for column in sheet.columns] == order
    read = list(sheet.rows)
    assert [number for number, _cells in read] == [above + 2 + n for n in range(len(rows))]
    for written, (_number, cells) in zip(rows, read, strict=True):
        assert [_plain(cell) for cell in cells] == [_plain(value) for value in written]


def _plain(value: Any) -> Any:
    """A cell to compare: -0.0 is 0, 1 and 1.0 are one number, True is not 1; ODS keeps single spaces only."""
    if isinstance(value, bool | date):
        return type(value), value
    if isinstance(value, int | float):
        return float(f"{value + 0.0:.15g}")
    return " ".join(value.split(" "))


def _headers(codes: list[str], language: str) -> list[str]:
    if language == "codes":
        return codes
    columns = {column.code: column for column in TABLES["sectors"]().columns}
    with translation.override(language):
        return [str(columns[code].label) for code in codes]


def _csv(rows: list[list[str]], delimiter: str, quoting: int) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(rows)
    return out.getvalue()


def _file(kind: str, rows: list[list[Any]]) -> bytes:
    if kind == "csv":
        return _csv(rows, ",", csv.QUOTE_MINIMAL).encode()
    return xlsx({"S": rows}) if kind == "xlsx" else ods(rows)


def test_folded_labels_are_what_people_type() -> None:
    assert fold("Nom (français)") == "nom(francais)"
