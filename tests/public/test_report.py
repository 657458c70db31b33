"""The report for print: all that was promised of a record and what became of it, as of a day and known at a moment."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext as _

from programmes.models import LedgerEntry, Target
from programmes.selectors.pages.places.territories import territory_page
from tests.public.test_withdrawn import html_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

TODAY = date(2026, 11, 28)
RECORDS = {
    "programmes/cmc": "programme",
    "regions/MA-09": "territory",
    "agreements/ofppt-um6p-pie-2021": "agreement",
    "organisations/ofppt": "organisation",
}


def rows(html: str) -> list[str]:
    """The rows of the promises, as text."""
    body = html.split('<article class="report">', 1)[1]
    found = re.findall(r'<tr><th scope="row"><a href.*?</tr>', body, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in found]


def test_report_of_a_programme_lists_each_promise_once_under_what_became_of_it() -> None:
    html = html_of("/en/programmes/cmc/report/")
    promised = Target.objects.published().filter(series__programme__code="cmc")
    codes = re.findall(r'<tr><th scope="row"><a href="/en/targets/([^/]+)/">', html)
    assert sorted(codes) == sorted(promised.values_list("code", flat=True))
    twelve = next(one for one in rows(html) if " 12 by the 2026-2027" in one)
    assert "Moved: 2023-2024 → 2026-2027" in twelve
    assert "As first promised: Not met by the due date" in twelve
    last = LedgerEntry.objects.order_by("-number").first()
    assert last is not None
    assert str(last.number) in html.split("Digest of the ledger:", 1)[1][:200]


@pytest.mark.slow
@pytest.mark.parametrize("path", RECORDS)
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_page_of_a_record_leads_to_its_report(path: str, language: str) -> None:
    page = html_of(f"/{language}/{path}/")
    assert f'href="/{language}/{path}/report/"' in page
    report = html_of(f"/{language}/{path}/report/")
    assert rows(report)
    assert f'href="/{language}/{path}/"' in report


def test_report_of_a_day_and_moment_is_that_of_then() -> None:
    now, then = (
        rows(html_of(f"/en/programmes/cmc/report/{query}")) for query in ("", "?on=2021-06-30")
    )
    assert any("Moved:" in one for one in now)
    assert not any("Moved:" in one for one in then)


@pytest.mark.parametrize("path", ["programmes/none", "regions/MA-99", "agreements/x"])
def test_what_is_not_public_has_no_report(path: str) -> None:
    assert Client().get(f"/en/{path}/report/").status_code == 404


def test_number_of_queries_is_that_of_a_page(django_assert_max_num_queries: Any) -> None:
    for path, kind in RECORDS.items():
        # of a territory, what touches it beside its own as well
        with django_assert_max_num_queries(15 if kind == "territory" else 12):
            html_of(f"/en/{path}/report/?on=2024-12-31")


def test_each_promise_has_the_source_that_announced_it_and_a_figure_its_own() -> None:
    found = rows(html_of("/en/programmes/cmc/report/"))
    assert [row for row in found if "Promise:" not in row] == []
    twelve = next(row for row in found if " 12 by the 2026-2027" in row)
    assert (
        "Promise: Chamal7, 21 October 2025 First promise: Hespress (via Maghress), 17 August 2020 "
        "Last figure: OFPPT, 20 February 2026"
    ) in twelve
    # what was not moved was promised once
    assert [row for row in found if ("Moved:" in row) != ("First promise:" in row)] == []
    # nothing is the source of what nobody published, and no single one of a sum
    without = [row for row in found if "nothing published" in row or " from May 2023 to " in row]
    assert without
    assert [row for row in without if "Last figure:" in row] == []


def test_figures_have_the_progress_time_gone_and_coverage_of_the_page_of_their_promise() -> None:
    found = rows(html_of("/fr/programmes/cmc/report/?on=2026-11-28"))
    twelve = next(row for row in found if " 12 pour l’année" in row)
    assert "9 au 20 février 2026 75 % (89 % du temps écoulé) En bonne voie" in twelve.replace(
        "\u202f", " "
    ).replace("\u00a0", " ")
    beds = next(row for row in found if row.startswith("Lits dans les cités"))
    assert "de mai 2023 à février 2026" in beds
    assert "Total de 4 centres sur 12. Pas de donnée récente" in beds
    assert beds.endswith("Chaque partie avec sa date et sa source")
    places = next(row for row in found if row.startswith("Places pédagogiques dans les douze"))
    assert "Total de 8 centres sur 12." in places


@pytest.mark.parametrize("page", ["report", "embed"])
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_report_and_embed_of_a_region_say_how_many_promises_touch_it_beside_its_own(
    page: str, language: str
) -> None:
    for code in ("MA-07", "MA-09"):
        listed = territory_page(code, TODAY)
        assert listed is not None
        assert listed.shared or listed.wider
        html = html_of(f"/{language}/regions/{code}/{page}/?on={TODAY}")
        with translation.override(language):
            said = _(
                "Not counted here: promises for several territories together, %(shared)s; national ones "
                "without a share, %(wider)s."
            ) % {"shared": len(listed.shared), "wider": len(listed.wider)}
        assert said in html
        assert f'/{language}/regions/{code}/?on={TODAY}"' in html.split(said, 1)[1][:200]
    # nothing lies above the country
    assert "Not counted here" not in html_of(f"/en/regions/MA/{page}/")
