"""What a reader comes for: a figure in two taps, a page on one sheet of paper, a slow network, a region's city."""

import gzip
import re
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The quick suite reads in Arabic, whose letters are the tallest.
LANGUAGES = ["ar", *(pytest.param(one, marks=pytest.mark.long) for one in ("fr", "en"))]
JOBINTECH = "جوب-تك (JobInTech)"
YOUNG_TRAINED = "الشباب المكوَّنون في المهن الرقمية"
# A slow telephone: 400 ms for a round trip, 400 kbit/s.
ROUND_TRIP, BITS = 0.4, 400_000
# The page over a new connection (TCP, TLS, the page), then its sheets over another (the same again).
ROUND_TRIPS = 6
SHEET = re.compile(rb"/Type\s*/Page\b")
BLOCKING = """() => performance.getEntriesByType('resource')
  .filter(one => one.renderBlockingStatus === 'blocking').map(one => one.name)"""


def plain(text: str) -> str:
    """Text with ordinary spaces and without marks of direction."""
    return re.sub(r"\s+", " ", text)


def test_two_taps_lead_from_the_arabic_home_page_to_how_many_jobintech_trained(
    visit: Any, published: None
) -> None:
    page = visit(width=390, has_touch=True, is_mobile=True).open("/ar/")
    page.tap(f"main a:has(:text-is('{JOBINTECH}'))")
    page.wait_for_url("**/ar/programmes/jobintech/")
    page.tap(f"main .promises a:has-text('{YOUNG_TRAINED}')")
    page.wait_for_url("**/ar/targets/jobintech-15000/")
    fact = page.locator("main .promise--large")
    # how long ago and in how long: words of the day on which this runs
    words = re.sub(r"(7%)،.*?(المصدر)", r"\1 \2", plain(fact.inner_text()))
    assert words == (
        "آخر رقم: 1.000 إلى غاية 29 ماي 2024 الالتزام: 15.000 في أفق 2026 "
        "تعديل الالتزام: دون تحديد أجل ← 2026 لا معطيات حديثة "
        "آخر وضع معروف: 7% المصدر: Le360، 29 ماي 2024 "
        "المرحلة التجريبية، محور الدار البيضاء-الرباط."
    )
    box = fact.bounding_box()
    assert box["y"] + box["height"] < page.viewport_size["height"]


def test_home_page_says_it_without_a_tap(visit: Any, published: None) -> None:
    page = visit(width=390).open("/ar/")
    line = plain(page.locator(".leading article", has_text=YOUNG_TRAINED).inner_text())
    for words in ("15.000", "1.000 إلى غاية 29 ماي 2024", "Le360"):
        assert words in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_jobintech_prints_on_one_sheet_with_all_that_matters(
    visit: Any, published: None, language: str
) -> None:
    page = visit().open(f"/{language}/targets/jobintech-15000/")
    sheet = page.pdf(format="A4")
    assert len(SHEET.findall(sheet)) == 1
    page.emulate_media(media="print")
    kept = (
        ".promise--large .promise__figure",
        ".promise--large .promise__status",
        ".sentence",
        ".chart",
        ".revision blockquote",
        "table tbody tr",
        ".page__side section p",
        ".sources cite",
        ".cite",
    )
    assert [one for one in kept if not page.locator(one).first.is_visible()] == []
    left_out = (".sections", ".tongues", ".day", "textarea", ".reuse details", ".tables__files")
    assert [one for one in left_out if page.locator(one).first.is_visible()] == []


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_first_view_is_readable_in_three_seconds_on_a_slow_telephone(
    visit: Any, published: None, language: str
) -> None:
    """No time is taken: what decides is how often and how much is fetched before anything is drawn."""
    window = visit(width=390)
    requested: list[str] = []
    window.page.on("request", lambda request: requested.append(request.url))
    for path in ("", "targets/jobintech-15000/", "programmes/cmc/", "regions/MA-09/", "status/"):
        requested.clear()
        address = f"{window.server}/{language}/{path}"
        response = window.page.goto(address, wait_until="load")
        sheets = window.page.evaluate(BLOCKING)
        assert len(sheets) <= 2
        assert all(one.endswith(".css") for one in sheets)
        assert {one for one in requested if not one.endswith(".svg")} == {address, *sheets}
        assert response.header_value("content-encoding") == "gzip"
        sizes = [response.request.sizes()["responseBodySize"]]
        sizes += [len(gzip.compress(window.page.request.get(one).body())) for one in sheets]
        seconds = ROUND_TRIPS * ROUND_TRIP + sum(sizes) * 8 / BITS
        assert seconds < 3, (path, sizes)


def test_page_of_souss_massa_shows_its_city_with_the_promised_and_the_real_opening(
    visit: Any, published: None
) -> None:
    page = visit(width=390).open("/ar/regions/MA-09/")
    city = page.locator(".centres > li").first
    assert plain(city.inner_text()) == (
        "مدينة المهن والكفاءات بجهة سوس-ماسة مفتوح "
        "مدينة المهن والكفاءات · الدراركة (أكادير) · أكادير-إدا وتنان "
        "الافتتاح المعلن: السنة التكوينية 2021-2022 · الافتتاح الفعلي: 4 أكتوبر 2022 "
        "انطلاق الأشغال، فبراير 2020"
    )
    city.locator("a").click()
    page.wait_for_url("**/ar/centres/cmc-souss-massa/")
