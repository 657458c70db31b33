"""Languages, days, unknown addresses: what a reader may ask for, and what is refused."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import make_country, make_measurement, make_programme, make_target

pytestmark = pytest.mark.django_db


def get(path: str, **headers: str):
    return Client().get(path, headers=headers)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ar-MA,ar;q=0.9,fr;q=0.8", "ar"),
        ("en-GB,en", "en"),
        ("zgh,ber;q=0.9,fr;q=0.5", "fr"),
        ("de", "fr"),
        ("", "fr"),
        ("*;q=x,\x00", "fr"),
    ],
)
def test_bare_address_leads_to_the_readers_language(asked, language):
    response = get("/", **{"accept-language": asked})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert response["Vary"] == "Accept-Language"
    assert not response.cookies


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Page introuvable"), ("ar", "الصفحة غير موجودة"), ("en", "Page not found")],
)
@pytest.mark.parametrize(
    "path",
    [
        "programmes/none/",
        "targets/none/",
        "regions/MA-99/",
        "centres/none/",
        "agreements/none/",
        "organisations/none/",
        "nowhere/",
        "targets/%00/",
        "targets/%E2%80%AE/",
    ],
)
def test_unknown_address_is_a_404_in_the_readers_language(language, words, path):
    response = get(f"/{language}/{path}")
    assert response.status_code == 404
    assert f"<h1>{words}</h1>" in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "regions/ma/",
        "regions/ma.atom",
        "regions/ma/embed/",
        "regions/ma/over-time/",
        "regions/ma/report/",
        "share/territory/ma/link.png",
    ],
)
def test_territory_code_is_read_in_small_letters_too(path):
    make_country()
    assert get(f"/fr/{path}").status_code == 200


def test_past_day_is_said_and_links_keep_it():
    make_target()
    html = get("/en/?on=2022-06-30").content.decode()
    assert "This page as it stood on 30 June 2022, with what is known today." in html
    assert 'href="/en/targets/target/?on=2022-06-30"' in html
    assert 'href="/ar/?on=2022-06-30"' in html
    assert 'href="/en/programmes/?on=2022-06-30"' in html


def test_page_on_a_day_knows_nothing_later():
    target = make_target(due="2026")
    make_measurement(target.series, "2022-01-01", 4111)
    make_measurement(target.series, "2023-01-01", 4222)
    html = get("/en/targets/target/?on=2022-06-30").content.decode()
    assert "4,111" in html
    assert "4,222" not in html


def test_target_before_its_first_announcement_is_not_yet_promised():
    make_target(announced="2021-01-01")
    html = get("/en/targets/target/?on=2020-12-31").content.decode()
    assert "Not yet promised: nothing had been announced by 31 December 2020." in html
    assert "1,000" not in html


@pytest.mark.parametrize(
    "day", ["2024-13-01", "2024-02-30", "31/12/2024", "yesterday", "0001-01-01", "2024-1-1", "٢٠٢٤-٠١-٠١", "9" * 10_000]
)  # fmt: skip
@pytest.mark.parametrize("path", ["", "targets/target/", "methodology/"])
def test_bad_day_is_refused_with_help(path, day):
    response = get(f"/fr/{path}?on={day}")
    assert response.status_code == 400
    assert "<h1>Cela ne peut pas être affiché</h1>" in response.content.decode()


def test_future_day_is_refused():
    tomorrow = timezone.localdate().replace(year=timezone.localdate().year + 1, day=1)
    response = get(f"/en/?on={tomorrow.isoformat()}")
    assert response.status_code == 400
    assert "That day lies in the future." in response.content.decode()


def test_today_written_out_is_todays_page():
    html = get(f"/en/?on={timezone.localdate().isoformat()}").content.decode()
    assert "as it stood on" not in html


def test_language_switch_keeps_the_page_and_the_day():
    make_target()
    html = get("/fr/targets/target/?on=2022-06-30").content.decode()
    for language in ("fr", "ar", "en"):
        address = f"/{language}/targets/target/?on=2022-06-30"
        assert f'href="{address}" lang="{language}" hreflang="{language}"' in html
        assert (
            f'<link rel="alternate" hreflang="{language}" href="http://localhost:8000{address}">'
            in html
        )


def test_what_is_typed_into_the_address_is_escaped():
    html = get("/fr/?on=%22%3E%3Cscript%3E").content.decode()
    assert "<script>" not in html


def test_page_is_read_only():
    assert Client().post("/fr/").status_code == 405


@pytest.mark.parametrize("hidden", ["programmes/hidden/", "targets/draft/"])
def test_hidden_record_and_draft_promise_have_no_page(hidden):
    make_programme("hidden", is_public=False)
    make_target("draft", draft=True)
    assert get(f"/fr/{hidden}").status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        "updates/?page=0",
        "updates/?page=-1",
        "updates/?page=1000",
        "updates/?page=%00",
        "updates/?page=٣",
        "programmes/?territory=MA-99",
        "programmes/?sector=%00",
        "programmes/?status=not_yet_promised",
        "programmes/?organisation=" + "x" * 10_000,
    ],
)
def test_what_is_not_in_a_list_is_refused_with_help(question):
    response = get(f"/en/{question}")
    assert response.status_code == 400
    assert "<h1>This cannot be shown</h1>" in response.content.decode()


@pytest.mark.parametrize(
    "question", ["", "%00", "%E2%80%AE%E2%80%8F", "x" * 10_000, "%FF", "<b>", "  "]
)
def test_search_answers_whatever_is_asked(question):
    response = get(f"/en/search/?q={question}")
    assert response.status_code == 200
    assert "<b>&lt;" not in response.content.decode()
    assert "\u202e" not in response.content.decode()
