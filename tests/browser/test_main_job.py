"""The main job in a real browser: figures are entered, imported, reviewed, and read by the public."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from programmes.models import Measurement, Series, Source
from tests.browser.conftest import follow
from tests.conftest import make_member
from tests.sample import put_sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = "/{}/centres/1337-benguerir/"


@pytest.fixture
def staff(transactional_db: Any) -> None:
    """The sample data, the contributor of Rehamna and the reviewer of the country."""
    put_sample()
    make_member("alice", "contributor", "MA-REH")
    make_member("rachida", "reviewer", "MA")


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    """An operator's workbook with one figure."""
    book = openpyxl.Workbook()
    book.active.append(["series", "as_of", "value", "source"])
    book.active.append(["1337-workstations", date(2022, 12, 31), 312, "afroplanete-2023-12-1337"])
    out = io.BytesIO()
    book.save(out)
    path = tmp_path / "postes.xlsx"
    path.write_bytes(out.getvalue())
    return path


def test_figure_entered_and_figure_imported_reach_the_public_page(
    visit: Any, staff: None, spreadsheet: Path
) -> None:
    reader = visit(width=390)
    page = reader.open(PUBLIC.format("ar"))
    assert "324" not in page.inner_text("main")

    # the contributor, in Arabic: one figure by the form
    alice = visit(width=390)
    page = alice.sign_in("ar", "alice", "pass")
    assert page.get_attribute("html", "dir") == "rtl"
    series = Series.objects.get(code="1337-workstations")
    alice.open(f"/ar/admin/programmes/measurement/add/?series={series.pk}")
    page.fill("input[name=as_of]", "30/06/2023")
    page.fill("input[name=value]", "324")
    page.click(".field-source .select2-selection")
    page.fill(".select2-search__field", "afroplanete")
    page.locator(".select2-results__option", has_text="Afroplan").first.click()
    page.click("input[name=_submit_for_review]")
    page.wait_for_selector(".messagelist .success")
    entered = Measurement.objects.get(value=324)
    assert (entered.state, entered.as_of_on) == ("submitted", date(2023, 6, 30))

    # and one by a spreadsheet
    alice.open("/ar/admin/programmes/measurement/import/")
    page.set_input_files("input[name=file]", str(spreadsheet))
    follow(page, ".submit-row [type=submit]")
    page.wait_for_selector(".counts")
    assert "312" in page.inner_text("#content-main")
    follow(page, ".submit-row [type=submit]")
    page.wait_for_selector(".messagelist .success")
    imported = Measurement.objects.get(value=312)
    alice.open(f"/ar/admin/programmes/measurement/{imported.pk}/change/")
    follow(page, ".submit-row input[name=_submit_for_review]")
    page.wait_for_selector(".messagelist .success")
    imported.refresh_from_db()
    assert (imported.state, imported.source) == (
        "submitted",
        Source.objects.get(code="afroplanete-2023-12-1337"),
    )

    # the reviewer, in French, publishes both from the list
    rachida = visit()
    page = rachida.sign_in("fr", "rachida", "pass")
    rachida.open("/fr/admin/programmes/measurement/?state__exact=submitted")
    for box in page.query_selector_all("input[name=_selected_action]"):
        box.check()
    page.select_option("select[name=action]", "publish_rows")
    follow(page, "button[name=index]")
    follow(page, "#content-main [type=submit]")
    page.wait_for_selector(".messagelist .success")

    # the public page shows them, in each language, with their date and source
    for language, day in (("ar", "30 يونيو 2023"), ("fr", "30 juin 2023"), ("en", "30 June 2023")):
        page = reader.open(PUBLIC.format(language))
        text = page.inner_text("main")
        assert "324" in text
        assert "312" in text
        assert day in text
        assert "Afroplanète" in text
