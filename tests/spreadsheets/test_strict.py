"""A workbook in the strict form of its standard is read like any other."""

from typing import Any

import pytest

from programmes.spreadsheets.importing import jobs
from tests.conftest import make_member
from tests.spreadsheets.building import packed, raw_xlsx, xml_row

STRICT = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        "http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("sample")
def test_a_strict_workbook_with_one_error_has_that_cell_refused() -> None:
    editor: Any = make_member("edith", "editor", "MA")
    error = '<row r="3"><c r="A3" t="inlineStr"><is><t>bb</t></is></c><c r="B3" t="e"><v>#DIV/0!</v></c></row>'
    parts = raw_xlsx(xml_row(1, "code", "name_fr") + xml_row(2, "aa", "A") + error)
    for transitional, strict in STRICT.items():
        parts = {name: part.replace(transitional, strict) for name, part in parts.items()}
    job = jobs.check(jobs.send("sectors", packed(parts), "x.xlsx", by=editor))
    [[row, [[column, value, sentence, *offered]]]] = job.chunks.get(kind="refused").rows
    assert (row, column, value, job.counts["new"]) == (3, "name_fr", "#DIV/0!", 1)
    assert offered == [True, [], False]
    assert sentence.startswith("The cell holds the error #DIV/0!.")
