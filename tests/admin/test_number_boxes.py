"""Each box for a number, on every form of the staff's site, refuses what is none, or beyond any column."""

from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import RequestFactory

from tests.admin.conftest import signed_in

TEXTS = ("NaN", "sNaN", "Infinity", "-Infinity", "1e999999999", "-1e999999999")


def number_boxes(root: Any) -> list[tuple[str, str]]:
    """(address, name of the box) of every number that a form asks for."""
    request = RequestFactory().get("/")
    request.user = root
    found = []
    for model, screen in admin.site._registry.items():
        if not screen.has_add_permission(request):
            continue
        form = screen.get_form(request)
        found += [
            (f"{model._meta.app_label}/{model._meta.model_name}", name)
            for name, box in form.base_fields.items()
            if isinstance(box, forms.IntegerField | forms.DecimalField)
        ]
    return found


@pytest.mark.long
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_box_refuses_what_is_no_number(language: str, root: Any) -> None:
    client, boxes = signed_in(root), number_boxes(root)
    assert len(boxes) >= 10
    for table, name in boxes:
        for text in TEXTS:
            response = client.post(f"/{language}/admin/{table}/add/", {name: text})
            assert response.status_code == 200, (table, name, text)
            assert response.context["adminform"].form.errors.get(name), (table, name, text)


def test_sentence_is_that_of_files(root: Any) -> None:
    response = signed_in(root).post("/fr/admin/programmes/measurement/add/", {"value": "sNaN"})
    assert response.context["adminform"].form.errors["value"] == [
        "«\u00a0sNaN\u00a0» n’est pas un nombre. Formes acceptées\u00a0: 1234.5, 1 234,5 ou 1.234,5."
    ]
    response = signed_in(root).post(
        "/ar/admin/programmes/measurement/add/", {"value": "1e999999999"}
    )
    assert response.context["adminform"].form.errors["value"] == [
        "«1e999999999» ليس عددا. المقبول: ⁦1234.5⁩ أو ⁦1 234,5⁩ أو ⁦1.234,5⁩."
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "«\u00a02.000\u00a0» peut se lire 2000 ou 2,000. Écrivez 2000 ou 2,0000."),
        ("ar", "يمكن قراءة «2.000» على أنه 2000 أو 2,000. اكتب 2000 أو 2,0000."),
    ],
)
def test_two_readings_of_what_is_typed_alone_speak_of_no_file(
    language: str, told: str, root: Any
) -> None:
    address = f"/{language}/admin/programmes/measurement/add/"
    response = signed_in(root).post(address, {"value": "2.000"})
    assert response.context["adminform"].form.errors["value"] == [told]


def test_number_that_is_too_long_is_refused_and_not_cut(root: Any) -> None:
    address = "/en/admin/programmes/measurement/add/"
    response = signed_in(root).post(address, {"value": "1" + " " * 70 + "5"})
    assert "value" in response.context["adminform"].form.errors
