"""A programme from nothing to its public page: set up by one person in Arabic on a phone, published by another."""

from typing import Any

import pytest

from programmes.models import MilestoneStatement, Programme, TargetRevision
from programmes.spreadsheets.importing.sample import load_reference
from tests.browser.conftest import follow, sign_in_again
from tests.browser.test_staff import faults_of
from tests.conftest import make_member
from tests.sampling import first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BEGUN = "admin/set-up/new/"


@pytest.fixture
def people(transactional_db: Any) -> None:
    """An empty tracker: the territories, and two administrators."""
    load_reference()
    for name in ("amina", "anas"):
        make_member(name, "administrator", "MA")


def go_on(page: Any, **boxes: str) -> None:
    """Fills the boxes of a step, saves, and waits for the next one."""
    for name, text in boxes.items():
        box = page.locator(f"[name={name}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(label=text)
        else:
            box.fill(text)
    follow(page, ".entry-submit")
    assert page.locator(".errornote").count() == 0


def add_beside(page: Any, table: str, **boxes: str) -> None:
    """Adds a record that is not in the list yet, from the step where it is needed."""
    page.click(f"details:has([name^=new-{table}-]) > summary")
    for name, text in boxes.items():
        box = page.locator(f"[name=new-{table}-{name}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)
    follow(page, f"button[name=do][value={table}]")
    assert page.locator(".errorlist").count() == 0


@pytest.mark.slow(each=True)
@pytest.mark.parametrize(
    ("language", "width", "script"), first([("ar", 390, True), ("ar", 390, False)])
)
def test_programme_goes_from_nothing_to_its_public_page(
    visit: Any, people: None, language: str, width: int, script: bool
) -> None:
    window = visit(width=width, java_script_enabled=script)
    page = window.sign_in(language, "amina", "pass")
    page.click(".desk-first a[href$='/set-up/']")
    page.click(f"a[href$='{BEGUN}']")
    page.check("#id_territories input >> nth=0")
    go_on(page, name_ar="مدينة المهن والكفاءات", start="2026")
    programme = Programme.objects.get()
    assert page.url.endswith(f"/set-up/{programme.pk}/partners/")
    add_beside(page, "organisation", kind="public_operator", name_ar="مكتب التكوين المهني")
    go_on(page, role="يقود", organisation="مكتب التكوين المهني")
    # centres and the agreement are skipped
    follow(page, ".set-up-skip")
    follow(page, ".set-up-skip")
    page.wait_for_url("**/targets/")
    add_beside(page, "indicator", name_ar="الشباب المكوَّنون", unit_ar="شاب", measure="running_total")
    page.fill("[name=value]", "1 500")
    add_beside(page, "source", kind="document", title="بلاغ الوزارة", date="05/01/2026")
    assert page.input_value("[name=value]") == "1 500"
    go_on(page, due="دجنبر 2030", announced="05/01/2026")
    go_on(
        page,
        kind="الإطلاق",
        title_ar="إطلاق البرنامج",
        date="09/2026",
        announced="05/01/2026",
        source="بلاغ الوزارة",
    )
    page.wait_for_url("**/end/")
    assert page.locator("input[name=ticked]:checked").count() == 2
    page.click(".entry-submit")
    page.wait_for_selector(".messagelist .success")
    states = TargetRevision.objects.values_list("state", "value", "due_on__year")
    assert list(states) == [("submitted", 1500, 2030)]
    assert MilestoneStatement.objects.get().state == "submitted"
    if script:
        stem = f"/{language}/admin/set-up/"
        names = ("programme", "partners", "centres", "agreements", "targets", "milestones", "end")
        pages = [stem, f"{stem}new/", *(f"{stem}{programme.pk}/{name}/" for name in names)]
        assert [fault for one in pages for fault in faults_of(window, one)] == []

    reader = visit()
    assert reader.page.goto(f"{reader.server}/ar/programmes/{programme.code}/").status == 404
    window.complaints[:], reader.complaints[:] = [], []
    second = visit(width=width)
    page = second.sign_in(language, "anas", "pass")
    follow(page, "#desk a[href$='/admin/review/']")
    follow(page, ".queue-begin a")
    for _row in range(2):
        page.check("[name=publish-show]") if page.locator("[name=publish-show]").count() else None
        follow(page, "button[value=publish]")
        page.wait_for_selector(".messagelist .success")
    answer = reader.page.goto(f"{reader.server}/ar/programmes/{programme.code}/")
    assert answer.status == 200
    assert "مدينة المهن والكفاءات" in reader.page.inner_text("h1")
    assert "1.500" in reader.page.inner_text("main")


@pytest.mark.slow
def test_what_is_typed_in_a_step_is_there_again_after_the_session_has_ended(
    visit: Any, people: None
) -> None:
    window = visit(width=390)
    page = window.sign_in("fr", "amina", "pass")
    window.open("/fr/admin/set-up/new/")
    page.check("#id_territories input >> nth=0")
    page.fill("[name=name_fr]", "Cité des métiers")
    sign_in_again(page, "amina", ".entry-submit")
    page.wait_for_selector("#typed-said")
    assert page.is_checked("#id_territories input >> nth=0")
    assert page.input_value("[name=name_fr]") == "Cité des métiers"
    go_on(page)
    address = f"/fr/admin/set-up/{Programme.objects.get().pk}/milestones/"
    window.open(address)
    page.select_option("[name=kind]", "launch")
    page.fill("[name=title_fr]", "Lancement")
    page.fill("[name=date]", "09/2026")
    page.fill("[name=announced]", "05/01/2026")
    page.click("details:has([name^=new-source-]) > summary")
    page.select_option("[name=new-source-kind]", "document")
    page.fill("[name=new-source-title]", "Communiqué")
    sign_in_again(page, "amina", ".entry-submit")
    assert page.url.endswith(address)
    page.wait_for_selector("#typed-said")
    assert (
        page.inner_text("#typed-said") == "Votre saisie précédente est de nouveau dans les cases."
    )
    assert page.is_visible("[name=new-source-title]")
    go_on(page)
    statement = MilestoneStatement.objects.get()
    assert (statement.milestone.kind, str(statement.source)) == ("launch", "Communiqué")
    # once it is saved it is no longer put back
    window.open(address)
    assert [page.input_value(f"[name={name}]") for name in ("kind", "date")] == ["", ""]
    assert page.locator("#typed-said").count() == 0
    # nor what was left on purpose
    page.fill("[name=date]", "2027")
    follow(page, ".set-up-skip")
    window.open(address)
    assert page.input_value("[name=date]") == ""
