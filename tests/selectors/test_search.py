"""Search: every spelling finds its record, the best first, and nothing hidden."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone, translation

from programmes.models import Programme, Series
from programmes.models.guards import guards_lifted
from programmes.selectors.pages.search.results import search
from tests.builders import (
    make_agreement,
    make_centre,
    make_indicator,
    make_measurement,
    make_organisation,
    make_programme,
    make_region,
    make_series,
    make_sum,
    make_target,
    published_by_two,
    supersede,
)

pytestmark = pytest.mark.django_db


TODAY = date(2026, 6, 30)


def codes(question: str, **asked: Any) -> list[str]:
    return [hit.code for hit in search(question, **{"on": TODAY, **asked}).hits]


def words(question: str) -> dict[str, str]:
    """The words of each hit, with plain spaces."""
    return {
        hit.code: hit.words.replace("\u202f", " ").replace("\u00a0", " ")
        for hit in search(question, TODAY).hits
    }


@pytest.fixture
def records() -> None:
    make_region("MA-08", "Rhamna", name_ar="الرحامنة", other_spellings="Rehamna")
    make_region("MA-09", "Béni Mellal", name_ar="أكادير")
    make_organisation(name_fr="Office de la formation", name_ar="مكتب التكوين")
    make_programme("jobintech", name_fr="JobInTech", summary_fr="Former aux métiers du numérique")
    make_programme("hidden", name_fr="JobInTech caché", is_public=False)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("rhamna", "MA-08"),
        ("REHAMNA", "MA-08"),
        ("الرحامنه", "MA-08"),
        ("رحامنة", "MA-08"),
        ("beni-mellal", "MA-09"),
        ("Bénī mellal", "MA-09"),
        ("اگادير", "MA-09"),
        ("ofppt", "ofppt"),
        ("metiers numerique", "jobintech"),
        ("job", "jobintech"),
        ("التكوين", "ofppt"),
    ],
)
def test_spelling_finds_its_record_first(records, question, code):
    assert codes(question)[0] == code


def test_hidden_record_is_not_found(records):
    assert codes("JobInTech") == ["jobintech"]


def test_every_word_must_be_held(records):
    assert codes("jobintech rhamna") == []


def test_name_comes_before_summary():
    make_programme("one", name_fr="Autre", summary_fr="Un programme de tourisme")
    make_programme("two", name_fr="Tourisme")
    assert codes("tourisme") == ["two", "one"]


def test_target_is_found_by_what_it_counts_and_by_its_programme():
    make_target("promise")
    make_centre("city")
    assert "promise" in codes("jeunes formés")
    assert "promise" in codes("programme")


def test_name_of_the_hit_is_in_the_language_of_the_page(records):
    with translation.override("ar"):
        hit = search("rhamna", TODAY).hits[0]
    assert (hit.name.text, hit.name.lang) == ("الرحامنة", "")


def test_new_record_is_found_at_once(records):
    assert codes("tannerie") == []
    make_programme("new", name_fr="Tannerie")
    assert codes("tannerie") == ["new"]


def test_target_is_found_by_a_figure_that_was_reported_and_by_its_year():
    series = make_target("promise").series
    make_measurement(series, "2019-05-01", 4321)
    make_measurement(series, "2018-05-01", 77, draft=True)
    make_target("other")
    assert codes("4321") == ["promise"]
    assert codes("4 321 formés 2019") == ["promise"]
    assert (codes("432"), codes("77"), codes("2018")) == ([], [], [])
    make_measurement(series, "2017-05-01", 88)
    assert codes("88") == ["promise"]


def test_a_figure_that_is_published_does_not_make_all_words_be_read_again(
    django_assert_num_queries,
):
    series = make_target("promise").series
    make_measurement(series, "2019-05-01", 1)
    codes("programme")
    for value in (2, 3):
        make_measurement(series, f"2019-05-0{value}", value)
        # the version, what is withdrawn, the figures of that value, and two of promises
        with django_assert_num_queries(5):
            codes(f"programme {value}")
    make_programme("new", name_fr="Tannerie")
    assert codes("tannerie") == ["new"]


@pytest.fixture
def beds() -> Series:
    """Beds of a centre, without a promise."""
    centre = make_centre("agadir", name_fr="Cité d’Agadir")
    indicator = make_indicator("beds", name_fr="Lits", name_ar="أسرة", name_en="Beds")
    return make_series("beds", indicator=indicator, centre=centre)


@pytest.mark.parametrize(
    "question",
    [
        "21436",
        "21 436",
        "21\u202f436",
        "21.436",
        "21,436",
        "21436,0",
        "٢١٤٣٦",
        "٢١٬٤٣٦",
        "lits 21 436 agadir",
        "lits\u00a021\u202f436\tagadir",
        "21 436 2026",
        "2026 21436",
    ],
)
def test_figure_without_a_promise_is_found_however_it_is_written(beds, question):
    make_measurement(beds, "2025-02-21", 300)
    make_measurement(beds, "2026-02-21", 21_436)
    assert words(question) == {"beds": "21 436 (au 21 février 2026)"}
    (hit,) = search(question, TODAY).hits
    assert (hit.kind, hit.page, hit.page_code, hit.number) == (
        "series",
        "centre",
        "agadir",
        1,
    )


def test_number_that_is_not_the_figure_finds_nothing(beds):
    make_measurement(beds, "2026-02-21", 21_436)
    for question in ("2143", "214360", "21436,5", "1436", "lits 21437", "12 lits", "9" * 60):
        assert codes(question) == [], question


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("448", ["beds"]),
        ("448 2025", ["beds"]),
        ("lits", ["beds"]),
        ("77", []),
        ("88", []),
        ("99", []),
    ],
)
def test_only_public_figures_that_stand_are_found(beds, question, found):
    make_measurement(beds, "2025-02-21", 448)
    make_measurement(beds, "2025-03-21", 77, draft=True)
    supersede(make_measurement(beds, "2025-04-21", 88), "Faute de frappe")
    programme = make_programme("hidden")
    make_measurement(make_series("hidden", programme=programme), "2025-05-21", 99)
    with guards_lifted("a programme that was never shown"):
        QuerySet(Programme).filter(pk=programme.pk).update(is_public=False, sealed_at=None)
    assert codes(question) == found


def test_series_that_no_figure_was_published_of_is_not_found(beds):
    assert codes("lits") == []
    make_measurement(beds, "2025-02-21", 448, draft=True)
    assert codes("lits agadir") == []


def test_figure_is_of_the_day_and_of_the_moment_asked_for(beds):
    row = make_measurement(beds, "2025-02-21", 448)
    assert codes("448", on=date(2025, 2, 20)) == codes("lits", on=date(2025, 2, 20)) == []
    before = row.published_at - timedelta(seconds=1)
    assert codes("448", known=before) == codes("lits", known=before) == []
    assert codes("448", on=date(2025, 2, 21), known=row.published_at) == ["beds"]


def test_figure_that_its_page_no_longer_prints_is_not_found(beds):
    for month in range(1, 13):
        make_measurement(beds, f"2025-{month:02}-01", 1000 + month)
    assert codes("1001") == ["beds"]
    make_measurement(beds, "2026-01-01", 1013)
    assert (codes("1001"), codes("1002")) == ([], ["beds"])
    assert words("lits") == {"beds": "1 013 (au 1er janvier 2026)"}


def test_ratio_is_found_as_it_is_printed():
    indicator = make_indicator("rate", name_fr="Taux d’insertion", measure="ratio", decimals=1)
    series = make_series("rate", indicator=indicator, programme=make_programme(name_fr="1337"))
    make_measurement(series, "2024-01-31", "0.5634")
    make_measurement(series, "2025-01-31", "0.9")
    assert words("taux insertion 1337") == {"rate": "90 % (au 31 janvier 2025)"}
    assert words("56,3 %") == {"rate": "56,3 % (au 31 janvier 2024)"}
    assert (codes("90"), codes("56"), codes("0,9"), codes("0,5634")) == (["rate"], [], [], [])


def test_promised_ratio_is_found_as_it_is_printed():
    indicator = make_indicator("rate", measure="ratio")
    make_target("promise", series=make_series("rate", indicator=indicator), value="0.8")
    assert (codes("80 %"), codes("0,8")) == (["promise"], [])


def test_millions_are_found_in_figures_and_in_words():
    money = make_indicator("budget", name_fr="Budget", unit_fr="dirhams", measure="level")
    make_measurement(make_series("budget", indicator=money), "2023-07-01", 3_600_000_000)
    make_programme("other", name_fr="Autre", summary_fr="Doté de 3,6 milliards de dirhams")
    for question in ("3,6 milliards", "3 600 millions", "3600000000", "3.6 مليار"):
        assert codes(question) == ["other", "budget"], question
    assert codes("3,6") == ["other"]


def test_sum_that_the_site_works_out_is_found():
    whole = make_sum()
    make_target("promise", series=whole)
    for place, value in enumerate((20_000, 1_436)):
        part = make_series(
            f"part-{place}", territory=make_region(f"MA-0{place + 1}"), part_of=whole
        )
        make_measurement(part, "2026-02-21", value)
    assert words("21 436") == {
        "promise": "promis : 1 000 d’ici au 31 décembre 2024 ; 21 436 (au 21 février 2026)"
    }


def test_promises_of_one_name_are_told_apart():
    series = make_series("cities", name_fr="Cités ouvertes")
    make_target("twelve", series=series, value=12, due="2026-2027")
    make_target("seven", series=series, value=7, due="2023-09")
    make_measurement(series, "2026-02-20", 9)
    assert words("cités") == {
        "twelve": "promis : 12 pour l’année de formation 2026-2027 ; 9 (au 20 février 2026)",
        "seven": "promis : 7 d’ici à septembre 2023 ; 9 (au 20 février 2026)",
    }
    assert sorted(codes("9")) == ["seven", "twelve"]


def test_line_leads_to_the_page_that_prints_the_figure():
    programme, region = make_programme(), make_region("MA-07", "Marrakech")
    for place in range(52):
        make_measurement(make_series(f"s-{place:02}"), "2025-01-01", 500 + place)
    own = make_series("own", programme=None, territory=region)
    make_measurement(own, "2025-01-01", 700)
    crowded = make_region("MA-08", "Marrakech")
    for place in range(52):
        series = make_series(f"t-{place:02}", programme=None, territory=crowded)
        make_measurement(series, "2025-01-01", 800 + place)
    for value, page in (
        (500, "programmes/programme/"),
        (551, "programmes/programme/?page=2"),
        (700, "regions/MA-07/"),
        (851, "regions/MA-08/?page=2"),
    ):
        found = Client().get("/fr/search/", {"q": str(value)}).content.decode()
        address = f"/fr/{page}"
        assert f'<a href="{address}">Jeunes formés</a>' in found, value
        assert f"<b>{value}</b>" in Client().get(address).content.decode()
    assert programme.is_public


def test_record_that_its_first_figure_shows_is_found_at_once():
    programme = make_programme("tannerie", name_fr="Tannerie", is_public=False)
    series = make_series("skins", programme=programme)
    row = make_measurement(series, "2024-01-01", 5, draft=True)
    assert codes("tannerie") == []
    published_by_two(row, show=True)
    assert codes("tannerie") == ["tannerie", "skins"]


@pytest.mark.parametrize("question", ["", " ", "\x00", "\u202e", "'", "---", "ـــ"])
def test_question_without_a_word_finds_nothing(question):
    assert search(question, TODAY).hits == ()


def test_question_is_shown_without_signs_that_turn_text():
    assert search("a\u202eb\x00c", TODAY).question == "abc"
    assert len(search("x" * 10_000, TODAY).question) == 200


def test_figure_of_a_later_day_is_not_found_on_an_earlier_one() -> None:
    series = make_series("places", programme=make_programme("cmc"))
    make_measurement(series, "2022-06-30", 3120)
    make_measurement(series, "2024-06-30", 4217)
    found = {
        (number, on.year): codes(number, on=on)
        for number in ("3120", "4217")
        for on in (date(2023, 1, 1), date(2025, 1, 1))
    }
    assert {asked: bool(hits) for asked, hits in found.items()} == {
        ("3120", 2023): True,
        ("3120", 2025): True,
        ("4217", 2023): False,
        ("4217", 2025): True,
    }


def test_promise_is_not_found_by_a_figure_of_a_later_day() -> None:
    series = make_target("promise").series
    make_measurement(series, "2022-06-30", 3120)
    make_measurement(series, "2024-06-30", 4217)
    assert codes("3120", on=date(2023, 1, 1)) == ["promise"]
    assert codes("4217", on=date(2023, 1, 1)) == []
    assert codes("4217", on=date(2025, 1, 1)) == ["promise"]


def test_name_in_one_word_is_found_in_two(records):
    assert codes("jobin tech") == ["jobintech"]


def test_name_that_is_asked_for_comes_before_longer_ones():
    make_programme("a", name_fr="Tourisme rural")
    make_programme("b", name_fr="Tourisme")
    assert codes("tourisme") == ["b", "a"]


def test_what_holds_most_words_is_near_where_nothing_holds_all(records):
    found = search("metiers numerique rhamna", TODAY)
    assert (found.hits, found.total, [hit.code for hit in found.near]) == ((), 0, ["jobintech"])


def test_total_counts_what_is_listed_and_no_figure_that_its_page_leaves_out(beds):
    for month in range(1, 13):
        make_measurement(beds, f"2025-{month:02}-01", 1000 + month)
    make_measurement(beds, "2026-01-01", 1013)
    assert search("lits", TODAY).total == 1
    assert search("1001", TODAY).total == 0


def test_word_that_begins_with_a_digit_is_no_number():
    make_programme("second", name_fr="Deuxième", other_spellings="2emes")
    assert codes("2eme") == ["second"]


def test_what_was_shown_later_is_not_found_as_known_before():
    known = timezone.now()
    make_centre("atelier-tiznit", name_fr="Atelier de Tiznit")
    make_agreement("accord-tiznit", title_fr="Accord de Tiznit")
    make_programme("filiere-tiznit", name_fr="Filière de Tiznit")
    assert codes("tiznit", known=known) == []
    assert set(codes("tiznit", known=timezone.now())) == set(codes("tiznit")) == {
        "atelier-tiznit", "accord-tiznit", "filiere-tiznit",
    }  # fmt: skip
