"""Boxes that search instead of listing."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from programmes.admin.forms.keys import can_be_key


class MultipleAutocomplete(AutocompleteSelectMultiple):
    """An autocomplete of several records that passes over what cannot be a key, instead of failing on it."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        return super().optgroups(name, list(filter(can_be_key, value)), attr)


class PrefilledAutocomplete(AutocompleteSelect):
    """An autocomplete that need not ask the database for a label that it was given. labels: by key."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.labels: dict[str, str] = {}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        value = list(filter(can_be_key, value))
        chosen = [str(one) for one in value]
        if not chosen or not all(one in self.labels for one in chosen):
            return super().optgroups(name, value, attr)
        options = [self.create_option(name, "", "", False, 0)] if not self.is_required else []
        options += [
            self.create_option(name, key, self.labels[key], True, len(options)) for key in chosen
        ]
        return [(None, options, 0)]
