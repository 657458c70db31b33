"""What is typed in any form of the staff's is there again after the session has ended."""

from datetime import date
from typing import Any

import pytest

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Participation, Programme, Series, Source
from tests.browser.conftest import follow, sign_in_again
from tests.conftest import make_member
from tests.sample import put_sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

RESTORED = "Votre saisie précédente est de nouveau dans les cases."


@pytest.fixture
def submitted(transactional_db: Any) -> Measurement:
    """A figure that alice has submitted, and the people who may answer."""
    put_sample()
    alice = make_member("alice", "contributor", "MA-REH")
    make_member("rachida", "reviewer", "MA")
    make_member("amina", "administrator", "MA")
    row = Measurement(
        series=Series.objects.get(code="1337-workstations"),
        as_of=PreciseDate.of_day(date(2023, 6, 30)),
        value=324,
        source=Source.objects.get(code="afroplanete-2023-12-1337"),
    )
    services.submit(services.record(row, by=alice), by=alice)
    return row


def choose(page: Any, place: str, text: str) -> None:
    """Chooses from a box that searches."""
    page.click(f"{place} .select2-selection")
    page.keyboard.type(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def test_new_record_with_its_rows_is_typed_once(visit: Any, submitted: Measurement) -> None:
    window = visit()
    page = window.sign_in("fr", "amina", "pass")
    window.open("/fr/admin/programmes/programme/add/")
    page.fill("[name=name_fr]", "Cité des métiers")
    page.fill("[name=summary_fr]", "Une cité par région.")
    page.fill("[name=start]", "2027")
    choose(page, ".field-territories", "Rehamna")
    page.click("#participations-group .add-row a")
    page.select_option("[name=participations-0-role]", "funder")
    choose(page, "#participations-0", "OFPPT")
    sign_in_again(page, "amina", "[name=_save]")
    assert page.url.endswith("/fr/admin/programmes/programme/add/")
    page.wait_for_selector("#typed-said")
    assert page.inner_text("#typed-said") == RESTORED
    assert page.input_value("[name=name_fr]") == "Cité des métiers"
    assert page.input_value("[name=summary_fr]") == "Une cité par région."
    assert "Rehamna" in page.inner_text(".field-territories .select2-selection")
    follow(page, "[name=_save]")
    programme = Programme.objects.get(name_fr="Cité des métiers")
    assert [one.name_fr for one in programme.territories.all()] == ["Rehamna"]
    row = Participation.objects.get(programme=programme)
    assert (row.role, row.organisation.acronym) == ("funder", "OFPPT")
    # what was saved is not put back, in a later session either
    sign_in_again(page, "amina", "a[href$='/programmes/programme/']")
    window.open("/fr/admin/programmes/programme/add/")
    assert page.input_value("[name=name_fr]") == ""
    assert page.locator("#typed-said").count() == 0


def test_what_somebody_else_saved_meanwhile_is_not_covered(
    visit: Any, submitted: Measurement
) -> None:
    source = Source.objects.create(kind="document", title="Un bilan")
    window = visit()
    page = window.sign_in("fr", "amina", "pass")
    window.open(f"/fr/admin/programmes/source/{source.pk}/change/")
    page.fill("[name=title]", "Le titre d'amina")
    source.title = "Le titre d'une autre"
    source.save()
    sign_in_again(page, "amina", "[name=_save]")
    page.wait_for_selector("#typed-said")
    follow(page, "[name=_save]")
    assert "Titre, tel qu’enregistré\xa0: Le titre d'une autre" in page.inner_text(".errorlist")
    assert page.input_value("[name=title]") == "Le titre d'amina"
    assert Source.objects.get(pk=source.pk).title == "Le titre d'une autre"


def test_reason_of_the_reviewer_stands_in_its_own_box(visit: Any, submitted: Measurement) -> None:
    window = visit(width=390)
    page = window.sign_in("fr", "rachida", "pass")
    window.open(f"/fr/admin/review/figures/{submitted.pk}/")
    page.fill("[name=return-note]", "La date est celle de l'article.")
    sign_in_again(page, "rachida", "button[value=return]")
    page.wait_for_selector("#typed-said")
    assert page.input_value("[name=return-note]") == "La date est celle de l'article."
    assert page.input_value("[name=publish-note]") == ""
    follow(page, "button[value=return]")
    submitted.refresh_from_db()
    assert submitted.state == "returned"
    assert submitted.events.get(to_state="returned").note == "La date est celle de l'article."


def test_what_was_left_on_purpose_stays_away(visit: Any, submitted: Measurement) -> None:
    window = visit()
    page = window.sign_in("fr", "amina", "pass")
    source = Source.objects.create(kind="document", title="Un bilan")
    address = f"/fr/admin/programmes/source/{source.pk}/change/"
    window.open(address)
    page.fill("[name=title]", "Un autre titre")
    page.on("dialog", lambda dialog: dialog.accept())
    follow(page, ".breadcrumbs a >> nth=2")
    window.open(address)
    assert page.input_value("[name=title]") == "Un bilan"
