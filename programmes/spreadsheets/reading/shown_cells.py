"""What a person sees in a workbook beside the raw values of its cells: per cents, months and years, what is hidden.

Used by workbook_process.py, in its bounds; it knows nothing of the site. Rows and columns are counted from 0.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

# how a cell is shown, where that says more than its value
PERCENT, MONTH, YEAR = "%", "m", "y"
# as another value than it is: with digits or a word for thousands behind it, scaled, or not at all
OTHERWISE = "?"
# formats that an XLSX or XLS knows by number alone
KNOWN_FORMATS = {9: PERCENT, 10: PERCENT, 17: MONTH}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_SCALED = re.compile(r"[0#?],+(?![,0#?])")
# what beside a number makes another one of it: digits that go on, a word or sign for a thousand and the like
_SCALES = re.compile(
    r"^\s*[.,]?\d|‰|\b(?:k|kdh|k€|md|mdh|mds|mmdh|centaines?|mille|milliers?|millions?|milliards?"
    r"|hundreds?|thousands?|billions?|bn|(?-i:M))\b|ألف|آلاف|مليون|ملايين|مليار",
    re.IGNORECASE,
)
_INSIDE = re.compile(r'[0#?](?:"[^"\s]+"|\\\S|\[\$[^\]]*\d[^\]]*\])[0#?]|[0#?]\[\$\s*\d')
_A_YEAR = re.compile(r"[\s/.-]*(?:y{1,4}|a{2,4}|e{1,2})[\s/.-]*")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELEMENT = re.compile(rb"<(?:\w+:)?(row|col|c)\b([^<>]*)>")
_ATTRIBUTE = re.compile(rb'\b(r|s|min|max|hidden)\s*=\s*["\']([^"\']*)["\']')
_HIDDEN = ("collapse", "filter")
# figures above or below the line, as a footnote beside a number: as plain digits they would be a part of it
RAISED, LOWERED = (
    str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
)
_CHUNK = 1024 * 1024
_VERTICAL = b"vertAlign"
# a longer one is none that a spreadsheet program keeps
_LONGEST_FORMAT = 255
_MOST_REPEATED = 10_000
# what has more is no number
_MOST_RUNS = 500
_MOST_COLUMNS = 16_384


@dataclass
class SheetDisplay:
    """`kinds` by row and column; `hidden` rows; `merges` as first row, first column, last row, last column.

    `texts`, by row and column: cells with figures above or below the line, which stand as such in the text.
    """

    kinds: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    texts: dict[int, dict[int, str]] = field(default_factory=dict)


def kind_of_format(code: str) -> str:
    """How a number format shows a cell; empty where it shows what the cell holds."""
    code = code[:_LONGEST_FORMAT]
    plain = _NOT_SHOWN.sub("", code).split(";")[0].lower()
    # of all its sections, as it is by the value which one holds
    literals = [one or other for one, other in _LITERAL.findall(code)]
    is_nothing = not plain.strip() and ('"' in code or ";" in code)
    is_scaled = _SCALED.search(_NOT_SHOWN.sub(" ", code)) or "‰" in plain
    if any(map(_SCALES.search, literals)) or is_scaled or _INSIDE.search(code) or is_nothing:
        return OTHERWISE
    if "%" in plain:
        return PERCENT
    if "e+" in plain or "general" in plain or set(plain) & set("dhs#0"):
        return ""
    if "y" in plain or "aa" in plain:
        if "m" in plain:
            return MONTH
        # T2 2024, septembre 2024, 2024-2025
        says_more = any(re.search(r"\w", literal) for literal in literals)
        return OTHERWISE if says_more or not _A_YEAR.fullmatch(plain) else YEAR
    return ""


def shown_in_package(content: bytes, sheet: str) -> SheetDisplay:
    """What is shown in a sheet of an XLSX or ODS."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if "content.xml" in package.namelist():
            return _OpenDocument(sheet).read(package)
        return _of_xlsx(package, sheet)


def _of_xlsx(package: zipfile.ZipFile, sheet: str) -> SheetDisplay:
    styles = _styles(package)
    shown = SheetDisplay()
    strings = _strings_off_the_line(package)
    row, column, rest, has_own = -1, -1, b"", False
    workbook = ElementTree.fromstring(package.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    worksheet = part_of_sheet(workbook, relations, sheet)
    with package.open(worksheet) as part:
        while chunk := part.read(_CHUNK):
            seen = rest + chunk
            cut = seen.rfind(b"<")
            seen, rest = seen[:cut], seen[cut:]
            has_own = has_own or _VERTICAL in seen
            if not styles and b"hidden" not in seen:
                continue
            for name, found in _ELEMENT.findall(seen):
                values = dict(_ATTRIBUTE.findall(found))
                is_hidden = values.get(b"hidden") in (b"1", b"true")
                if name == b"col":
                    if is_hidden:
                        first, last = int(values.get(b"min", 1)), int(values.get(b"max", 0))
                        shown.hidden_columns.update(range(first - 1, min(last, _MOST_COLUMNS)))
                    continue
                if name == b"row":
                    row, column = int(values[b"r"]) - 1 if b"r" in values else row + 1, -1
                    if is_hidden:
                        shown.hidden.add(row)
                    continue
                if b"r" in values:
                    row, column = position(values[b"r"].decode())
                else:
                    column += 1
                if kind := styles.get(values.get(b"s", b"0")):
                    shown.kinds.setdefault(row, {})[column] = kind
    # hardly a sheet has any: only then is it gone through again
    if strings or has_own:
        shown.texts = _off_the_line(package, worksheet, strings)
    return shown


def _strings_off_the_line(package: zipfile.ZipFile) -> dict[str, str]:
    """The shared texts that have figures above or below the line, by their number."""
    part = "xl/sharedStrings.xml"
    if part not in package.namelist() or not _holds(package, part, _VERTICAL):
        return {}
    listed = enumerate(ElementTree.fromstring(package.read(part)).iterfind("{*}si"))
    texts = ((number, _with_figures_off_the_line(one)) for number, one in listed)
    return {str(number): text for number, text in texts if text}


def _off_the_line(
    package: zipfile.ZipFile, worksheet: str, strings: dict[str, str]
) -> dict[int, dict[int, str]]:
    """The texts of cells that have figures above or below the line, by row and column."""
    found: dict[int, dict[int, str]] = {}
    row = column = -1
    with package.open(worksheet) as part:
        for _event, one in ElementTree.iterparse(part):
            if not one.tag.endswith("}row"):
                continue
            row, column = int(one.get("r", row + 2)) - 1, -1
            for cell in one.iterfind("{*}c"):
                column = position(cell.get("r", ""))[1] if "r" in cell.attrib else column + 1
                own = cell.find("{*}is")
                text = strings.get(cell.findtext("{*}v", ""), "") if cell.get("t") == "s" else ""
                if own is not None:
                    text = _with_figures_off_the_line(own)
                if text:
                    found.setdefault(row, {})[column] = text
            one.clear()
    return found


def _with_figures_off_the_line(string: ElementTree.Element) -> str:
    """A text of an XLSX whose raised or lowered figures stand as such; empty where it has none."""
    parts, is_plain = [], True
    runs = string.findall("{*}r")
    if len(runs) > _MOST_RUNS:
        return ""
    for run in runs:
        place = run.find("{*}rPr/{*}vertAlign")
        text = run.findtext("{*}t", "")
        signs = {"superscript": RAISED, "subscript": LOWERED}.get(
            place.get("val", "") if place is not None else ""
        )
        parts.append(text.translate(signs) if signs else text)
        is_plain = is_plain and parts[-1] == text
    return "" if is_plain else "".join(parts)


def _holds(package: zipfile.ZipFile, name: str, wanted: bytes) -> bool:
    rest = b""
    with package.open(name) as part:
        while chunk := part.read(_CHUNK):
            if wanted in rest + chunk:
                return True
            rest = chunk[-len(wanted) :]
    return False


def _styles(package: zipfile.ZipFile) -> dict[bytes, str]:
    """The styles of cells that show more than a value, by their number."""
    if "xl/styles.xml" not in package.namelist():
        return {}
    tree = ElementTree.fromstring(package.read("xl/styles.xml"))
    formats: dict[int, str] = dict(KNOWN_FORMATS)
    for one in tree.iterfind("{*}numFmts/{*}numFmt"):
        formats[int(one.get("numFmtId", "0"))] = kind_of_format(one.get("formatCode", ""))
    cells = tree.iterfind("{*}cellXfs/{*}xf")
    kinds = (formats.get(int(one.get("numFmtId", "0")), "") for one in cells)
    return {str(number).encode(): kind for number, kind in enumerate(kinds) if kind}


def part_of_sheet(workbook: ElementTree.Element, relations: ElementTree.Element, sheet: str) -> str:
    """The name of the part of an XLSX that holds a sheet. Raises ValueError where none does."""
    own = next((one for one in workbook.iterfind(".//{*}sheet") if one.get("name") == sheet), None)
    named = own.items() if own is not None else ()
    relation = next((value for name, value in named if name.endswith("relationships}id")), "")
    for one in relations:
        if relation and one.get("Id") == relation:
            target = one.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise ValueError(sheet)


def position(name: str) -> tuple[int, int]:
    """The row and column of a cell by its name, such as C14; both from 0."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]) - 1, column - 1


class _OpenDocument:
    """A sheet of an ODS, where rows and cells can stand for several."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.inside, self.shown = sheet, False, SheetDisplay()
        # the kinds of formats, and of cells, by the names of their styles
        self.formats: dict[str, str] = {}
        self.styles: dict[str, str] = {}
        self.format, self.parts = "", set[str]()
        # the number style that is being read
        self.number_style = ""
        self.defaults: list[str] = []
        self.row = self.column = 0
        self.rows = 1
        # the style that is being read; those of texts off the line; those that the text stands in; the text
        self.style = ""
        self.off_the_line: dict[str, dict[int, int]] = {}
        self.spans: list[str] = []
        self.text, self.is_plain, self.in_note = "", True, False

    def read(self, package: zipfile.ZipFile) -> SheetDisplay:
        for name in ("styles.xml", "content.xml"):
            if name not in package.namelist():
                continue
            parser = self.parser = expat.ParserCreate()
            parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
            with package.open(name) as part:
                while chunk := part.read(_CHUNK):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        return self.shown

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.startswith("number:") and name.endswith("-style"):
            self.number_style = attributes.get("style:name", "")
        if name == "style:map" and self.number_style:
            # mmm-yy;@ is a style of texts that leads numbers to one of dates
            applied = self.formats.get(attributes.get("style:apply-style-name", ""), "")
            self.formats.setdefault(self.number_style, applied)
        elif name == "number:percentage-style":
            self.formats[attributes.get("style:name", "")] = PERCENT
        elif name == "number:date-style":
            self.format, self.parts = attributes.get("style:name", ""), set()
        elif name.startswith("number:"):
            self.parts.add(name.removeprefix("number:"))
            if name == "number:text":
                self.parser.CharacterDataHandler = self._literal
            elif attributes.get("number:display-factor", "1") != "1":
                self.formats[self.number_style] = OTHERWISE
        elif name == "style:style":
            kind = self.formats.get(attributes.get("style:data-style-name", ""), "")
            parent = self.styles.get(attributes.get("style:parent-style-name", ""), "")
            self.style = attributes.get("style:name", "")
            self.styles[self.style] = kind or parent
        elif name == "style:text-properties":
            place = attributes.get("style:text-position", "0").split()[0]
            if place.startswith(("super", "sub", "-")) or place.rstrip("%") != "0":
                signs = LOWERED if place.startswith(("sub", "-")) else RAISED
                self.off_the_line[self.style] = signs
                # only then is the text of cells looked at
                self.parser.CharacterDataHandler = self.characters
        elif name == "table:table":
            self.inside = attributes.get("table:name") == self.sheet
            self.row, self.defaults = 0, []
        elif self.inside:
            self._in_sheet(name, attributes)

    def _in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table-column":
            times = min(int(attributes.get("table:number-columns-repeated", "1")), _MOST_REPEATED)
            if attributes.get("table:visibility") in _HIDDEN:
                first = len(self.defaults)
                self.shown.hidden_columns.update(range(first, first + times))
            self.defaults += [attributes.get("table:default-cell-style-name", "")] * times
        elif name == "table:table-row":
            self.rows = int(attributes.get("table:number-rows-repeated", "1"))
            self.column = 0
            if attributes.get("table:visibility") in _HIDDEN:
                self.shown.hidden.update(range(self.row, self.row + min(self.rows, _MOST_REPEATED)))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)
            self.text, self.is_plain = "", True
        elif name == "text:span":
            self.spans.append(attributes.get("text:style-name", ""))
        elif name == "office:annotation":
            self.in_note = True

    def _literal(self, text: str) -> None:
        """What a format writes beside a value."""
        if re.search(r"\w", text):
            self.parts.add("words")
        if self.number_style and _SCALES.search(text):
            self.formats[self.number_style] = OTHERWISE

    def characters(self, text: str) -> None:
        """Text of the document; that of a cell is kept."""
        if self.in_note:
            return
        signs = next(
            (self.off_the_line[name] for name in self.spans if name in self.off_the_line), None
        )
        seen = text.translate(signs) if signs else text
        self.text += seen
        self.is_plain = self.is_plain and seen == text

    def _cell(self, attributes: dict[str, str]) -> None:
        times = int(attributes.get("table:number-columns-repeated", "1"))
        kind, value = "", attributes.get("office:value-type", "")
        if value == "percentage":
            kind = PERCENT
        elif value:
            default = self.defaults[self.column] if self.column < len(self.defaults) else ""
            kind = self.styles.get(attributes.get("table:style-name", default), "")
        if kind:
            for row in range(self.row, self.row + min(self.rows, _MOST_REPEATED)):
                for column in range(self.column, self.column + min(times, _MOST_REPEATED)):
                    self.shown.kinds.setdefault(row, {})[column] = kind
        down = int(attributes.get("table:number-rows-spanned", "1"))
        across = int(attributes.get("table:number-columns-spanned", "1"))
        if down > 1 or across > 1:
            last = self.row + down - 1, self.column + across - 1
            self.shown.merges.append((self.row, self.column, *last))
        self.column += times

    def end(self, name: str) -> None:
        if name == "number:date-style":
            known = self.formats.get(self.format)
            if (
                known != OTHERWISE
                and "day" not in self.parts
                and "hours" not in self.parts
                and "year" in self.parts
            ):
                is_year = not self.parts & {"words", "quarter"}
                self.formats[self.format] = (
                    MONTH if "month" in self.parts else YEAR if is_year else OTHERWISE
                )
        elif name == "table:table":
            self.inside = False
        elif name == "table:table-row":
            self.row += self.rows
        elif name == "office:annotation":
            self.in_note = False
        elif name == "text:span" and self.spans:
            self.spans.pop()
        elif name == "table:table-cell" and self.inside and not self.is_plain:
            self.shown.texts.setdefault(self.row, {})[self.column - 1] = self.text
            self.is_plain = True
        elif name == "number:text":
            self.parser.CharacterDataHandler = self.characters if self.off_the_line else None
        if name.startswith("number:") and name.endswith("-style"):
            self.number_style = ""


def merged(ranges: Any) -> list[tuple[int, int, int, int]]:
    """The merged ranges of a sheet as calamine gives them."""
    return [(*first, *last) for first, last in ranges or []]
