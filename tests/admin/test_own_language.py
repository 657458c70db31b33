"""A record made in Arabic alone: its boxes stand first, its code is made by itself, a file may do the same."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation
from modeltranslation.translator import translator

from programmes.models import Amendment, Programme, Site, Source
from tests.admin.conftest import signed_in
from tests.admin.posting import send_file

NO_EVIDENCE = {"evidence-TOTAL_FORMS": 0, "evidence-INITIAL_FORMS": 0}
NO_PARTS = {
    f"{name}-{form}_FORMS": 0
    for name in ("participations", "stages")
    for form in ("TOTAL", "INITIAL")
}


def _add(language: str, table: str) -> str:
    with translation.override(language):
        return reverse(f"admin:programmes_{table}_add")


TRANSLATED = [
    model
    for model, screen in admin.site._registry.items()
    if model in translator.get_registered_models() and not issubclass(model, (Amendment, Site))
]


@pytest.mark.parametrize("model", TRANSLATED, ids=lambda model: model.__name__)
@pytest.mark.parametrize(
    ("language", "order"), [("ar", ["ar", "fr", "en"]), ("fr", ["fr", "ar", "en"])]
)
def test_the_boxes_of_the_own_language_come_first(
    language: str, order: list[str], model: Any, root: Any
) -> None:
    html = signed_in(root).get(_add(language, model._meta.model_name)).content.decode()
    boxes = [
        text for text in translator.get_options_for_model(model).fields if f"id_{text}_" in html
    ]
    assert boxes
    for text in boxes:
        assert re.findall(rf'id="id_{text}_(\w\w)"', html) == order


def test_a_programme_is_made_with_an_arabic_name_alone(root: Any) -> None:
    address = _add("ar", "programme")
    client = signed_in(root)
    for code in ("mkhtt-almghrb", "mkhtt-almghrb-2"):
        assert client.post(address, NO_PARTS | {"name_ar": "مخطط المغرب"}).status_code == 302
        row = Programme.objects.latest("pk")
        assert (row.code, row.name_ar, row.name_fr or "") == (code, "مخطط المغرب", "")


def test_a_source_is_made_with_an_arabic_title(root: Any) -> None:
    typed = {"kind": "article", "title": "بلاغ", "date": "03/04/2026"}
    assert signed_in(root).post(_add("ar", "source"), NO_EVIDENCE | typed).status_code == 302
    assert Source.objects.get().code == "blagh"


def test_a_name_without_letters_still_gets_a_code(root: Any) -> None:
    assert signed_in(root).post(_add("fr", "programme"), NO_PARTS | {"name_fr": "…"}).url
    assert Programme.objects.get().code == "programme"


def test_no_name_at_all_is_told_beside_the_own_language_and_the_code_is_not_asked_for(
    root: Any,
) -> None:
    page = signed_in(root).post(_add("ar", "programme"), NO_PARTS)
    assert page.context["adminform"].form.errors == {
        "name_ar": ["املأ هذه الخانة بلغة واحدة على الأقل."]
    }


def test_the_code_is_folded_and_last(root: Any) -> None:
    page = signed_in(root).get(_add("fr", "programme"))
    *others, last = page.context["adminform"]
    assert [line.fields for line in last] == [["code"]]
    assert last.is_collapsible
    assert all("code" not in line.fields for part in others for line in part)


def test_a_file_may_name_a_record_in_one_language(root: Any) -> None:
    assert send_file("programmes", root, "code,name_ar\nplan,مخطط\n") == ""
    assert Programme.objects.get().name_ar == "مخطط"
    assert send_file("programmes", root, "code,name_ar,name_fr\nvide,,\n") == (
        "Remplissez ce champ dans une langue au moins."
    )


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("15 mars 2026", "2026-03-15"),
        ("décembre 2025", "2025-12"),
        ("30 شتنبر 2025", "2025-09-30"),
        ("T1 2025", "2025-01..2025-03"),
        ("الفصل الأول 2025", "2025-01..2025-03"),
    ],
)
def test_a_date_is_typed_as_people_write_it(
    language: str, typed: str, kept: str, root: Any
) -> None:
    boxes = {"kind": "article", "title": "Titre", "date": typed, "read_on": "٣٠ شتنبر 2026"}
    page = signed_in(root).post(_add(language, "source"), NO_EVIDENCE | boxes)
    assert page.status_code == 302, page.context["adminform"].form.errors
    source = Source.objects.get()
    assert (source.date.notation, source.read_on) == (kept, date(2026, 9, 30))


def test_boxes_of_dates_go_as_what_is_typed_goes(root: Any) -> None:
    html = signed_in(root).get(_add("ar", "source")).content.decode()
    boxes = re.findall(r'<input[^>]* id="id_(?:date|read_on)"[^>]*>', html)
    assert ['dir="auto"' in box for box in boxes] == [True, True]


@pytest.mark.parametrize(("language", "asked"), [("ar", "id_name_ar"), ("fr", "id_name_fr")])
def test_the_name_in_the_own_language_is_marked_as_asked_for(
    language: str, asked: str, root: Any
) -> None:
    html = signed_in(root).get(_add(language, "programme")).content.decode()
    marked = [box for box in re.findall(r"<input[^>]*>", html) if "data-asked" in box]
    assert [re.search(r'id="([^"]+)"', box)[1] for box in marked][:1] == [asked]


@pytest.mark.parametrize(
    ("language", "titles"),
    [("fr", ("Saisi par", "État")), ("ar", ("حسب من أدخله", "حسب الحالة"))],
)
def test_titles_of_filters_read_well(language: str, titles: tuple[str, ...], root: Any) -> None:
    with translation.override(language):
        address = reverse("admin:programmes_measurement_changelist")
    html = signed_in(root).get(address).content.decode()
    found = [" ".join(one.split()) for one in re.findall(r"<summary>([^<]*)</summary>", html)]
    assert [title for title in titles if title in found] == list(titles), found


@pytest.mark.parametrize(("language", "words"), [("fr", "73 %"), ("ar", "73")])
def test_the_measure_is_explained_where_it_is_chosen(language: str, words: str, root: Any) -> None:
    page = signed_in(root).get(_add(language, "indicator"))
    assert words in str(page.context["adminform"].form.fields["measure"].help_text)


@pytest.mark.parametrize(
    ("language", "month", "chosen"),
    [
        (
            "fr",
            "Août",
            ["%(sel)s fiche choisie sur %(cnt)s", "%(sel)s fiches choisies sur %(cnt)s"],
        ),
        (
            "ar",
            "غشت",
            [
                "لم تُحدد أي بطاقة من أصل %(cnt)s",
                "حُددت بطاقة واحدة من أصل %(cnt)s",
                "حُددت بطاقتان من أصل %(cnt)s",
                "حُددت %(sel)s بطاقات من أصل %(cnt)s",
                "حُددت %(sel)s بطاقة من أصل %(cnt)s",
                "حُددت %(sel)s بطاقة من أصل %(cnt)s",
            ],
        ),
    ],
)
def test_scripts_speak_as_the_pages_do(
    language: str, month: str, chosen: list[str], root: Any
) -> None:
    script = signed_in(root).get(f"/{language}/admin/jsi18n/").content.decode()
    words = json.loads(re.search(r"const newcatalog = (\{.*?\});", script, re.DOTALL)[1])
    assert words["August"] == month
    assert words["%(sel)s of %(cnt)s selected"] == chosen
