"""The work of the staff in a real browser, in French and in Arabic: review, conflicts, imports, every page."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from programmes import services
from programmes.admin.transfer import files as files_screen
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Agreement,
    Amendment,
    ImportJob,
    Measurement,
    Programme,
    Series,
    Source,
    State,
    Target,
    TargetRevision,
)
from programmes.models.sealed_values import value_of
from programmes.spreadsheets.importing import jobs, tasks
from tests.browser.conftest import axe, follow
from tests.conftest import make_member
from tests.sample import put_sample
from tests.sampling import first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# the quick suite works in one language each, in turn; the long one in both
LONG = pytest.mark.long
SERIES, SOURCE = "1337-workstations", "afroplanete-2023-12-1337"
TABLE = "admin/programmes/measurement"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    # else axe reads the stylesheets anew through inline ones, which the policy refuses
    "preload": False,
}


@pytest.fixture
def people(transactional_db: Any) -> dict[str, Any]:
    """The contributor of Rehamna, the reviewer of the country, and the contributor of another province."""
    put_sample()
    return {
        "alice": make_member("alice", "contributor", "MA-REH"),
        "anas": make_member("anas", "contributor", "MA-REH"),
        "rachida": make_member("rachida", "reviewer", "MA"),
        "bob": make_member("bob", "contributor", "MA-ERR"),
    }


@pytest.fixture
def draft(people: dict[str, Any]) -> Measurement:
    row = Measurement(
        series=Series.objects.get(code=SERIES),
        as_of=PreciseDate.of_day(date(2023, 6, 30)),
        value=324,
        source=Source.objects.get(code=SOURCE),
    )
    return services.record(row, by=people["alice"])


def enter(window: Any, language: str, value: str) -> None:
    """Enters a figure by the form and submits it."""
    series = Series.objects.get(code=SERIES)
    page = window.open(f"/{language}/{TABLE}/add/?series={series.pk}")
    page.fill("input[name=as_of]", "30/06/2023")
    page.fill("input[name=value]", value)
    page.click(".field-source .select2-selection")
    page.fill(".select2-search__field", "afroplanete")
    page.locator(".select2-results__option", has_text="Afroplan").first.click()
    page.click("input[name=_submit_for_review]")
    page.wait_for_selector(".messagelist .success")


def step(window: Any, address: str, name: str, note: str = "") -> None:
    """Takes one step of review on the reviewer's desk, from a record's page."""
    page = window.open(address)
    page.click(".review-steps a[href*='/admin/review/']")
    if note:
        page.fill(f"textarea[name={name}-note]", note)
    page.click(f"button[name=do][value={name}]")
    page.wait_for_selector(".messagelist .success")


@pytest.mark.slow
@pytest.mark.parametrize(("hers", "theirs"), [("ar", "fr"), pytest.param("fr", "ar", marks=LONG)])
def test_figure_is_entered_returned_corrected_and_published(
    visit: Any, people: dict[str, Any], hers: str, theirs: str
) -> None:
    alice, rachida, bob = visit(width=390), visit(), visit()
    alice.sign_in(hers, "alice", "pass")
    enter(alice, hers, "342")
    row = Measurement.objects.get(value=342)
    address = f"{TABLE}/{row.pk}/change/"

    # the reviewer finds it at the top of the home page, and returns it
    page = rachida.sign_in(theirs, "rachida", "pass")
    page.click("#desk a[href*='/admin/review/']")
    assert "342" in page.inner_text(".queue")
    step(rachida, f"/{theirs}/{address}", "return", "Chiffres inversés ?")

    # she reads why on her home page, corrects, and submits again
    page = alice.open(f"/{hers}/admin/")
    assert "Chiffres inversés ?" in page.inner_text(".desk-returned")
    page.click(".desk-returned a")
    page.fill("input[name=value]", "324")
    page.click("input[name=_submit_for_review]")
    page.wait_for_selector(".messagelist .success")
    step(rachida, f"/{theirs}/{address}", "publish")
    row.refresh_from_db()
    assert (row.value, row.state) == (324, State.PUBLISHED)
    steps = list(row.events.order_by("id").values_list("from_state", "to_state"))
    assert steps == [
        ("draft", "submitted"),
        ("submitted", "returned"),
        ("returned", "returned"),
        ("returned", "submitted"),
        ("submitted", "published"),
    ]

    # the public reads it with its source; the note stays in the house
    reader = visit(width=390)
    text = reader.open(f"/{hers}/centres/1337-benguerir/").inner_text("main")
    assert "324" in text
    assert "Afroplanète" in text
    assert "Chiffres" not in text

    # and who keeps another province never saw any of it
    bob.sign_in("ar", "bob", "pass")
    page = bob.open(f"/ar/{TABLE}/")
    assert row.ref not in page.content()
    assert "324" not in page.inner_text("#content")
    page = bob.open(f"/ar/{address}")
    assert page.url.endswith("/ar/admin/")


@pytest.mark.long
@pytest.mark.parametrize("language", [pytest.param("fr", marks=LONG), "ar"])
def test_second_to_save_sees_what_the_first_changed(
    visit: Any, people: dict[str, Any], draft: Measurement, language: str
) -> None:
    alice, anas = visit(width=390), visit()
    address = f"/{language}/{TABLE}/{draft.pk}/change/"
    for window, name in ((alice, "alice"), (anas, "anas")):
        window.sign_in(language, name, "pass")
        window.open(address)
    anas.page.fill("input[name=value]", "330")
    anas.page.click("input[name=_save]")
    anas.page.wait_for_selector(".messagelist .success")
    alice.page.fill("input[name=value]", "341")
    alice.page.click("input[name=_save]")
    alice.page.wait_for_selector(".errorlist")
    assert "330" in alice.page.inner_text("#content")
    assert alice.page.input_value("input[name=value]") == "341"
    draft.refresh_from_db()
    assert draft.value == 330
    # she has compared, and keeps hers
    alice.page.click("input[name=_save]")
    alice.page.wait_for_selector(".messagelist .success")
    draft.refresh_from_db()
    assert draft.value == 341


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("language", ["fr", pytest.param("ar", marks=LONG)])
def test_import_in_the_background_shows_its_progress(
    visit: Any,
    people: dict[str, Any],
    tmp_path: Path,
    settings: Any,
    monkeypatch: Any,
    language: str,
) -> None:
    # what a worker does is done here, when the page has been looked at
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr(files_screen, "WAITED_FOR_BYTES", 0)
    monkeypatch.setattr(files_screen, "WAITED_FOR_ROWS", 0)
    sheet = tmp_path / "postes.csv"
    sheet.write_text(f"series;as_of;value;source\n{SERIES};31/12/2022;312;{SOURCE}\n")
    alice = visit(width=390)
    alice.sign_in(language, "alice", "pass")
    page = alice.open(f"/{language}/{TABLE}/import/")
    page.set_input_files("input[name=file]", str(sheet))
    page.click(".submit-row [type=submit]")
    page.wait_for_selector("#job-progress progress")
    job = ImportJob.objects.get()
    tasks.check_job.call(job.pk)
    # the page finds out by itself
    page.wait_for_selector(".counts")
    assert "312" in page.inner_text("#content-main")
    page.click(".submit-row [name=do][value=apply]")
    page.wait_for_selector("#job-progress progress")
    tasks.apply_job.call(job.pk, people["alice"].pk)
    page.wait_for_selector("[name=do][value=undo]")
    assert Measurement.objects.get(value=312).state == State.DRAFT


@pytest.mark.slow(each=True)
@pytest.mark.parametrize(("hers", "theirs"), [("ar", "fr"), pytest.param("fr", "ar", marks=LONG)])
def test_change_of_what_the_public_relies_on_is_proposed_and_published(
    visit: Any, people: dict[str, Any], hers: str, theirs: str
) -> None:
    make_member("edith", "editor", "MA")
    programme = Programme.objects.get(code="jobintech")
    edith, rachida = visit(width=390), visit()
    edith.sign_in(hers, "edith", "pass")
    page = edith.open(f"/{hers}/admin/programmes/programme/{programme.pk}/change/")
    assert page.locator("input[name=name_fr]").count() == 0
    page.click(".review-steps a[href$='/propose/change/']")
    assert page.input_value("input[name=name_fr]") == programme.name_fr
    page.click(".language-tabs [lang=fr]")
    page.fill("input[name=name_fr]", "JobInTech national")
    page.fill(f"textarea[name=reason_{hers}]", "Nom officiel")
    page.click("input[name=_submit_for_review]")
    page.wait_for_selector(".old-and-new")
    row = Amendment.objects.get(table="programme", kind="change")
    assert row.state == State.SUBMITTED
    rachida.sign_in(theirs, "rachida", "pass")
    page = rachida.open(f"/{theirs}/admin/programmes/amendment/{row.pk}/change/")
    assert "JobInTech national" in page.inner_text(".old-and-new")
    page.click(".review-steps a[href*='/admin/review/']")
    page.click("button[name=do][value=publish]")
    page.wait_for_selector(".messagelist .success")
    programme.refresh_from_db()
    assert programme.name_fr == "JobInTech national"


@pytest.mark.parametrize("language", first(["ar", "fr"]))
def test_head_of_a_page_is_two_lines_on_a_phone_with_its_links_behind_one_tap(
    visit: Any, people: dict[str, Any], language: str
) -> None:
    # without script
    window = visit(width=390, java_script_enabled=False)
    page = window.sign_in(language, "alice", "pass")
    way_out = page.locator("#logout-form button")
    assert page.locator("#header").bounding_box()["height"] <= 60
    assert not way_out.is_visible()
    page.click(".menu-switch summary")
    assert way_out.is_visible()
    links = page.locator("#header a").evaluate_all(
        "links => links.map(link => link.hash || link.pathname)"
    )
    assert f"/{language}/admin/guide/" in links
    follow(page, "#logout-form button")
    assert page.locator("#login-form").is_visible()


@pytest.mark.slow(each=True)
def test_paper_has_the_words_of_a_form_and_nothing_to_click(
    visit: Any, people: dict[str, Any], draft: Measurement
) -> None:
    window = visit()
    window.sign_in("fr", "alice", "pass")
    for address in (f"{TABLE}/", f"{TABLE}/{draft.pk}/change/", "admin/figures/?show=all"):
        page = window.open(f"/fr/{address}")
        page.emulate_media(media="print")
        assert page.locator("button:visible, [type=submit]:visible, a.button:visible").count() == 0
        drawn = page.locator("#content select:visible").evaluate_all(
            "boxes => boxes.map(box => getComputedStyle(box).appearance)"
        )
        assert set(drawn) <= {"none"}
        page.emulate_media(media="screen")


def faults_of(window: Any, address: str) -> list[str]:
    """What axe has to say of a page, and whether it is too wide with every fold open."""
    page = window.open(address)
    page.evaluate(axe())
    result = page.evaluate("rules => axe.run(document, rules)", RULES)
    found = [
        f"{address} {one['id']}: {node['html'][:140]} {node['failureSummary'][:200]}"
        for one in result["violations"]
        for node in one["nodes"]
    ]
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    if (width := page.evaluate("document.documentElement.scrollWidth")) > page.viewport_size[
        "width"
    ]:
        found.append(f"{address}: scrolls sideways: {width}")
    return found


@pytest.mark.long
@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("ar", 390)])
def test_pages_of_the_staff_are_accessible(
    visit: Any, people: dict[str, Any], draft: Measurement, language: str, width: int
) -> None:
    submitted = Measurement(
        series=draft.series,
        as_of=PreciseDate.of_day(date(2023, 5, 31)),
        value=300,
        source=draft.source,
    )
    submitted = services.submit(
        services.record(submitted, by=people["anas"]), by=people["anas"], note="À vérifier"
    )
    target = Target.objects.get(code="jobintech-15000")
    programme = Programme.objects.get(code="jobintech")
    editor = make_member("edith", "editor", "MA")
    name = value_of(programme, "name")
    proposal = services.propose_change(
        programme, {"name": name | {"fr": "JobInTech national"}}, by=editor, reason="Nom officiel"
    )
    proposal = services.submit(proposal, by=editor)
    agreement = Agreement.objects.filter(sealed_at__isnull=False).first()
    amina = make_member("amina", "administrator", "MA")
    table = b"Region;2022;2023\nOriental;12,5;13\nTanger;8;n.d.\n"
    mapped = jobs.send("measurements", table, "taux.csv", by=amina, to_map=True)
    revision = TargetRevision(
        target=target, value=20000, source=draft.source, reason="Nouvelle convention"
    )
    revision.due, revision.announced = PreciseDate.of_year(2028), PreciseDate.of_year(2023)
    revision = services.submit(services.revise(revision, by=editor), by=editor)
    pages = {
        "alice": [
            "admin/",
            f"{TABLE}/",
            f"{TABLE}/add/",
            f"{TABLE}/{draft.pk}/change/",
            f"{TABLE}/{draft.pk}/history/",
            "admin/figures/",
            "admin/figures/?show=all",
            "admin/figures/calendar/",
            f"{TABLE}/{draft.pk}/delete/",
            f"{TABLE}/import/",
            "admin/workbooks/",
            "admin/quality/",
            "admin/password_change/",
        ],
        "rachida": [
            f"{TABLE}/{submitted.pk}/change/",
            "admin/review/",
            f"admin/review/figures/{submitted.pk}/",
            f"{TABLE}/?state__exact=submitted",
            "admin/programmes/amendment/",
            f"admin/programmes/amendment/{proposal.pk}/change/",
            f"admin/review/proposals/{proposal.pk}/",
            f"admin/review/announcements/{revision.pk}/",
        ],
        "edith": [
            "admin/programmes/programme/",
            f"admin/programmes/programme/{programme.pk}/change/",
            f"admin/programmes/programme/{programme.pk}/propose/change/",
            f"admin/programmes/programme/{programme.pk}/propose/withdrawal/",
            f"admin/programmes/agreement/{agreement.pk}/propose/change/",
            "admin/programmes/centre/add/",
            f"admin/programmes/target/{target.pk}/change/",
            f"admin/programmes/target/{target.pk}/history/",
            "admin/programmes/importjob/",
        ],
        "amina": ["admin/programmes/site/", f"{TABLE}/import/{mapped.pk}/columns/"],
    }
    found = faults_of(visit(width=width), f"/{language}/admin/login/")
    for name, addresses in pages.items():
        window = visit(width=width)
        window.sign_in(language, name, "pass")
        for address in addresses:
            found += faults_of(window, f"/{language}/{address}")
    assert found == [], "\n".join(found)
