"""Boxes that search instead of listing."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect


class KnownAutocomplete(AutocompleteSelect):
    """An autocomplete that need not ask the database for a label it was given. `known`: by key."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known: dict[str, str] = {}

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list[Any]:
        chosen = [str(one) for one in value if one not in (None, "")]
        if not chosen or not all(one in self.known for one in chosen):
            return super().optgroups(name, value, attr)
        options = [self.create_option(name, "", "", False, 0)] if not self.is_required else []
        options += [
            self.create_option(name, key, self.known[key], set(chosen), len(options))
            for key in chosen
        ]
        return [(None, options, 0)]
