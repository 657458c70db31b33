"""Finding rows by their keys and names while a file is checked: each table is read once."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext as _

from programmes import access, country, languages
from programmes.models import Territory
from programmes.models.names import fold
from programmes.spreadsheets.columns.values import CellRefusal
from programmes.type_names import certain

# the columns by which people name a record, where its table has them
_NAMES = (*(f"name_{code}" for code in languages.CODES), "acronym")


# what people put before the name of a place, or behind it
_KIND = re.compile(
    rf"\s*(?:{'|'.join(re.escape(word) for kind in country.KINDS for word in kind.before) or '(?!)'})"
    r"(?:\s+d\S?\s*['’]\s*|\s+d[eu]s?\s+(?:la\s+|l['’]\s*)?|\s+of\s+|\s+)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:\([^()]*\)"
    + "".join(rf"|\s{re.escape(word)}" for kind in country.KINDS for word in kind.behind)
    + r")\s*\Z",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\(([^()]*)\)\s*\Z")
# the level that each word says: people call prefectures provinces, and never a region one
_LEVELS = {fold(word): kind.level for kind in country.KINDS for word in kind.before}
# so alike a name must be to be suggested, of 1, and so long
_NEAR, _SHORTEST_NEAR = 0.82, 4


def _bare(text: str) -> str:
    """A name without the kind of place before it, or one or a code in brackets behind it."""
    return _BEHIND.sub("", _KIND.sub("", text, count=1)).strip() or text


def _beside(text: str) -> set[str]:
    """The words that stand beside the bare name of a text."""
    named, bare = ({fold(word) for word in re.findall(r"\w+", one)} for one in (text, _bare(text)))
    return named - bare


class SeveralRecordsError(CellRefusal):
    """A name that fits more than one record; the message lists them with their codes."""

    def __init__(self, name: str, found: list[models.Model], key: str) -> None:
        listed = sorted(f"{row} ({getattr(row, key)})" for row in found)
        super().__init__(
            _("“%(name)s” fits several records: %(records)s. Write the code of the one you mean.")
            % {"name": name, "records": ", ".join(listed)},
            sorted(getattr(row, key) for row in found),
        )


class Lookups:
    """The rows that the sender may refer to, by key and name, and those that earlier rows of the file will make.

    A row outside the sender's scope is not found, as if it did not exist.
    """

    def __init__(self, by: User) -> None:
        self.by = by
        self._tables: dict[tuple[type[models.Model], str], _Rows] = {}
        self._groups: dict[tuple[type[models.Model], str], dict[Any, list[models.Model]]] = {}

    def find(
        self, model: type[models.Model], key: str, value: str, related: tuple[str, ...] = ()
    ) -> models.Model | None:
        """The row that a text means: by its key, then by the HCP code of a territory, then by its key or a name
        however they are spelled (see names.py). None where there is none in scope.

        Raises:
            SeveralRecordsError: the text is a name of more than one.
        """
        return self._table(model, key, related).find(value)

    def near(self, model: type[models.Model], key: str, value: str) -> list[models.Model]:
        """The records whose names or codes are nearest to a text, at most three, the nearest first."""
        return self._table(model, key).near(value)

    def grouped(
        self, model: type[models.Model], key: str, related: tuple[str, ...], by: str
    ) -> dict[Any, list[models.Model]]:
        """The rows of a table by the record or value that they have at an attribute, such as series__indicator."""
        if (model, by) not in self._groups:
            groups: dict[Any, list[models.Model]] = {}
            for row in self._table(model, key, related).by_key.values():
                value: Any = row
                for name in by.split("__"):
                    value = getattr(value, name)
                groups.setdefault(value, []).append(row)
            self._groups[model, by] = groups
        return self._groups[model, by]

    def expect(self, row: models.Model, key: str) -> None:
        """Makes a row that is still to be saved known to the rows after it."""
        self._table(type(row), key).add(row)

    def _table(self, model: type[models.Model], key: str, related: tuple[str, ...] = ()) -> "_Rows":
        if (model, key) not in self._tables:
            rows = access.visible(model._default_manager.all(), self.by)
            self._tables[model, key] = _Rows(key, rows.select_related(*related))
        return self._tables[model, key]


class _Rows:
    """The rows of one table by every text that means them. Names are folded when the first one is looked for."""

    def __init__(self, key: str, rows: models.QuerySet[Any]) -> None:
        self.key = key
        self.by_key = {getattr(row, key): row for row in rows}
        self.by_number: dict[Decimal, models.Model] | None = None
        self.by_spelling: dict[str, list[models.Model]] | None = None

    def find(self, text: str) -> models.Model | None:
        found = self.by_key.get(text)
        if found is None:
            found = self._by_hcp_code(text)
        if found is not None:
            return found
        folded = fold(text)
        if self.by_spelling is None:
            self.by_spelling = {}
            for row in self.by_key.values():
                self._spell(row)
        rows = self.by_spelling.get(folded, [])
        if not rows and (bare := _bare(text)) != text:
            # a name with its kind before it or its code behind it, which say the same as the record
            row = self.find(bare)
            return row if row is None or self._agrees(text, row) else None
        if len(rows) > 1:
            # a code in another case or with other hyphens still comes before a name
            rows = [row for row in rows if fold(getattr(row, self.key)) == folded] or rows
        if len(rows) > 1:
            raise SeveralRecordsError(text, rows, self.key)
        return rows[0] if rows else None

    def _agrees(self, text: str, row: models.Model) -> bool:
        """Whether what stands beside a bare name says the same as the record: its kind, and what brackets name.

        Marrakech is a prefecture, so “région de Marrakech” is not it; “Marrakech-Safi (urbain)” is a part of it.
        """
        parent = None
        behind = _BRACKETS.search(text)
        said = behind[1].strip() if behind else ""
        if isinstance(row, Territory):
            levels = {_LEVELS[word] for word in _beside(text) & _LEVELS.keys()}
            if levels and row.level not in levels:
                return False
            parent = row.parent
            said = "" if fold(said) in _LEVELS else said
        try:
            return not said or self.find(said) in (row, parent or row)
        except SeveralRecordsError as several:
            return any(getattr(one, self.key) in several.near for one in (row, parent) if one)

    def near(self, text: str) -> list[models.Model]:
        self.find(text)
        folded = fold(_bare(text))
        if len(folded) < _SHORTEST_NEAR:
            return []
        known = self.by_spelling or {}
        spellings = get_close_matches(folded, known, n=3, cutoff=_NEAR)
        found = {id(row): row for one in spellings for row in known[one]}
        return list(found.values())[:3]

    def add(self, row: models.Model) -> None:
        self.by_key[getattr(row, self.key)] = row
        if self.by_spelling is not None:
            self._spell(row)
        self.by_number = None

    def _by_hcp_code(self, text: str) -> models.Model | None:
        """By the HCP code, as a number: a spreadsheet turns 01.511 into 1.511."""
        if self.by_number is None:
            self.by_number = {
                Decimal(row.hcp_code): row
                for row in self.by_key.values()
                if getattr(row, "hcp_code", "").replace(".", "", 1).isdecimal()
            }
        if not self.by_number:
            return None
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation:
            return None
        # sNaN is a Decimal too, and cannot be looked up
        return self.by_number.get(number) if number.is_finite() else None

    def _spell(self, row: models.Model) -> None:
        for spelling in {fold(text) for text in self._texts(row)} - {""}:
            rows = certain(self.by_spelling).setdefault(spelling, [])
            if not any(row is other for other in rows):
                rows.append(row)

    def _texts(self, row: models.Model) -> Iterator[str]:
        yield getattr(row, self.key)
        for name in _NAMES:
            yield getattr(row, name, "") or ""
        yield from getattr(row, "other_spellings", "").splitlines()
