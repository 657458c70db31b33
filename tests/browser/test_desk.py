"""A month's end in a real browser: twenty figures entered and submitted, ten reviewed, the absurd one caught."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Series, Source, Territory
from tests import builders as public
from tests.browser.conftest import follow
from tests.conftest import make_member
from tests.sample import put_sample
from tests.sampling import first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SERIES = 20
WAYS = [("ar", 390), ("fr", 1280)]


@pytest.fixture
def people(transactional_db: Any) -> Iterator[dict[str, Any]]:
    """The contributor of Rehamna with twenty figures due, the reviewer and the administrator of the country."""
    put_sample()
    found = {
        "alice": make_member("alice", "contributor", "MA-REH"),
        "rachida": make_member("rachida", "reviewer", "MA"),
        "amina": make_member("amina", "administrator", "MA"),
    }
    place = Territory.objects.get(code="MA-REH")
    indicator = Series.objects.filter(indicator__measure="running_total").first().indicator
    before = (timezone.localdate() - timedelta(days=400)).isoformat()
    for number in range(SERIES):
        series = public.make_series(
            f"month-end-{number:02}",
            territory=place,
            indicator=indicator,
            name_fr=f"Inscrits, groupe {number + 1}",
            name_ar=f"المسجلون، المجموعة {number + 1}",
        )
        public.make_target(f"month-end-{number:02}", series=series, value=9000, due="2040-12-31")
        public.make_measurement(series, before, 1000 + number)
    report = Source(code="bilan", kind="report", title="Bilan mensuel")
    report.date = PreciseDate.of_day(timezone.localdate())
    report.save()
    return found


def due(number: int) -> Series:
    return Series.objects.get(code=f"month-end-{number:02}")


class Taps:
    """Counts what a person does in a window: taps, and screens."""

    def __init__(self, page: Any) -> None:
        page.wait_for_load_state()
        self.page, self.taps, self.screens = page, 0, 1
        page.on("load", self._loaded)

    def _loaded(self, _page: Any) -> None:
        self.screens += 1

    def tap(self, place: str) -> None:
        self.taps += 1
        self.page.click(place)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), first(WAYS))
def test_twenty_figures_are_submitted_within_three_screens(
    visit: Any, people: dict[str, Any], language: str, width: int
) -> None:
    window = visit(width=width)
    page = window.sign_in(language, "alice", "pass")
    hand = Taps(page)
    hand.tap(".desk-first a")
    page.wait_for_selector("#entry-form")
    page.fill("#entry-as-of", timezone.localdate().strftime("%d/%m/%Y"))
    page.select_option(
        "#entry-source",
        label=next(
            text
            for text in page.locator("#entry-source option").all_inner_texts()
            if "Bilan mensuel" in text
        ),
    )
    before = hand.taps
    for number in range(SERIES):
        box = f"[name=r{due(number).pk}-value]"
        hand.tap(box)
        page.keyboard.type(str(1100 + number))
    assert hand.taps - before == SERIES, "one tap and one value a figure"
    hand.tap(".entry-submit")
    page.wait_for_selector(".messagelist .success", timeout=60_000)
    assert hand.screens <= 3
    rows = Measurement.objects.filter(series__code__startswith="month-end", state="submitted")
    assert sorted(rows.values_list("value", flat=True)) == [1100 + n for n in range(SERIES)]
    assert page.locator(".entry-waiting").count() == SERIES


@pytest.mark.slow(each=True)
@pytest.mark.parametrize(("language", "width"), [("ar", 390)])
def test_absurd_figure_is_said_while_the_next_is_typed_and_kept_for_the_reviewer(
    visit: Any, people: dict[str, Any], language: str, width: int
) -> None:
    window = visit(width=width)
    page = window.sign_in(language, "alice", "pass")
    window.open(f"/{language}/admin/figures/")
    page.fill("#entry-as-of", timezone.localdate().strftime("%d/%m/%Y"))
    source = Source.objects.get(code="bilan")
    page.select_option("#entry-source", str(source.pk))
    first, second = (f"r{due(number).pk}" for number in (0, 1))
    page.fill(f"[name={first}-value]", "1490000")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == f"{second}-value"
    page.wait_for_selector(f"#{first} .entry-doubts li")
    assert "1.490.000" in page.inner_text(f"#{first} .entry-doubts")
    page.wait_for_selector(f"#{first} .entry-kept:not(:empty)")
    assert Measurement.objects.get(value=1490000).state == "draft"
    page.check(f"[name={first}-looked]")
    page.fill(f"[name={first}-confirmation]", "Total de toutes les années")
    # where everything is kept already, the first press submits too
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    page.click(".entry-submit")
    page.wait_for_selector(".messagelist .success")
    row = Measurement.objects.get(value=1490000)
    assert (row.state, row.events.get(to_state="submitted").note) == (
        "submitted",
        "Total de toutes les années",
    )


def grid_of_an_ended_session(visit: Any) -> tuple[Any, Any]:
    """The window and page of somebody who opened the grid and gave its date and source; then the session ended."""
    window = visit()
    page = window.sign_in("fr", "alice", "pass")
    window.open("/fr/admin/figures/")
    page.fill("#entry-as-of", timezone.localdate().strftime("%d/%m/%Y"))
    page.select_option("#entry-source", str(Source.objects.get(code="bilan").pk))
    page.context.clear_cookies()
    return window, page


@pytest.mark.slow
def test_column_is_pasted_downwards_and_nothing_typed_is_lost_by_a_session_that_ends(
    visit: Any, people: dict[str, Any]
) -> None:
    window, page = grid_of_an_ended_session(visit)
    lines = "\n".join(["1 101", "1 102", "mille", "1 104"] + ["7"] * 5000)
    page.evaluate(
        """([name, text]) => {
          const box = document.querySelector(`[name=${name}]`), data = new DataTransfer();
          data.setData("text/plain", text);
          box.focus();
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [f"r{due(0).pk}-value", lines],
    )
    page.wait_for_selector("#entry-said a")
    # in sight wherever in the list one is
    for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"scrollTo(0, {place})")
        box = page.locator("#entry-said a").bounding_box()
        assert 0 <= box["y"] <= 900 - box["height"]
    assert page.input_value(f"[name=r{due(1).pk}-value]") == "1 102"
    assert not Measurement.objects.filter(state="draft").exists()
    page.click("#entry-said a")
    page.fill("input[name=login]", "alice")
    page.fill("input[name=password]", "pass")
    page.click("#login-form [type=submit]")
    page.wait_for_selector("#entry-form")
    assert page.input_value(f"[name=r{due(1).pk}-value]") == "1 102"
    page.wait_for_selector(f"#r{due(2).pk}.has-errors")
    page.wait_for_selector(f"#r{due(3).pk} .entry-kept:not(:empty)")
    page.wait_for_timeout(500)
    kept = Measurement.objects.filter(series=due(1), state="draft")
    assert [row.value for row in kept] == [Decimal(1102)]
    window.complaints[:] = [one for one in window.complaints if "403" not in one]


@pytest.mark.slow
def test_wrong_date_of_all_is_said_once_at_its_box(visit: Any, people: dict[str, Any]) -> None:
    window = visit()
    page = window.sign_in("fr", "alice", "pass")
    window.open("/fr/admin/figures/")
    page.fill("#entry-as-of", "31 novembre 2026")
    page.select_option("#entry-source", str(Source.objects.get(code="bilan").pk))
    rows = [f"#r{due(number).pk}" for number in range(3)]
    for row in rows:
        page.fill(f"{row} .is-figure input", "1100")
        page.keyboard.press("Tab")
        page.wait_for_selector(f"{row}.has-errors")
    said_above = page.inner_text("#entry-as_of-errors").replace("\xa0", " ")
    assert said_above.startswith("« 31 novembre 2026 » est un jour qui n’existe pas.")
    assert page.get_attribute("#entry-as-of", "aria-invalid") == "true"
    for row in rows:
        said = "Pas encore gardé : la date ou la source de tous les chiffres est à corriger."
        assert page.inner_text(f"{row} .errorlist") == said
    assert page.locator(".entry-apart[open]").count() == 0
    # the same once the whole form was sent
    follow(page, ".entry-submit")
    assert page.inner_text(".messagelist .error") == (
        "Pas encore gardé : la date ou la source de tous les chiffres est à corriger."
    )
    sign = "getComputedStyle(document.querySelector('.messagelist .error')).backgroundImage"
    assert page.evaluate(sign) == "none"
    assert page.inner_text("#entry-as_of-errors").replace("\xa0", " ") == said_above
    assert page.locator(".entry-apart[open]").count() == 0
    page.fill("#entry-as-of", timezone.localdate().strftime("%d/%m/%Y"))
    page.keyboard.press("Tab")
    for row in rows:
        page.wait_for_selector(f"{row} .entry-kept.is-kept:not(:empty)")
    assert page.locator(".has-errors").count() == 0
    assert page.inner_text("#entry-as_of-errors") == ""


@pytest.mark.slow
@pytest.mark.parametrize("language", first(["ar", "fr"]))
def test_folds_of_the_desk_are_no_wider_than_a_phone(
    visit: Any, people: dict[str, Any], language: str
) -> None:
    source = Source.objects.get(code="bilan")
    for series in (due(0), Series.objects.filter(programme__code="cmc").first()):
        row = Measurement(series=series, source=source, value=1200)
        row.as_of = PreciseDate.of_day(timezone.localdate())
        services.submit(services.record(row, by=people["amina"]), by=people["amina"])
    for name, address in (("amina", "figures/?show=all"), ("rachida", "review/")):
        window = visit(width=390)
        window.sign_in(language, name, "pass")
        page = window.open(f"/{language}/admin/{address}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert page.locator("#filter-programme option").count() > 1
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    # what is wider scrolls in its place, and fades at the edge behind which it goes on
    page = window.open(f"/{language}/admin/figures/calendar/")
    table = page.locator(".scroll")
    assert table.evaluate("one => one.scrollWidth > one.clientWidth")
    assert table.evaluate("one => getComputedStyle(one).maskImage") != "none"


@pytest.mark.slow
def test_what_a_colleague_kept_while_the_session_was_over_is_not_covered(
    visit: Any, people: dict[str, Any]
) -> None:
    window, page = grid_of_an_ended_session(visit)
    source = Source.objects.get(code="bilan")
    row = f"r{due(0).pk}"
    page.click(".entry-new-source summary")
    page.fill("[name=new-title]", "Note du délégué")
    page.fill(f"[name={row}-value]", "1111")
    page.keyboard.press("Tab")
    page.wait_for_selector("#entry-said a")
    theirs = Measurement(series=due(0), source=source, value=Decimal(1222))
    theirs.as_of = PreciseDate.of_day(timezone.localdate())
    services.record(theirs, by=make_member("anas", "contributor", "MA-REH"))
    page.click("#entry-said a")
    page.fill("input[name=login]", "alice")
    page.fill("input[name=password]", "pass")
    page.click("#login-form [type=submit]")
    page.wait_for_selector(f"#{row}.has-errors")
    assert "anas" in page.inner_text(f"#{row} .errorlist")
    assert page.input_value(f"[name={row}-value]") == "1111"
    assert Measurement.objects.get(series=due(0), state="draft").value == 1222
    # the source that was being typed is there too
    assert page.input_value("[name=new-title]") == "Note du délégué"
    page.click("button[value=source]")
    page.wait_for_selector(".entry-new-source:not([open])", state="attached")
    assert page.input_value("[name=new-title]") == ""
    assert page.locator("#entry-source option:checked").inner_text().startswith("Note du délégué")
    # she has seen what stands there, and keeps hers
    page.fill(f"[name={row}-value]", "1112")
    page.keyboard.press("Tab")
    page.wait_for_selector(f"#{row} .entry-kept:not(:empty)")
    page.wait_for_load_state("networkidle")
    assert Measurement.objects.get(series=due(0), state="draft").value == 1112
    window.complaints[:] = [one for one in window.complaints if "403" not in one]


@pytest.mark.slow(each=True)
@pytest.mark.parametrize(("language", "width"), [("fr", 1280)])
def test_reviewer_goes_through_ten_and_catches_the_absurd_one(
    visit: Any, people: dict[str, Any], language: str, width: int
) -> None:
    source = Source.objects.get(code="bilan")
    for number in range(10):
        row = Measurement(series=due(number), source=source, value=1490000 if number == 4 else 1200)
        row.as_of = PreciseDate.of_day(timezone.localdate())
        services.submit(services.record(row, by=people["alice"]), by=people["alice"])
    window = visit(width=width)
    page = window.sign_in(language, "rachida", "pass")
    follow(page, "#desk a[href$='/admin/review/']")
    assert page.locator(".queue > li").count() == 10
    assert page.locator(".queue .is-doubtful").count() == 1
    follow(page, ".queue-begin a")
    screens = 0
    while page.locator("button[value=publish]").count():
        screens += 1
        assert screens <= 10
        if page.locator(".review-warnings").count():
            text = page.inner_text(".review-warnings").replace("\u202f", " ").replace("\xa0", " ")
            assert "1 490 000" in text
            # without a tick and a word it is not published
            follow(page, "button[value=publish]")
            page.wait_for_selector(".answer-publish .errorlist")
            page.fill("textarea[name=return-note]", "Total de toutes les années ?")
            follow(page, "button[value=return]")
        else:
            follow(page, "button[value=publish]")
        page.wait_for_selector(".messagelist .success")
    assert screens == 10
    rows = Measurement.objects.filter(
        series__code__startswith="month-end", entered_by=people["alice"]
    )
    assert list(rows.filter(state="returned").values_list("value", flat=True)) == [1490000]
    assert rows.filter(state="published", value=1200).count() == 9


@pytest.mark.long
def test_form_without_the_script_does_the_same(visit: Any, people: dict[str, Any]) -> None:
    window = visit(java_script_enabled=False)
    page = window.sign_in("fr", "alice", "pass")
    window.open("/fr/admin/figures/")
    page.fill("#entry-as-of", timezone.localdate().strftime("%d/%m/%Y"))
    page.select_option("#entry-source", str(Source.objects.get(code="bilan").pk))
    page.fill(f"[name=r{due(0).pk}-value]", "1 150")
    page.click(".entry-submit")
    page.wait_for_selector(".messagelist .success")
    assert Measurement.objects.get(value=1150).state == "submitted"
