"""One column of a table, described once: for import, export, messages and documentation alike."""

from typing import Any

from django.db import models
from django.utils.functional import lazystr
from import_export.fields import Field
from import_export.widgets import Widget

from programmes import languages
from programmes.calculations.dates import PreciseDate
from programmes.spreadsheets.columns.lookups import Lookups


class Column(Field):
    """A field of import-export with what people need to know of it.

    Args:
        code: the stable name, accepted as a header in every language.
        label: the header that a reader of one language sees.
        cell: how values are read and written.
        required: an empty cell is refused.
        read_only: exported, ignored on import.
        decided: read only, and a file that says otherwise of a stored record is refused with this sentence.
        many: holds several records.
        attribute: where it stands on the record; the code where not given.
        language: the language of its text, of a translated column.
        one_of: what it is called without its language, where a new record has it in one language at least.
        bare: the label without its language, where files of before had one column in the place of all: it is read as
            that of the language in which it is written.
    """

    def __init__(
        self,
        code: str,
        label: Any,
        cell: Widget,
        *,
        required: bool = False,
        read_only: bool = False,
        decided: Any = "",
        many: bool = False,
        attribute: str | None = None,
        language: str = "",
        one_of: str = "",
        bare: Any = "",
    ) -> None:
        super().__init__(
            attribute=attribute or code,
            column_name=code,
            widget=cell,
            readonly=read_only or bool(decided),
        )
        self.decided = decided
        self.code, self.label, self.required, self.many = code, label, required, many
        self.language, self.one_of, self.bare = language, one_of, bare

    @property
    def declared(self) -> str:
        """The name by which its model declares it sealed or open: a text in three languages has one."""
        name = str(self.attribute)
        return name.removesuffix(f"_{self.language}") if self.language else name

    def read_cell(
        self, value: Any, lookups: Lookups, number_format: str = "", rounding: int | None = None
    ) -> Any:
        """The value a cell stands for. Raises ValueError with a sentence."""
        return self.widget.clean(
            value, lookups=lookups, number_format=number_format, rounding=rounding
        )

    def written(self, value: Any) -> str:
        """A value as a file shows it, for messages and previews."""
        shown = self.widget.render(value)
        return "" if shown is None else str(shown)

    def holds(self, record: models.Model) -> bool:
        """Whether this is the column in which such a record has its value, where two columns stand for one."""
        return True

    def of(self, record: models.Model) -> Any:
        """The value that a record has now."""
        value = self.get_value(record)
        if self.many:
            return list(value.all()) if record.pk else []
        return value

    def same(self, before: Any, after: Any) -> bool:
        """Whether two values are one: nothing and an empty text are, nothing and zero are not."""
        if isinstance(before, PreciseDate) and isinstance(after, PreciseDate):
            return before.notation == after.notation
        if isinstance(before, str):
            before = before.replace("\r\n", "\n")
        return (None if before == "" else before) == (None if after == "" else after)


def in_each_language(
    code: str,
    label: Any,
    cell: Widget,
    *,
    required: bool = False,
    had_one: bool = False,
    **options: Any,
) -> list[Column]:
    """A column in each language of the site; where it is required, a new record fills one of them.

    had_one: files of before had one column in their place.
    """
    return [
        Column(
            f"{code}_{language}",
            lazystr(_LanguageLabel(label, language)),
            cell,
            language=language,
            one_of=code if required else "",
            bare=label if had_one else "",
            **options,
        )
        for language in languages.CODES
    ]


class _LanguageLabel:
    """A label with its language behind it, in the reader's language when it is read."""

    def __init__(self, label: Any, language: str) -> None:
        self.label, self.language = label, language

    def __str__(self) -> str:
        return f"{self.label} ({languages.label(self.language)})"
