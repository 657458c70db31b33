"""A record is called by its name wherever staff read of it: never by its code alone, on any screen of any table."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db import models
from django.urls import reverse
from django.utils import translation

from programmes import services
from programmes.admin.forms.labels import label_of
from programmes.models import Amendment, ImportJob, Series, Site, Target, TargetRevision
from tests.admin.builders import (
    make_centre,
    make_indicator,
    make_programme,
    make_series,
    make_target,
    make_world,
)
from tests.admin.conftest import signed_in

# codes of the records of the world: a word, a hyphen and a number
CODE = re.compile(
    r"(?<![\w-])(?:agreement|centre|dimension|indicator|milestone|organisation|programme|reply|sector|series|source"
    r"|target)-\d+(?:-\w+)*(?![\w-])"
)
BOXES = re.compile(r"<(input|textarea|option|script|style|select)\b.*?(?:</\1>|>)", re.DOTALL)
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>")
NUMBERED = re.compile(r"#\d")
LABELS = re.compile(r'(?:aria-label|title|alt)="([^"]*)"')
# what Django and the tracker keep of how they work: it has no name of its own
NAMELESS = (ImportJob, Site)


def read(html: str) -> str:
    """What a person reads of a page, by eye or by ear, without what stands in boxes."""
    heard = " ".join(LABELS.findall(html))
    text = unescape(TAGS.sub(" ", BOXES.sub(" ", html)) + " " + heard)
    return " ".join(text.split())


def codes_alone(html: str) -> list[str]:
    """The codes that are read without being asked for: not in what is folded."""
    return sorted(set(CODE.findall(read(FOLDED.sub(" ", html)))))


def screens() -> list[Any]:
    tables = [model for model in admin.site._registry if model._meta.app_label == "programmes"]
    return [
        pytest.param(model, id=model._meta.model_name) for model in tables if model not in NAMELESS
    ]


@pytest.fixture
def world(root: Any, places: Any) -> dict[type[models.Model], Any]:
    return make_world(places["MA-ERR"], root)


def page_of(row: models.Model, page: str) -> str:
    return reverse(f"admin:programmes_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.mark.parametrize("model", screens())
def test_page_that_asks_before_a_record_is_removed_names_it(
    model: type[models.Model], root: Any, world: dict[type[models.Model], Any]
) -> None:
    client, row = signed_in(root), world.get(model)
    if row is None:
        pytest.skip("the world has none")
    for language in ("fr", "ar"):
        address = page_of(row, "delete").replace("/fr/", f"/{language}/", 1)
        response = client.get(address)
        if response.status_code == 403:  # nobody removes such a row
            return
        html = response.content.decode()
        assert codes_alone(html) == []
        with translation.override(language):
            assert label_of(row) in unescape(html)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk]}
    answer = client.post(reverse(f"admin:programmes_{model._meta.model_name}_changelist"), chosen)
    if answer.status_code == 200:
        assert codes_alone(answer.content.decode()) == []


@pytest.mark.parametrize("model", screens())
def test_history_names_the_record(
    model: type[models.Model], root: Any, world: dict[type[models.Model], Any]
) -> None:
    row = world.get(model)
    if row is None or not hasattr(model, "history"):
        pytest.skip("it has none")
    html = signed_in(root).get(page_of(row, "history")).content.decode()
    assert codes_alone(html) == []
    version = row.history.first()
    address = reverse(
        f"admin:programmes_{model._meta.model_name}_simple_history", args=[row.pk, version.pk]
    )
    shown = signed_in(root).get(address).content.decode()
    own = getattr(row, "code", "")
    assert [code for code in codes_alone(shown) if code != own] == []


@pytest.mark.parametrize("model", screens())
def test_page_of_a_record_names_the_others(
    model: type[models.Model], root: Any, world: dict[type[models.Model], Any]
) -> None:
    """Title, boxes and lists under them. Its own code stands in what is folded."""
    row = world.get(model)
    if row is None:
        pytest.skip("the world has none")
    html = signed_in(root).get(page_of(row, "change")).content.decode()
    assert codes_alone(html) == []
    assert NUMBERED.findall(read(html)) == []


@pytest.mark.parametrize("model", screens())
def test_list_and_empty_form_of_a_table_name_records(
    model: type[models.Model], root: Any, world: dict[type[models.Model], Any]
) -> None:
    client = signed_in(root)
    for page in ("changelist", "add"):
        answer = client.get(reverse(f"admin:programmes_{model._meta.model_name}_{page}"))
        if page == "add" and answer.status_code == 403:  # nobody adds such a row by hand
            return
        html = answer.content.decode()
        assert codes_alone(html) == []
        assert NUMBERED.findall(read(html)) == []


@pytest.mark.parametrize("model", screens())
def test_label_of_a_record_has_neither_its_code_nor_a_number_of_a_row(
    model: type[models.Model], world: dict[type[models.Model], Any]
) -> None:
    row = world.get(model)
    if row is None:
        pytest.skip("the world has none")
    for words in (label_of(row), str(row)):
        assert CODE.findall(words) == []
        assert NUMBERED.findall(words) == []


@pytest.mark.parametrize("name", ["target", "series", "reply", "category", "centre", "source"])
def test_code_of_a_new_record_is_folded_and_not_asked_for(name: str, root: Any) -> None:
    answer = signed_in(root).get(reverse(f"admin:programmes_{name}_add"))
    *_others, (title, options) = answer.context["adminform"].fieldsets
    assert (title, list(options["fields"]), options["classes"][0]) == ("Code", ["code"], "collapse")
    assert not answer.context["adminform"].form.fields["code"].required


def test_series_added_by_hand_gets_a_code_of_what_it_joins(root: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"], code="jobintech")
    indicator = make_indicator(code="trained")
    form = {
        "indicator": indicator.pk, "programme": programme.pk, "territory": places["MA-ERR"].pk, "code": "",
        "role": "progress", "figures": "own", "interval_months": 12, "delay_days": 0,
    }  # fmt: skip
    signed_in(root).post("/fr/admin/programmes/series/add/", form)
    assert Series.objects.get().code == "jobintech-trained-ma-err"


def test_target_in_a_list_to_choose_from_says_what_is_promised(root: Any, places: Any) -> None:
    """Two promises of one series are told apart without their codes."""
    indicator = make_indicator(name_fr="Jeunes formés")
    series = make_series(places["MA-ERR"], indicator=indicator)
    make_target(series, root, value=2500)
    found = signed_in(root).get(
        "/fr/admin/autocomplete/?app_label=programmes&model_name=target&field_name=share_of"
    )
    [one] = found.json()["results"]
    assert one["text"].replace("\xa0", " ").replace("\u202f", " ") == (
        "Jeunes formés – Errachidia : 2 500 à l’horizon 2026"
    )


def test_centre_is_told_apart_by_its_place(places: Any) -> None:
    centre = make_centre(places["MA-ERR"], name_fr="École 1337", locality_fr="Benguerir")
    assert label_of(centre) == "École 1337 (Benguerir)"
    assert label_of(make_centre(places["MA-ERR"], name_fr="CMC")) == "CMC (Errachidia)"
    assert label_of(make_centre(places["MA-ERR"], name_fr="CMC d’Errachidia")) == "CMC d’Errachidia"


def test_draft_target_is_called_by_its_name_when_it_is_removed(root: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"], name_fr="JobInTech", name_ar="جوب إن تيك")
    indicator = make_indicator(name_fr="Jeunes formés", name_ar="شباب مكوَّنون")
    series = make_series(
        places["MA-ERR"], indicator=indicator, programme=programme, code="jobintech-errachidia"
    )
    target = make_target(series, root)
    client = signed_in(root)
    name = "Jeunes formés – JobInTech – Errachidia : 15 000 à l’horizon 2026"
    kept = read(client.get(page_of(target, "delete")).content.decode())
    assert (
        f"Supprimer « {name} » (objectif) demanderait de supprimer aussi ces fiches protégées"
        in kept
    )
    assert "Annonce ou révision d’objectif : Jeunes formés – JobInTech – Errachidia – n° 1" in kept
    services.discard(target.revisions.get(), by=root)
    name = "Jeunes formés – JobInTech – Errachidia"  # nothing is promised any more
    asked = read(client.get(page_of(target, "delete")).content.decode())
    assert f"Supprimer « {name} » (objectif) ? Ce qui suit en dépend" in asked
    answer = client.post(page_of(target, "delete"), {"post": "yes"})
    [message] = [str(one) for one in get_messages(answer.wsgi_request)]
    assert message.replace("\xa0", " ") == f"Suppression faite : objectif « {name} »."


def test_names_of_series_targets_announcements_and_proposals(root: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"], name_fr="JobInTech")
    indicator = make_indicator(name_fr="Jeunes formés")
    series = make_series(places["MA-ERR"], indicator=indicator, programme=programme)
    target = make_target(series, root)
    with translation.override("fr"):
        name = "Jeunes formés – JobInTech – Errachidia"
        assert str(Series.objects.get()) == name
        assert str(Target.objects.get()) == name
        assert str(TargetRevision.objects.get()) == f"{name} – n° 1"
        row = services.propose_showing(target, by=root)
        assert str(Amendment.objects.get(pk=row.pk)) == f"mise en ligne – {name}"
        assert label_of(Amendment.objects.get(pk=row.pk)) == f"Mise en ligne – {name}"
        own = make_series(places["MA-ERR"], name_fr="Chômage des jeunes", programme=None)
        assert str(own) == "Chômage des jeunes – Errachidia"


def test_box_of_another_form_gets_the_name_of_what_was_just_added(root: Any, places: Any) -> None:
    indicator = make_indicator(name_fr="Jeunes formés")
    form = {
        "indicator": indicator.pk, "territory": places["MA-ERR"].pk, "code": "series-77", "role": "progress",
        "figures": "own", "interval_months": 12, "delay_days": 0, "is_public": "on", "_popup": "1",
    }  # fmt: skip
    answer = signed_in(root).post("/fr/admin/programmes/series/add/", form)
    said = json.loads(answer.context["popup_response_data"])
    assert said["obj"] == "Jeunes formés – Errachidia"
