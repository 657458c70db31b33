"""The rule of names: a record has one in at least one language of the site, whichever it is."""

from collections.abc import Collection
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programmes import languages

ONE_LANGUAGE = _("Fill this in in one language at least.")


class NamedModel(models.Model):
    """A table whose records are known by texts in several languages. `named`: those that are never without any."""

    named: ClassVar[tuple[str, ...]] = ("name",)

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Refuses a record that lacks one of them in all languages, beside the reader's own."""
        left_out = {*(exclude or ()), *self.named}
        found: dict[str, list[ValidationError]] = {}
        try:
            # the column without a language is a copy: which one, depends on who saved last
            super().clean_fields(exclude=left_out)
        except ValidationError as error:
            found = error.update_error_dict({})
        for name in self.named:
            columns = [f"{name}_{code}" for code in own_first()]
            asked = [column for column in columns if column not in left_out]
            if asked and not any((getattr(self, one) or "").strip() for one in columns):
                found.setdefault(asked[0], []).append(ValidationError(ONE_LANGUAGE, "one_language"))
        if found:
            raise ValidationError(found)


def own_first() -> tuple[str, ...]:
    """The languages of the site, the reader's own before the others."""
    own = get_language() or ""
    return tuple(sorted(languages.CODES, key=lambda code: code != own))
