"""Files as people send them, built in memory: workbooks of three kinds, honest and hostile."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def xlsx(sheets: Mapping[str, Iterable[Iterable[Any]]], **hidden: str) -> bytes:
    """A workbook of openpyxl: rows of values by sheet name; `hidden` gives a sheet's state."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = hidden.get(title, "visible")
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else None
            file.writestr(name, content, compress_type=stored)
    return out.getvalue()


def raw_xlsx(
    rows: str, *, strings: str = "", sheets: int = 1, **more: str | bytes
) -> dict[str, str | bytes]:
    """The parts of a workbook whose sheets hold these rows of XML; `more` adds parts, `__` for a slash."""
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'{relations}<Relationship Id="s" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>',
        **{
            f"xl/worksheets/sheet{n}.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}">'
            f"<sheetData>{rows}</sheetData></worksheet>"
            for n in numbers
        },
        **{name.replace("__", "/"): content for name, content in more.items()},
    }


def xml_row(number: int, *texts: str) -> str:
    """A row of text cells from column A."""
    cells = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for place, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'


def ods_parts(rows: str, sheet: str = "Données") -> dict[str, str | bytes]:
    """The parts of an ODS whose one sheet holds these rows of XML."""
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest xmlns:manifest="urn:m"/>',
        "content.xml": f'{_HEAD}<office:document-content xmlns:office="urn:o" xmlns:table="urn:t"'
        ' xmlns:text="urn:x" xmlns:calcext="urn:c"><office:body><office:spreadsheet>'
        f"<table:table table:name={quoteattr(sheet)}>{rows}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>",
    }


def ods(rows: Iterable[Iterable[Any]], sheet: str = "Données") -> bytes:
    """An ODS of one sheet: text, numbers, dates, yes and no."""
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row)) or '<table:table-cell/>'}</table:table-row>"
        for row in rows
    )
    return packed(ods_parts(lines, sheet))


def _ods_cell(value: Any) -> str:
    if value in (None, "") and not isinstance(value, bool):
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind = f'"boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, datetime | date):
        kind = f'"date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind = f'"float" office:value="{value!r}"'
    else:
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
    return f"<table:table-cell office:value-type={kind}/>"
