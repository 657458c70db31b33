"""Forms that help: what is unusual is said and confirmed, records are named, history says what changed, what is due."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone, translation

from programmes import services
from programmes.admin.review.review_steps import STEPS, Answer, refusal_of, seen_mark
from programmes.models import Measurement, Series
from programmes.spreadsheets.importing.sample import data_account
from tests import builders as public
from tests.admin.builders import make_centre, make_measurement, make_series, make_target
from tests.admin.conftest import signed_in
from tests.admin.posting import address_of, as_shown

SPACES = str.maketrans({"\xa0": " ", "\u202f": " "})


def _english(address: str) -> str:
    return address.replace("/fr/", "/en/", 1)


def _said(response: Any) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request)]


@pytest.fixture
def series(places: Any) -> Series:
    """A total at 1,000 of the 15,000 that were promised."""
    found = public.make_series("total", territory=places["MA-ERR"])
    public.make_target("total", series=found, value=15000, due="2026-12-31")
    public.make_measurement(found, "2024-05-29", 1000)
    return found


@pytest.fixture
def typed(series: Series) -> dict[str, Any]:
    """A form of a new figure that is a thousand times the last one."""
    return {
        "series": series.pk,
        "as_of": "31/05/2024",
        "value": "1 490 000",
        "qualifier": "exactly",
        "source": public.make_source().pk,
        "shares-TOTAL_FORMS": 0,
        "shares-INITIAL_FORMS": 0,
    }


def test_unusual_value_is_said_while_the_form_is_filled_in(
    alice: Any, bob: Any, typed: dict[str, Any]
) -> None:
    address = _english(reverse("admin:programmes_measurement_check_new"))
    doubts = signed_in(alice).post(address, typed).json()["doubts"]
    assert [text.translate(SPACES) for text in doubts] == [
        "1,490,000 is ten times the value before it, or more: 1,000 on 29/05/2024.",
        "1,490,000 is more than what was promised: 15,000.",
    ]
    # before the source is chosen, too
    assert signed_in(alice).post(address, typed | {"source": ""}).json()["doubts"] == doubts
    for value in ("1 100", "mille", ""):
        assert signed_in(alice).post(address, typed | {"value": value}).json() == {"doubts": []}
    assert signed_in(bob).post(address, typed).json() == {"doubts": []}
    assert Measurement.objects.count() == 1


def test_unusual_value_is_saved_as_a_draft_and_submitted_with_a_tick_and_a_word(
    alice: Any, typed: dict[str, Any]
) -> None:
    client = signed_in(alice)
    add = _english(reverse("admin:programmes_measurement_add"))
    page = client.post(add, typed | {"_submit_for_review": "1"})
    assert page.context["adminform"].form.errors == {
        "confirmation": ["This value is unusual. Look again, tick the box and say why it is right."]
    }
    assert client.post(add, typed | {"_save": "1"}).status_code == 302
    assert Measurement.objects.get(value=1490000).state == "draft"
    words = {"looked": "on", "confirmation": "Total national", "_submit_for_review": "1"}
    assert client.post(add, typed | {"as_of": "01/06/2024"} | words).status_code == 302
    row = Measurement.objects.get(state="submitted")
    assert (row.confirmation, row.events.get().note) == ("Total national", "Total national")


def test_unusual_value_is_said_once_where_its_form_stays_open(
    alice: Any, typed: dict[str, Any]
) -> None:
    client, add = signed_in(alice), _english(reverse("admin:programmes_measurement_add"))
    page = client.post(add, typed | {"_continue": "1"}, follow=True)
    html = page.content.decode().translate(SPACES)
    assert html.count("1,490,000 is more than what was promised: 15,000.") == 1
    page = client.post(add, typed | {"as_of": "01/06/2024", "_save": "1"}, follow=True)
    html = page.content.decode().translate(SPACES)
    assert html.count("1,490,000 is more than what was promised: 15,000.") == 1


def test_form_of_a_draft_submits_what_stands_in_its_boxes_from_the_top(
    alice: Any, series: Series, typed: dict[str, Any]
) -> None:
    client = signed_in(alice)
    client.post(reverse("admin:programmes_measurement_add"), typed | {"value": "1 100"})
    row = Measurement.objects.get(state="draft")
    html = client.get(address_of(row, "change")).content.decode()
    assert 'form="measurement_form" name="_submit_for_review"' in html
    assert f"{row.pk}/review/submit/" not in html
    sent = as_shown(client, address_of(row, "change")) | {"value": "1 200"}
    client.post(address_of(row, "change"), sent | {"_submit_for_review": "1"})
    row.refresh_from_db()
    assert (row.value, row.state) == (1200, "submitted")


def test_message_names_a_target_as_people_do(editor: Any, places: Any) -> None:
    target = make_target(make_series(places["MA-ERR"]), editor, value=500)
    client, address = signed_in(editor), _english(address_of(target, "change"))
    response = client.post(address, as_shown(client, address))
    (said,) = _said(response)
    assert "Young people trained – Errachidia" in said or "Jeunes formés – Errachidia" in said
    assert f">{target.code}<" not in said


def test_new_target_is_submitted_from_its_own_page(alice: Any, editor: Any, places: Any) -> None:
    target = make_target(make_series(places["MA-ERR"]), editor)
    html = signed_in(editor).get(_english(address_of(target, "change"))).content.decode()
    row = target.revisions.get()
    assert "Submit announcement no. 1 for review" in html
    assert f"targetrevision/{row.pk}/review/submit/?seen=" in html


def test_history_of_a_centre_says_what_changed_from_what_to_what(editor: Any, places: Any) -> None:
    centre = make_centre(places["MA-ERR"], name_fr="Cité", locality_fr="Erfoud")
    client, address = signed_in(editor), _english(address_of(centre, "change"))
    client.post(address, as_shown(client, address) | {"locality_fr": "Rissani"})
    html = client.get(_english(address_of(centre, "history"))).content.decode()
    assert '<del dir="auto">Erfoud</del> → <ins dir="auto">Rissani</ins>' in html
    assert "Cité</del>" not in html


def test_calendar_says_what_is_due_when_and_who_reported(
    alice: Any, bob: Any, charlie: Any, places: Any
) -> None:
    today = timezone.localdate()
    office = public.make_organisation()
    for code, days in (("fresh", 100), ("late", 500)):
        series = public.make_series(code, territory=places["MA-ERR"], name_fr=code)
        public.make_target(code, series=series, value=15000, due="2040-12-31", responsible=office)
        public.make_measurement(series, (today - timedelta(days=days)).isoformat(), 1)
    address = "/en/admin/figures/calendar/"
    page = signed_in(alice).get(address)
    late, ahead = page.context["months"]
    assert (late["name"], late["count"], late["is_late"]) == ("Due or late", "1", True)
    assert (ahead["count"], ahead["is_late"]) == ("1", False)
    (reporter,) = page.context["reporters"]
    assert reporter["name"] == "OFPPT"
    assert reporter["cells"][-1] == ("1", "2", False)
    stale = Series.objects.get(code="late").pk
    assert reporter["url"].endswith(f"?series={stale}")
    assert signed_in(bob).get(address).context["reporters"] == []
    assert signed_in(charlie).get(address).status_code == 403


def test_page_that_is_refused_says_so_in_each_language(alice: Any) -> None:
    for language, words in (
        ("fr", "Cette page ne vous est pas ouverte"),
        ("ar", "هذه الصفحة غير متاحة لكم"),
        ("en", "This is not open to you"),
    ):
        page = signed_in(alice).get(f"/{language}/admin/review/")
        assert page.status_code == 403
        assert words in page.content.decode()


def test_agreement_of_a_day_to_come_or_that_ends_before_it_is_refused(root: Any) -> None:
    client, address = signed_in(root), "/fr/admin/programmes/agreement/add/"
    rowless = {"signatures-TOTAL_FORMS": 0, "signatures-INITIAL_FORMS": 0}
    typed = rowless | {"kind": "framework", "title_fr": "Convention cadre", "date": "2099"}
    html = client.post(address, typed).content.decode().replace("\xa0", " ")
    assert "La date est dans le futur : une convention se saisit une fois signée." in html
    html = client.post(address, typed | {"date": "2024", "end": "05/2023"}).content.decode()
    assert "La fin précède le début. Vérifiez les deux dates." in html
    assert client.post(address, typed | {"date": "2024", "end": "05/2024"}).status_code == 302


def test_date_that_a_figure_cannot_lack_is_marked_and_asked_for_once(
    root: Any, typed: dict[str, Any]
) -> None:
    address = "/en/admin/programmes/measurement/add/"
    page = signed_in(root).post(address, typed | {"as_of": ""})
    form = page.context["adminform"].form
    assert form.fields["as_of"].required
    assert form.errors["as_of"] == ["This field is required."]
    # one that may be unknown is not
    page = signed_in(root).get("/en/admin/programmes/programme/add/")
    assert not page.context["adminform"].form.fields["start"].required


@pytest.mark.parametrize(
    ("language", "told"),
    [("fr", "le site (données d’origine)"), ("ar", "الموقع (المعطيات الأصلية)")],
)
def test_what_came_with_the_site_is_entered_by_the_site(
    language: str, told: str, root: Any, series: Series
) -> None:
    row = make_measurement(series, data_account())
    services.submit(row, by=data_account())
    for address in (
        f"programmes/measurement/{row.pk}/change/",
        "programmes/measurement/",
        "review/",
        f"review/figures/{row.pk}/",
    ):
        html = signed_in(root).get(f"/{language}/admin/{address}").content.decode()
        assert told in html, address
        assert "reference-data" not in html, address


def test_who_submits_what_is_unusual_from_elsewhere_is_led_to_the_record(
    root: Any, series: Series
) -> None:
    row = make_measurement(series, root, value=1490000)
    with translation.override("en"):
        told = refusal_of(STEPS["submit"], row, root, Answer(), seen_mark(row))
    assert told.endswith(" Open the record and say in a few words why it is right.")
