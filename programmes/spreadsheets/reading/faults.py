"""Where a workbook's cells hold an error or a formula without its result: calamine gives both as empty cells.

Only parts that hold one are read here: packages.py says which.
"""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from programmes.spreadsheets.columns.values import CellFault
from programmes.spreadsheets.reading.limits import Clock, Limits, damaged
from programmes.spreadsheets.reading.packages import Package
from programmes.spreadsheets.reading.shown_cells import part_of_sheet, position

# row and column, both from 0
Faults = dict[tuple[int, int], CellFault]

_SMALL_PART = 4 * 1024 * 1024


def faults_of(
    package: Package, suspects: set[str], sheet: str, limits: Limits, clock: Clock
) -> Faults:
    """The faulty cells of one sheet. Raises UnreadableFileError where the part cannot be read."""
    if not suspects:
        return {}
    if package.kind == "ods":
        reader: _Cells = _OpenDocumentCells(limits, sheet)
        return reader.read(package.unpacked("content.xml"), clock)
    part = _part_of(package, sheet)
    if part not in suspects:
        return {}
    return _WorksheetCells(limits).read(package.unpacked(part), clock)


def _part_of(package: Package, sheet: str) -> str:
    """The name of the part that holds a sheet."""
    workbook = _tree(package, "xl/workbook.xml")
    relations = _tree(package, "xl/_rels/workbook.xml.rels")
    try:
        return part_of_sheet(workbook, relations, sheet)
    except ValueError as error:
        raise damaged() from error


def _tree(package: Package, part: str) -> ElementTree.Element:
    content = b""
    for chunk in package.unpacked(part):
        content += chunk
        if len(content) > _SMALL_PART:
            raise damaged()
    try:
        return ElementTree.fromstring(content)
    # an encoding that nobody knows is a LookupError, one that cannot be read by parts a ValueError
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise damaged() from error


class _Cells:
    """Goes through the cells of a sheet, keeping nothing but the faulty ones."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: Faults = {}
        self.text: list[str] | None = None

    def read(self, chunks: Iterator[bytes], clock: Clock) -> Faults:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._named(self.start)
        parser.EndElementHandler = self._named(self.end)
        parser.CharacterDataHandler = self.characters
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
                clock.check()
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise damaged() from error
        return self.found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        raise NotImplementedError

    def characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    @staticmethod
    def _named(handle: Callable[..., None]) -> Callable[..., None]:
        def handler(name: str, *attributes: Any) -> None:
            handle(name.rpartition(" ")[2], *attributes)

        return handler


class _WorksheetCells(_Cells):
    """A sheet of an XLSX. A cell without a position stands behind the one before it."""

    row, column = -1, -1
    kind, has_formula, value = "", False, ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif name == "c":
            self._place(attributes.get("r"))
            self.kind, self.has_formula, self.value = attributes.get("t", ""), False, ""
        elif name == "f":
            self.has_formula = True
        elif name == "v":
            self.text = []

    def end(self, name: str) -> None:
        if name == "v" and self.text is not None:
            self.value, self.text = "".join(self.text), None
        elif name == "c":
            if self.kind == "e":
                self.found[self.row, self.column] = CellFault(self.value or "#")
            elif self.has_formula and not self.value and self.kind not in ("str", "inlineStr"):
                self.found[self.row, self.column] = CellFault("=")

    def _place(self, name: str | None) -> None:
        if name is None:
            self.column += 1
        else:
            self.row, self.column = position(name)


class _OpenDocumentCells(_Cells):
    """A sheet of an ODS, where rows and cells can stand for several."""

    def __init__(self, limits: Limits, sheet: str) -> None:
        super().__init__(limits)
        self.sheet, self.inside = sheet, False
        self.row, self.column, self.rows, self.cells = 0, 0, 1, 1
        self.is_error, self.notes = False, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name == "table":
            self.inside = local.get("name") == self.sheet
        elif not self.inside:
            return
        elif name == "table-row":
            self.rows, self.column = int(local.get("number-rows-repeated", "1")), 0
        elif name in ("table-cell", "covered-table-cell"):
            self.cells = int(local.get("number-columns-repeated", "1"))
            # the extension's type says "error" beside the plain one, which says "string"
            self.is_error = "error" in [
                value for key, value in attributes.items() if key.endswith(" value-type")
            ]
            self.text = [] if self.is_error else None

    def end(self, name: str) -> None:
        if name == "table":
            self.inside = False
        elif not self.inside:
            return
        elif name == "table-row":
            self.row += self.rows
        elif name in ("table-cell", "covered-table-cell"):
            if self.is_error:
                self._keep("".join(self.text or []).strip() or "#")
            self.text, self.is_error = None, False
            self.column += self.cells

    def _keep(self, code: str) -> None:
        rows, cells = min(self.rows, self.limits.rows), min(self.cells, self.limits.columns)
        self.limits.check_cells(len(self.found) + rows * cells)
        for row in range(self.row, self.row + rows):
            for column in range(self.column, self.column + cells):
                self.found[row, column] = CellFault(code)
