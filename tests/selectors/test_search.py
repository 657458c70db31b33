"""Search: every spelling finds its record, the best first, and nothing hidden."""

import pytest
from django.utils import translation

from programmes.selectors.pages.search import search
from tests.builders import (
    make_centre,
    make_measurement,
    make_organisation,
    make_programme,
    make_region,
    make_target,
)

pytestmark = pytest.mark.django_db


def codes(question: str) -> list[str]:
    return [hit.code for hit in search(question).hits]


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
        hit = search("rhamna").hits[0]
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
        # the version, what is withdrawn, and the figures of that value
        with django_assert_num_queries(3):
            codes(f"programme {value}")
    make_programme("new", name_fr="Tannerie")
    assert codes("tannerie") == ["new"]


@pytest.mark.parametrize("question", ["", " ", "\x00", "\u202e", "'", "---", "ـــ"])
def test_question_without_a_word_finds_nothing(question):
    assert search(question).hits == ()


def test_question_is_shown_without_signs_that_turn_text():
    assert search("a\u202eb\x00c").question == "abc"
    assert len(search("x" * 10_000).question) == 200
