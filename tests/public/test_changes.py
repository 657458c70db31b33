"""What was changed after the public had read it is said where it is read: from what, to what, why, on whose word."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from justhtml import JustHTML

from programmes.models import Participation, Programme
from programmes.selectors.wording.formats import day_words
from tests.builders import (
    amend,
    make_agreement,
    make_centre,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_province,
    make_region,
    make_series,
    make_source,
    make_statement,
    make_sum,
    make_target,
    show,
)
from tests.public.test_withdrawn import html_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    programme = make_programme("pie", name_fr="PIE", territories=[make_region()], is_public=False)
    Participation.objects.create(
        programme=programme, organisation=make_organisation(), role="operator"
    )
    show(programme)
    source = make_source("rapport", title="Rapport annuel", publisher="Le Journal")
    series = make_series("trainees", programme=programme, territory=make_region())
    make_target("pie-26000", series=series, source=source)
    make_measurement(series, "2023-01-01", 400, source=source)
    return programme


def changes(path: str) -> list[str]:
    """Each line of what was changed, as text."""
    part = html_of(path).partition('<section class="changes">')[2].partition("</section>")[0]
    lines = re.split(r'<li id="change-\d+">', part)[1:]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in lines]


def today() -> str:
    with override("en"):
        return day_words(timezone.localdate())


def test_interval_of_a_series_is_said_on_each_page_that_prints_its_figures(programme):
    series = programme.series.get()
    amend(series, "Le rapport paraît tous les deux ans", make_source("avis"), interval_months=24)
    for path in ("targets/pie-26000/", "programmes/pie/", "regions/MA-09/", "status/"):
        (line,) = changes(f"/en/{path}")
        assert line.startswith(f"Changed on {today()}: Young people trained (series)"), path
        assert "Reporting interval in months : from 12 to 24" in line
        assert "Reason: Le rapport paraît tous les deux ans" in line
        assert "Source: La Gazette, 1 June 2024" in line
    assert changes("/en/organisations/ofppt/") == []


def test_what_left_a_record_is_told_where_it_was_read(programme):
    """A sum that lost a part, and an opening that was given to another centre, say so on the page that they left."""
    whole = make_sum("whole", programme=programme, territory=make_region())
    make_target("on-whole", series=whole)
    part = make_series("part", programme=programme, part_of=whole, territory=make_province())
    show(part)
    amend(part, "Comptée ailleurs", part_of=None)
    [line] = changes("/en/targets/on-whole/")
    assert "Part of" in line
    assert "Comptée ailleurs" in line
    feed = Client().get("/en/targets/on-whole.atom").content.decode()
    assert "Comptée ailleurs" in feed
    fez, other = make_centre("fez"), make_centre("other")
    opening = make_milestone("opening", centre=fez)
    make_statement(opening, "planned", "2023", "2022-01-01")
    amend(opening, "Autre ville", centre="other")
    for centre in (fez, other):
        [line] = changes(f"/en/centres/{centre.code}/")
        assert "Autre ville" in line


def test_text_is_told_in_a_language_in_which_it_changed(programme):
    amend(programme, name={"fr": "PIE", "ar": "برنامج الإدماج", "en": ""})
    amend(programme, name={"fr": "Intégration", "ar": "برنامج الإدماج", "en": ""})
    html = html_of("/en/programmes/pie/")
    assert 'from <del><span lang="fr" dir="ltr">PIE</span></del>' in html
    new = '<span lang="ar" dir="rtl">برنامج الإدماج</span> <span class="tongue">(in Arabic)</span>'
    assert f"<del>nothing</del> to <ins>{new}</ins>" in html


def test_records_dates_sets_and_rows_are_told_by_name(programme):
    make_region("MA-01", "Tanger")
    office = make_organisation("anapec", acronym="ANAPEC", name_fr="Agence")
    centre = make_centre("cite", territory=make_province(), operator=make_organisation())
    amend(centre, operator="anapec")
    amend(programme, territories=["MA-01", "MA-09"])
    amend(programme, start="2021-09", participations=[{"organisation": "anapec", "role": "lead"}])
    (line,) = changes("/en/centres/cite/")
    assert f"Operator : from Office to {office.name_fr}" in line
    dated, placed = changes("/en/programmes/pie/")
    assert "Start : from nothing to September 2021" in dated
    assert "Participations : from Office, trains to Agence, leads" in dated
    assert "Territories : from Souss-Massa to Tanger, Souss-Massa" in placed


def test_source_that_was_changed_has_a_mark_that_leads_to_the_line(programme):
    source = make_source("rapport")
    amend(source, "Titre mal recopié", title="Rapport de 2023")
    for path in ("/en/targets/pie-26000/", "/en/programmes/pie/", "/en/status/"):
        html = html_of(path)
        (key,) = set(re.findall(r'href="#change-(\d+)">source changed since</a>', html))
        assert f'<li id="change-{key}">' in html
        assert "from <del>Rapport annuel</del> to <ins>Rapport de 2023</ins>" in html
    assert "#change-" not in html_of("/en/targets/pie-26000/embed/")


def test_agreement_changed_is_said_on_its_page_and_in_the_list(programme):
    agreement = make_agreement("accord", title_fr="Convention", programmes=[programme])
    amend(agreement, title={"fr": "Convention cadre", "ar": "", "en": ""})
    for path in ("/en/agreements/accord/", "/en/agreements/", "/en/programmes/pie/"):
        (line,) = changes(path)
        assert "Title : from Convention to Convention cadre" in line


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_page_with_changes_is_strict_html_and_escapes_what_was_typed(programme, language):
    amend(programme, "<i>&", name={"fr": "<script>alert(1)</script>", "ar": "ب", "en": "x"})
    html = html_of(f"/{language}/targets/pie-26000/")
    assert JustHTML(html, collect_errors=True).errors == []
    assert "<script>alert" not in html
    assert "&lt;i&gt;&amp;" in html


def test_page_as_known_today_of_an_earlier_day_says_the_change_too(programme):
    amend(programme.series.get(), interval_months=24)
    assert len(changes("/en/targets/pie-26000/?on=2022-06-30")) == 1


def test_open_proposal_and_its_author_are_nowhere(programme):
    amend(programme.series.get(), interval_months=24)
    for path in ("/en/targets/pie-26000/", "/en/programmes/pie/", "/en/updates/"):
        text = words_of(path)
        assert "reference-data" not in text
        assert "secret note" not in text
    assert Client().get("/en/data/amendments.csv").status_code == 200
