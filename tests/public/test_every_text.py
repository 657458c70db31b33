"""Each text that stands in another language than the page is marked as such, on every public page and of every column:
the addresses are those of the configuration, the columns those of the models, so that later ones are tried too.

A text that was never translated is planted in every column, in one language alone; pages are read in another.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from modeltranslation.translator import translator

from programmes.languages import CODES
from programmes.models.data_version import mark_change
from programmes.models.guards import guards_lifted
from programmes.models.review import Reviewed, translated_columns
from programmes.public.urls import urlpatterns
from tests.public.page_languages import VOID
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample"), pytest.mark.slow]

PLANTED = {
    "fr": "Xq{}x est dans la fiche ",
    "ar": "هذا نص Xq{}x في البطاقة ",
    "en": "Xq{}x of the record ",
}
MARK = re.compile(r"Xq(\d+)x")
# what holds no elements that could say a language, and what is there to be copied
UNREAD = ("script", "style", "title", "desc", "code", "textarea")
# of how many records a page is read, and how many are tried to find them
READ, TRIED = 2, 6


def columns() -> list[tuple[type[models.Model], str]]:
    """Every text that a page may print: translated ones, and the words of what was reviewed, by table and name."""
    found = []
    for model in apps.get_app_config("programmes").get_models():
        if model in translator.get_registered_models(abstract=False):
            found += [(model, name) for name in sorted(translated_columns(model))]
        if issubclass(model, Reviewed):
            found += [
                (model, field.name)
                for field in model._meta.concrete_fields
                if type(field) is models.TextField
                and field.name not in translated_columns(model)
                # a wording has its language beside it; reviewers alone read why something unusual is right
                and field.name not in ("wording", "confirmation")
            ]
    return found


def plant(language: str) -> None:
    """Puts a text in one language in the place of each that there is."""
    with guards_lifted("texts to be found on pages"):
        for place, (model, name) in enumerate(columns()):
            text = Concat(
                Value(PLANTED[language].format(place)), Cast("pk", models.CharField()), Value(".")
            )
            rows = models.QuerySet(model)
            if name not in translated_columns(model):
                rows.exclude(**{name: ""}).update(**{name: text})
                continue
            filled = models.Q()
            for code in CODES:
                filled |= models.Q(**{f"{name}_{code}__gt": ""})
            others = {f"{name}_{code}": None for code in CODES if code != language}
            rows.filter(filled).update(**{f"{name}_{language}": text, **others})
    mark_change()


def pages() -> Iterator[tuple[str, dict[str, str]]]:
    """The pages of the configuration, by name and what stands in the address: some records of each."""
    client = Client()
    for route in urlpatterns:
        if "." in str(route.pattern):
            continue  # a file, a feed or a picture
        names = list(route.pattern.converters)
        found: list[dict[str, str]] = []
        for values in product(*(codes_for(name, route.name) for name in names)):
            with_codes = dict(zip(names, values, strict=True))
            if client.get(address(route.name, with_codes, "fr")).status_code == 200:
                found.append(with_codes)
            if len(found) == READ:
                break
        assert found, f"no record answers at {route.pattern}"
        yield from ((route.name, one) for one in found)


def codes_for(name: str, page: str) -> list[str]:
    """What may stand in an address: the codes of some records of the table of that name, or of each; those of which
    the page is called first."""
    tables = [
        model
        for model in apps.get_app_config("programmes").get_models()
        if name in ("code", model._meta.model_name)
        and any(field.name == "code" for field in model._meta.concrete_fields)
    ]
    tables.sort(key=lambda model: model._meta.model_name not in page)
    return [
        code
        for model in tables
        for code in models.QuerySet(model).order_by("pk").values_list("code", flat=True)[:TRIED]
    ]


def address(name: str, codes: dict[str, str], language: str) -> str:
    with override(language):
        return reverse(f"public:{name}", kwargs=codes)


class Reader(HTMLParser):
    """Finds the texts that were planted, with the language that the page says of each."""

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open, self.found = [("html", language)], list[tuple[int, str, str]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open[-1][0] not in UNREAD:
            self.found += [(int(place), self.open[-1][1], data) for place in MARK.findall(data)]


@pytest.mark.parametrize(("written", "read"), first([("fr", "ar"), ("ar", "en"), ("en", "fr")]))
def test_text_in_another_language_is_marked_on_every_page(written: str, read: str) -> None:
    told, asked, client = columns(), list(pages()), Client()
    plant(written)
    faults: dict[str, list[str]] = defaultdict(list)
    seen = set()
    for name, codes in asked:
        page = address(name, codes, read)
        reader = Reader(read)
        reader.feed(client.get(page).content.decode())
        for place, language, text in reader.found:
            model, column = told[place]
            seen.add(f"{model._meta.model_name}.{column}")
            if language != written:
                faults[f"{model._meta.model_name}.{column}"].append(f"{page}: {text.strip()}")
    assert {column: found[:3] for column, found in faults.items()} == {}
    # a page that leaves nothing to be read would pass too
    assert {
        "measurement.note",
        "targetrevision.definition",
        "targetrevision.reason",
        "programme.name",
    } <= seen
