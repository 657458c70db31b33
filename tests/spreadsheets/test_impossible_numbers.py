"""What is written as a number and is none, or too large or too small for any column, is refused with a sentence."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from programmes.spreadsheets.columns.cells import IntegerCell, NumberCell
from programmes.spreadsheets.columns.numbers import read_number
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from tests.admin.builders import make_superuser
from tests.spreadsheets.building import ods_parts, packed, raw_xlsx, xml_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

TEXTS = ("NaN", "sNaN", "-sNaN123", "Infinity", "-Infinity", "1e999999999", "1e-999999999")
NOT_A_NUMBER = (
    "«\u00a0{}\u00a0» n’est pas un nombre. Formes acceptées\u00a0: 1234.5, 1 234,5 ou 1.234,5."
)
TOO_LONG = "«\u00a0{}\u00a0» est trop long\u00a0: 11 chiffres au plus sont conservés avant la virgule et {} après."
NUMBERS = [
    (name, column.code)
    for name, table in TABLES.items()
    for column in table().columns
    if isinstance(column.widget, NumberCell | IntegerCell) and not column.readonly
]


@pytest.fixture(autouse=True)
def in_french() -> None:
    translation.activate("fr")


@pytest.fixture
def root() -> Any:
    return make_superuser()


def csv(code: str, text: str) -> bytes:
    return f"{code};code\n{text};x\n".encode()


def as_json(code: str, text: str) -> bytes:
    """The number as a number, where JSON can write it so."""
    written = text if text.startswith("1e") else json.dumps(text)
    return f'[{{"{code}": {written}, "code": "x"}}]'.encode()


def xlsx(code: str, text: str) -> bytes:
    # a key beside it: without one, a file has to have every column that a new record needs
    head = xml_row(1, code, "ref")
    kind = "" if text.startswith("1e") else ' t="str"'
    return packed(raw_xlsx(f'{head}<row r="2"><c r="A2"{kind}><v>{text}</v></c></row>'))


def ods(code: str, text: str) -> bytes:
    cells = (
        f'office:value-type="string"><text:p>{code}</text:p>',
        f'office:value-type="float" office:value="{text}"><text:p>{text}</text:p>',
    )
    key = '<table:table-cell office:value-type="string"><text:p>ref</text:p></table:table-cell>'
    return packed(
        ods_parts(
            "".join(
                f"<table:table-row><table:table-cell {cell}</table:table-cell>{beside}</table:table-row>"
                for cell, beside in zip(cells, (key, ""), strict=True)
            )
        )
    )


# each workbook is opened in a process of its own, which takes its time: two tables stand for all
SOME = [(table, code) for table, code in NUMBERS if table in ("measurements", "territories")]


@pytest.mark.slow(each=True)
@pytest.mark.parametrize(
    ("write", "columns", "texts"),
    [
        (csv, NUMBERS, TEXTS),
        (as_json, NUMBERS, TEXTS),
        # a workbook keeps numbers in 64 bits: 1e-999999999 is 0 in it
        (xlsx, SOME, TEXTS[:-1]),
        (ods, SOME, TEXTS[:-1]),
    ],
)
def test_every_number_column_of_every_format_refuses_it(
    write: Any, columns: list[tuple[str, str]], texts: tuple[str, ...], root: Any
) -> None:
    """The row is refused in its column; a file that cannot be read at all is not taken."""
    read = 0
    for text in texts:
        for table, code in columns:
            try:
                job = jobs.check(jobs.send(table, write(code, text), "x", by=root))
            except jobs.UnreadableFileError:
                continue
            assert job.state == "refused", (table, code, text, job.message)
            if not job.message:
                found = [
                    cells
                    for chunk in job.chunks.filter(kind="refused")
                    for _row, cells in chunk.rows
                ]
                assert code in {column for cells in found for column, *_more in cells}
                read += 1
    assert read >= len(columns)


@pytest.mark.long
def test_any_column_of_any_table_refuses_it_or_takes_it_for_text(root: Any) -> None:
    """A territory named sNaN was an error of the server: its code is compared as a number."""
    for name, table in TABLES.items():
        codes = [column.code for column in table().columns if not column.readonly]
        for text in ("sNaN", "1e999999999"):
            for content in (
                (";".join(codes) + "\n" + ";".join([text] * len(codes)) + "\n").encode(),
                (
                    "[{" + ",".join(f'"{code}": {json.dumps(text)}' for code in codes) + "}]"
                ).encode(),
                ("[{" + ",".join(f'"{code}": 1e999999999' for code in codes) + "}]").encode(),
            ):
                try:
                    job = jobs.send(name, content, "x", by=root)
                except jobs.UnreadableFileError:
                    continue
                assert jobs.check(job).state == "refused", (name, content)


@pytest.mark.parametrize(
    ("language", "typed", "sentence"),
    [
        ("fr", "sNaN", NOT_A_NUMBER.format("sNaN")),
        ("fr", "Infinity", NOT_A_NUMBER.format("Infinity")),
        ("fr", "1e999999999", NOT_A_NUMBER.format("1e999999999")),
        ("fr", Decimal("sNaN"), NOT_A_NUMBER.format("sNaN")),
        ("fr", float("inf"), NOT_A_NUMBER.format("inf")),
        ("fr", float("nan"), NOT_A_NUMBER.format("nan")),
        ("fr", Decimal("1e999999999"), TOO_LONG.format("1E+999999999", 4)),
        ("fr", Decimal("1e-999999999"), TOO_LONG.format("1E-999999999", 4)),
        ("fr", 1e300, TOO_LONG.format("1e+300", 4)),
        ("ar", "sNaN", "«sNaN» ليس عددا. المقبول: ⁦1234.5⁩ أو ⁦1 234,5⁩ أو ⁦1.234,5⁩."),
        (
            "ar",
            Decimal("1e999999999"),
            "«1E+999999999» طويل جدا: لا يُحفظ أكثر من 11 رقما قبل الفاصلة و4 بعدها.",
        ),
    ],
)
def test_sentence_says_what_is_wrong(language: str, typed: Any, sentence: str) -> None:
    with translation.override(language), pytest.raises(ValueError, match=r".") as refused:
        read_number(typed)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "typed", [Decimal("0e999999999"), Decimal("-0e-999999999"), Decimal("0.0000000")]
)
def test_zero_is_zero_whatever_its_exponent(typed: Decimal) -> None:
    assert str(read_number(typed)) == "0"


def test_digits_are_never_rounded_away() -> None:
    """However many zeros stand between: 1.000…01 is not 1."""
    with pytest.raises(ValueError, match="trop long"):
        read_number(Decimal("1." + "0" * 300 + "1"))
    assert read_number(Decimal("1." + "0" * 300)) == 1
