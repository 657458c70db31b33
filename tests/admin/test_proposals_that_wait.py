"""Proposals that meet another one, a record that changed meanwhile, or that have no reason yet: said, nothing lost."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from programmes import services
from programmes.models import Amendment, Series
from programmes.models.guards import guards_lifted
from tests import builders as public
from tests.admin.builders import make_programme, make_series
from tests.admin.conftest import signed_in
from tests.reasons import WITHOUT_WORDS


def _page(row: Any, name: str = "change", *args: str, language: str = "fr") -> str:
    table = f"programmes_{row._meta.model_name}_{name}"
    return reverse(f"admin:{table}", args=[row.pk, *args]).replace("/fr/", f"/{language}/", 1)


@pytest.fixture
def series(places: Any) -> Series:
    return public.show(make_series(places["MA-ERR"]))


VALUES = {"role": "progress", "figures": "own", "delay_days": "0"}
SAME = {
    "fr": "Cette modification est déjà proposée : modifiez cette proposition, ou attendez qu’elle soit tranchée.",
    "ar": "سبق اقتراح التعديل نفسه: عدِّلوا ذلك الاقتراح أو انتظروا البت فيه.",
}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_same_proposal_again_links_to_the_one_that_waits_and_keeps_what_was_typed(
    alice: Any, editor: Any, series: Series, language: str
) -> None:
    first = services.propose_change(
        series, {"interval_months": 6}, by=alice, reason="Rythme de l’arrêté"
    )
    address = _page(series, "propose", "change", language=language)
    for user in (alice, editor):
        client = signed_in(user)
        page = client.post(
            address, VALUES | {"interval_months": "6", "reason_fr": "Un autre motif"}
        )
        html = page.content.decode()
        assert page.status_code == 200
        assert SAME[language].replace(" :", "\u00a0:") in html
        assert f'href="{_page(first, language=language)}"' in html
        assert "Un autre motif" in html
    first.refresh_from_db()
    assert first.reason == "Rythme de l’arrêté"
    assert Amendment.objects.filter(kind="change").count() == 1


def test_a_record_that_changed_meanwhile_is_told_as_a_person_reads_it(
    alice: Any, reviewer: Any, places: Any
) -> None:
    programme = public.show(make_programme(places["MA-ERR"], name_fr="Écoles", name_ar="مدارس"))
    changes = {"name": {"fr": "Écoles du numérique"}, "start": "2021"}
    row = services.propose_change(programme, changes, by=alice, reason="Mal recopié")
    row = services.submit(row, by=alice)
    with guards_lifted("somebody else was first"):
        programme.name_fr, programme.start = "Lycées", public.day("2022-02-17")
        programme.save()
    client = signed_in(reviewer)
    shown = client.get(_page(row, "review", "publish"), follow=True)
    ((desk, _status),) = shown.redirect_chain
    response = client.post(desk, {"do": "publish", "seen": shown.context["seen"]})
    (said,) = response.context["publish"].non_field_errors()
    assert "{" not in said
    assert (
        "La fiche a changé depuis la proposition. Nom – Français : valeur « Écoles » au moment de la proposition, "
        "« Lycées » aujourd’hui; Début : valeur rien au moment de la proposition, « 17 février 2022 » aujourd’hui. "
        "Proposez de nouveau."
    ).replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»") in said


def test_a_return_to_an_earlier_state_gives_its_reason_before_it_is_submitted(
    root: Any, places: Any
) -> None:
    programme = make_programme(places["MA-ERR"], name_fr="Ancien nom")
    first = programme.history.earliest()
    programme.name_fr = "Nouveau nom"
    programme.save()
    programme = public.show(programme)
    client = signed_in(root)
    client.post(_page(programme, "simple_history", str(first.pk)), {"name_fr": "Ancien nom"})
    row = Amendment.objects.get()
    assert (row.state, row.reason) == ("draft", "")
    response = client.post(_page(row), {"reason_fr": "", "_submit_for_review": "1"})
    (said,) = [str(one) for one in get_messages(response.wsgi_request) if one.level_tag == "error"]
    assert "Donnez le motif\u00a0: le public le lit à côté de ce qui change." in said
    client.post(_page(row), {"reason_fr": "Nom de l’arrêté", "_submit_for_review": "1"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("submitted", "Nom de l’arrêté")


@pytest.mark.slow
@pytest.mark.parametrize("reason", WITHOUT_WORDS)
def test_a_form_refuses_a_reason_without_letters_and_keeps_the_rest(
    alice: Any, series: Series, reason: str
) -> None:
    client, address = signed_in(alice), _page(series, "propose", "change")
    page = client.post(address, VALUES | {"interval_months": "6", "reason_fr": reason})
    assert page.status_code == 200
    assert page.context["fieldsets"][0].form["interval_months"].value() == "6"
    assert "reason_fr" in page.context["fieldsets"][1].form.errors
    assert not Amendment.objects.exists()
