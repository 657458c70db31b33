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
from programmes.admin.labels import label_of
from programmes.models import Amendment, ImportJob, Series, Site, Target, TargetRevision
from tests.admin.builders import (
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
TAGS = re.compile(r"<[^>]+>")
LABELS = re.compile(r'(?:aria-label|title|alt)="([^"]*)"')
# what Django and the tracker keep of how they work: it has no name of its own
NAMELESS = (ImportJob, Site)


def read(html: str) -> str:
    """What a person reads of a page, by eye or by ear, without what stands in boxes."""
    heard = " ".join(LABELS.findall(html))
    text = unescape(TAGS.sub(" ", BOXES.sub(" ", html)) + " " + heard)
    return " ".join(text.split())


def codes_alone(html: str) -> list[str]:
    """The codes that stand by themselves: not behind a name, in brackets."""
    text = re.sub(r"\((\u2066)?[\w-]+(\u2069)?\)", "", read(html))
    return sorted(set(CODE.findall(text)))


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
    """Its own code may stand on it, beside its label, and in the columns of codes of lists under it."""
    row = world.get(model)
    if row is None:
        pytest.skip("the world has none")
    html = signed_in(root).get(page_of(row, "change")).content.decode()
    form = html.partition("</form>")[0] if "</form>" in html else html
    own = {getattr(row, "code", "")}
    assert [code for code in codes_alone(form) if code not in own] == []


def test_draft_target_is_called_by_its_name_when_it_is_removed(root: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"], name_fr="JobInTech", name_ar="جوب إن تيك")
    indicator = make_indicator(name_fr="Jeunes formés", name_ar="شباب مكوَّنون")
    series = make_series(
        places["MA-ERR"], indicator=indicator, programme=programme, code="jobintech-errachidia"
    )
    target = make_target(series, root)
    client = signed_in(root)
    name = "Jeunes formés – JobInTech – Errachidia (jobintech-errachidia)"
    kept = read(client.get(page_of(target, "delete")).content.decode())
    assert (
        f"Supprimer « {name} » (objectif) demanderait de supprimer aussi ces fiches protégées"
        in kept
    )
    assert "Jeunes formés – JobInTech – Errachidia – n° 1" in kept
    services.discard(target.revisions.get(), by=root)
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
        assert (
            label_of(Amendment.objects.get(pk=row.pk)) == f"Mise en ligne – {name} ({target.code})"
        )
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
