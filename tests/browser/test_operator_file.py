"""An operator's own file in a real browser, in Arabic: years as columns, merged headers, hidden rows, per cents.

It is given its meaning, confirmed, repaired, applied, reviewed by a second account, undone, and sent once more: the
file itself is never touched.
"""

import io
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from programmes.models import ImportJob, Measurement, Territory
from tests import builders as public
from tests.browser.conftest import follow
from tests.conftest import make_member
from tests.sample import put_sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLACES = ("MA-01", "MA-02", "MA-03", "MA-04")
INDICATORS = {"placed": "نسبة الإدماج", "certified": "نسبة الحاصلين على شهادة"}
HIDDEN = (6, 7)


def operator_book() -> bytes:
    """A title, two header rows merged both ways, per cents as formats, two hidden rows, a remark, and a cell without
    a number."""
    names = [Territory.objects.get(code=code).name_ar for code in PLACES]
    # as people write it: nearly
    names[3] = f"{names[3]}ا"
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "حصيلة"
    sheet.sheet_view.rightToLeft = True
    for row in (
        ["حصيلة الإدماج حسب الجهات"],
        ["الجهة", INDICATORS["placed"], None, INDICATORS["certified"], None, "ملاحظات"],
        [None, 2022, 2023, 2022, 2023, None],
        [names[0], 0.73, 0.75, 0.9, 0.91, "معطيات مؤقتة"],
        [names[1], 0.6, 0.62, 0.8, "غير متوفر", None],
        [names[2], 0.5, 0.55, 0.7, 0.72, None],
        [names[3], 0.4, 0.45, 0.6, 0.62, None],
    ):
        sheet.append(row)
    for merged in ("A1:F1", "A2:A3", "B2:C2", "D2:E2"):
        sheet.merge_cells(merged)
    for row in range(4, 8):
        for letter in "BCDE":
            sheet[f"{letter}{row}"].number_format = "0%"
    for row in HIDDEN:
        sheet.row_dimensions[row].hidden = True
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def file(transactional_db: Any, tmp_path: Path) -> Path:
    """The operator's file, its series and its source, whoever sends it and whoever reviews it."""
    put_sample()
    public.make_source("bilan-2024", on="2024-03-01", title="Bilan des instituts")
    for code, name in INDICATORS.items():
        what = public.make_indicator(code, measure="ratio", name_ar=name, name_fr=code, decimals=0)
        for place in PLACES:
            territory = Territory.objects.get(code=place)
            series = public.make_series(
                f"{code}-{place.lower()}", indicator=what, territory=territory, programme=None
            )
            public.make_target(series.code, series=series, value="0.8")
    make_member("edith", "editor", "MA")
    make_member("rachida", "reviewer", "MA")
    path = tmp_path / "حصيلة-2023.xlsx"
    path.write_bytes(operator_book())
    return path


def look(page: Any, name: str, shots: Any) -> None:
    """Nothing scrolls sideways, at any width; the picture is kept where one is asked for."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if shots:
            page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)


def send(window: Any, file: Path) -> Any:
    page = window.open("/ar/admin/programmes/measurement/import/")
    page.set_input_files("input[name=file]", str(file))
    page.click(".submit-row [type=submit]")
    page.wait_for_selector("form.beside")
    return page


def confirm_and_repair(page: Any) -> None:
    """Ticks what is asked of hidden rows and the near name, and types the figure that the file does not have."""
    for cause in ("hidden", "near_name"):
        page.check(f"#cause-{cause}")
    page.click("[name=do][value=confirm]")
    page.wait_for_selector("#repair")
    page.fill("#repair input[name^=now-]", "82")
    page.click("#repair .submit-row [value=repair]")
    page.wait_for_selector("[name=do][value=apply]")


def act_on_all(window: Any, state: str, action: str, note: str = "") -> None:
    """Takes one step with all figures in a state, from their list."""
    page = window.open(f"/ar/admin/programmes/measurement/?state__exact={state}")
    page.check("#action-toggle")
    page.select_option("select[name=action]", action)
    page.click("button[name=index]")
    page.wait_for_selector(".review-confirmation")
    if note:
        page.fill("textarea[name=note]", note)
    page.click("#content-main [type=submit]")
    page.wait_for_selector(".messagelist .success")


@pytest.mark.slow
def test_operators_file_is_mapped_confirmed_repaired_applied_reviewed_and_undone(
    visit: Any, file: Path
) -> None:
    shots = os.environ.get("SHOTS")
    before = sha256(file.read_bytes()).hexdigest()
    figures = Measurement.objects.filter(source__code="bilan-2024")
    edith, rachida = visit(), visit()
    edith.sign_in("ar", "edith", "pass")
    rachida.sign_in("ar", "rachida", "pass")

    # mapped: two header rows, the merged one names the indicator, the years become rows
    page = send(edith, file)
    page.select_option("#first", "2")
    page.select_option("#count", "2")
    page.click("form.beside button")
    page.wait_for_selector("#says-1")
    page.select_option("#means-A", "territory")
    for letter in "BCDE":
        page.select_option(f"#means-{letter}", "rows:percent")
    page.select_option("#says-0", "indicator")
    page.select_option("#says-1", "as_of")
    page.fill("#same-source", "bilan-2024")
    look(page, "columns", shots)
    page.click("form[method=post] .submit-row [type=submit]")
    page.wait_for_selector(".counts")
    job = ImportJob.objects.get()
    assert job.counts == {"new": 7, "changed": 0, "unchanged": 0, "refused": 1, "doubtful": 8}
    # every cell that holds something, whether or not it is shown
    text = page.inner_text(".import details summary >> nth=0")
    assert text.strip() == (
        "خلايا الملف: 30 = 8 للعناوين + 8 مقروءة + 10 في انتظار التأكيد + 2 مرفوضة + 2 متروكة جانبا"
    )
    look(page, "preview", shots)

    # confirmed and repaired
    confirm_and_repair(page)
    job.refresh_from_db()
    assert job.counts == {"new": 16, "changed": 0, "unchanged": 0, "refused": 0}
    assert "82" in page.inner_text("#content-main")
    look(page, "repaired", shots)

    page = edith.open(f"/ar/admin/programmes/measurement/import/{job.pk}/cells/")
    # the title, the remark, the two hidden rows, and the name that is only near
    found = page.locator("#content-main tbody td:nth-child(2)").all_inner_texts()
    assert [one.strip() for one in found] == ["A1", "F4", "6 السطر بأكمله", "7 السطر بأكمله", "A7"]
    look(page, "cells", shots)

    # applied: drafts, to the per cent that the file shows
    page = edith.open(f"/ar/admin/programmes/measurement/import/{job.pk}/")
    page.click("[name=do][value=apply]")
    page.wait_for_selector("[name=do][value=undo]")
    look(page, "applied", shots)
    read = {
        (row.series.code, row.as_of.notation): str((row.value * 100).normalize())
        for row in figures.select_related("series")
    }
    assert len(read) == 16
    assert read["placed-ma-01", "2022"] == "73"
    assert read["certified-ma-02", "2023"] == "82"
    assert read["certified-ma-04", "2023"] == "62"

    # reviewed by another account, which sends them back; then undone
    act_on_all(edith, "draft", "submit_rows")
    act_on_all(rachida, "submitted", "return_rows", "هذه أرقام مؤقتة")
    assert set(figures.values_list("state", flat=True)) == {"returned"}
    page = edith.open(f"/ar/admin/programmes/measurement/import/{job.pk}/")
    follow(page, "[name=do][value=undo]")
    page.wait_for_selector(".messagelist .success")
    assert not figures.exists()

    # the same file once more: what its columns mean is remembered; published, it is not undone
    page = send(edith, file)
    assert page.input_value("#means-E") == "rows:percent"
    page.click("form[method=post] .submit-row [type=submit]")
    page.wait_for_selector(".counts")
    confirm_and_repair(page)
    page.click("[name=do][value=apply]")
    page.wait_for_selector("[name=do][value=undo]")
    again = page.url
    act_on_all(edith, "draft", "submit_rows")
    act_on_all(rachida, "submitted", "publish_rows")
    assert set(figures.values_list("state", flat=True)) == {"published"}
    reader = visit(width=390)
    assert "82%" in reader.open("/ar/targets/certified-ma-02/").inner_text("main")
    page = edith.open(again.removeprefix(edith.server))
    follow(page, "[name=do][value=undo]")
    page.wait_for_selector(".messagelist .error")
    assert "B4 (" in page.inner_text(".messagelist")
    assert figures.count() == 16
    assert sha256(file.read_bytes()).hexdigest() == before
