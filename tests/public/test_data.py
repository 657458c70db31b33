"""Open data: every table in every format, what is published and nothing else."""

import io
import json
import re
import zipfile
from itertools import product
from typing import Any

import pytest
from django.test import Client

from programmes import services
from programmes.calculations.dates import written_moment
from programmes.models import (
    Agreement,
    Amendment,
    Category,
    Dimension,
    Measurement,
    MeasurementShare,
    Participation,
    Programme,
    Reply,
    Sector,
    Signature,
    Stage,
    Waypoint,
)
from programmes.public import caching
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing.sample import data_account
from programmes.spreadsheets.sending.public_files.published import public_tables
from tests.builders import (
    amend,
    day,
    make_agreement,
    make_centre,
    make_country,
    make_indicator,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_province,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_statement,
    make_sum,
    make_target,
    publish,
    published_by_two,
    set_aside,
    show,
    withdraw,
)
from tests.sampling import first

pytestmark = pytest.mark.django_db
FORMATS = ("csv", "json", "xlsx")
ACCOUNTS = ("reference-data", "reference-review")


def fetch(address: str, language: str = "fr") -> bytes:
    response = Client().get(f"/{language}/{address}")
    assert response.status_code == 200
    assert not response.cookies
    return response.getvalue()


def rows(table: str, query: str = "") -> list[dict[str, Any]]:
    return json.loads(fetch(f"data/{table}.json{query}"))


def codes(table: str, query: str = "") -> list[str]:
    return [row["code"] for row in rows(table, query)]


# the planted ones: longer than a number that a row has by itself
VALUES = ("4711", "4712", "4713", "4714", "4715")


def holds(text: str, planted: str) -> bool:
    """Whether a planted word stands in a text; a number as one of its own, not by chance in a moment or a reference."""
    if planted.isdecimal():
        return re.search(rf"(?<![\w.]){planted}(?!\w)", text) is not None
    return planted in text


def hide_everything() -> None:
    """In every table a row that the public was never shown, or hangs on one; each bears the word hidden."""
    hidden = {"name_fr": "hidden", "is_public": False}
    make_country()
    region = make_region("MA-07", **hidden)
    make_province("MA-REH", parent=region, **hidden)
    office = make_organisation("hidden-office", acronym="hidden", **hidden)
    # a public record on which nothing rests yet may still name a hidden one
    make_organisation("open-office", acronym="open", name_fr="Ouvert", territory=region)
    Sector.objects.create(code="hidden-sector", **hidden)
    internal = make_source("hidden-source", title="hidden", is_public=False)
    draft_source = make_source("hidden-draft-source", title="hidden")
    programme = make_programme("hidden-programme", sources=[internal], **hidden)
    shown = make_programme("shown")
    Stage.objects.create(programme=programme, number=1, name_fr="hidden")
    Participation.objects.create(programme=programme, organisation=office, role="operator")
    agreement = make_agreement(
        "hidden-agreement", title_fr="hidden", is_public=False, programmes=[programme]
    )
    Signature.objects.create(agreement=agreement, organisation=office)
    signed = make_agreement("open-agreement", is_public=False)
    Signature.objects.create(
        agreement=signed, organisation=make_organisation(), person_fr="hidden person"
    )
    amend(show(signed), title={"fr": "Accord", "ar": "", "en": ""}, signatures=[])
    centre = make_centre("hidden-centre", territory=make_region(), operator=office, **hidden)
    make_centre("hidden-annex", kind="annex", parent=centre, **hidden)
    make_indicator("hidden-indicator", **hidden)
    # a draft promise with its series, its own waypoint and its source
    draft = make_target("hidden-draft", draft=True, source=draft_source, wording="hidden")
    Waypoint.objects.create(revision=draft.revisions.get(), on="2022-12-31", value=4713)
    make_target("hidden-of", series=make_series("hidden-y", programme=programme), draft=True)
    series = make_series("followed", programme=shown)
    target = make_target("followed", series=series)
    make_revision(
        target, 2, value=4711, announced="2023-01-01", due="2025", reason="hidden", draft=True
    )
    make_measurement(series, "2022-12-31", 12)
    figure = make_measurement(series, "2023-06-30", 4711, note="hidden", draft=True)
    dimension = Dimension.objects.create(code="sex", name_fr="Sexe")
    women = Category.objects.create(dimension=dimension, code="women", name_fr="Femmes")
    MeasurementShare.objects.create(measurement=figure, category=women, value=4712)
    secret = Dimension.objects.create(code="hidden-dimension", **hidden)
    Category.objects.create(dimension=secret, code="hidden-category", name_fr="hidden")
    set_aside(make_measurement(series, "2023-03-31", 4714, note="hidden", draft=True), "hidden")
    milestone = make_milestone(
        "hidden-milestone", programme=programme, title_fr="hidden", is_public=False
    )
    make_statement(milestone, "planned", "2022", "2021-01-01", wording="hidden", draft=True)
    silent = make_milestone("hidden-silent", programme=shown, title_fr="hidden")
    make_statement(silent, "planned", "2022", "2021-01-01", wording="hidden", draft=True)
    reply = {"organisation": office, "date": day("2024-01-01"), "source": internal}
    Reply.objects.create(code="hidden-reply", target=target, text_fr="hidden", **reply)
    Reply.objects.create(code="hidden-too", target=draft, text_fr="hidden", **reply)
    # a proposal that nobody has published
    services.propose_change(
        series, {"interval_months": 4715}, by=data_account(), reason="hidden proposal"
    )


def text_of(content: bytes, kind: str) -> str:
    if kind != "xlsx":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("query", first(["?languages=all", "", "?on=2024-06-30"]))
def test_nothing_unpublished_leaves_in_any_table_or_format(settings, query):
    settings.FILES_A_MINUTE = 0
    hide_everything()
    found = {}
    for name, kind in product([*TABLES, "amendments"], FORMATS):
        text = text_of(fetch(f"data/{name}.{kind}{query}"), kind)
        words = ["hidden", "secret", *VALUES, "MA-07", "MA-REH", *ACCOUNTS]
        words = [word for word in words if holds(text, word)]
        if words:
            found[name, kind] = words
    assert found == {}
    # and what is published does
    assert [row["value"] for row in rows("measurements", query)] == [12]
    assert codes("targets", query) == ["followed"]
    assert len(rows("target-revisions", query)) == 1


def test_what_no_longer_holds_stays_with_its_state_since_when_and_why():
    series = make_series("followed")
    target = make_target("followed", series=series)
    wrong = make_measurement(series, "2022-12-31", 12)
    corrected = make_measurement(
        series, "2022-12-31", 21, supersedes=wrong, reason="Chiffres inversés", draft=True
    )
    published_by_two(corrected)
    withdraw(make_measurement(series, "2023-12-31", 30), "Compté deux fois")
    withdraw(target.revisions.get(), "Jamais annoncé")
    told = [
        (
            row["value"],
            row["state"],
            row["supersedes"] or "",
            row["outcome_reason_fr"],
            row["ended_at"],
            row["published_at"],
        )
        for row in sorted(rows("measurements"), key=lambda row: row["value"])
    ]
    moments = [
        [None if at is None else written_moment(at) for at in one]
        for one in Measurement.objects.order_by("value").values_list("ended_at", "published_at")
    ]
    assert told == [
        (12, "superseded", "", "Chiffres inversés", *moments[0]),
        (21, "published", wrong.ref, None, None, moments[0][0]),
        (30, "withdrawn", "", "Compté deux fois", *moments[2]),
    ]
    (announcement,) = rows("target-revisions")
    assert (announcement["state"], announcement["outcome_reason_fr"]) == (
        "withdrawn",
        "Jamais annoncé",
    )
    assert codes("targets") == ["followed"]


@pytest.mark.slow
def test_row_of_a_withdrawn_record_changes_in_its_own_columns_alone():
    programme = make_programme()
    series = make_series("followed", programme=programme)
    make_target("followed", series=series, agreement=make_agreement(programmes=[programme]))
    make_measurement(series, "2022-12-31", 12)
    before = {table.name: rows(table.name) for table in public_tables()}
    withdraw(programme)
    withdraw(Agreement.objects.get())
    after = {table.name: rows(table.name) for table in public_tables()}
    moment = written_moment(Programme.objects.get().withdrawn_at)
    assert [row["withdrawn_at"] for row in after["programmes"]] == [moment]
    assert [row["withdrawn_at"] for row in after["targets"]] == [None]
    for found in (before, after):
        del found["amendments"]
        for name in ("programmes", "agreements"):
            for row in found[name]:
                del row["withdrawn_at"], row["withdrawn_reason_fr"]
    assert after == before


def test_table_of_amendments_says_what_changed_and_nothing_of_who_changed_it():
    agreement = make_agreement(is_public=False)
    Signature.objects.create(
        agreement=agreement, organisation=make_organisation(), person_fr="Une personne"
    )
    show(agreement)
    series = make_series("followed")
    target = make_target("followed", series=series)
    source = make_source("rapport", title="Rapport")
    amend(series, "Paraît tous les deux ans", source, interval_months=24)
    amend(agreement, "Signée par un autre", signatures=[])
    withdraw(target.revisions.get(), "Jamais annoncé")
    moments = list(Amendment.objects.order_by("pk").values_list("published_at", flat=True))
    series_line, signatures, withdrawal = [
        {name: value for name, value in row.items() if name != "number"}
        for row in rows("amendments")
    ]
    assert series_line == {
        "kind": "change", "table": "series", "key": "followed", "column": "interval_months",
        "old": "12", "new": "24", "reason_fr": "Paraît tous les deux ans", "source": "rapport",
        "published_at": written_moment(moments[0]),
    }  # fmt: skip
    assert "Une personne" not in signatures["old"]
    assert json.loads(signatures["old"])[0]["organisation"] == "ofppt"
    assert withdrawal == {
        "kind": "withdrawal", "table": "target-revisions", "key": "followed · 1", "column": None,
        "old": None, "new": None, "reason_fr": "Jamais annoncé", "source": None,
        "published_at": written_moment(moments[2]),
    }  # fmt: skip
    assert "rapport" in codes("sources")


def test_texts_are_in_the_language_of_the_address_or_in_all():
    make_indicator("beds", name_fr="Lits", name_ar="الأسرّة", name_en="Beds")
    assert "name_ar" not in rows("indicators")[0]
    row = rows("indicators", "?languages=all")[0]
    assert (row["name_fr"], row["name_ar"], row["name_en"]) == ("Lits", "الأسرّة", "Beds")
    assert "Beds" in fetch("data/indicators.csv", "en").decode()


def test_files_hold_what_was_known_of_the_day_asked():
    series = make_series("followed")
    target = make_target("followed", series=series, announced="2022-01-01")
    make_revision(target, 2, value=2000, announced="2024-01-01", due="2026")
    make_measurement(series, "2022-12-31", 5)
    make_measurement(series, "2024-12-31", 9)
    make_agreement("late", date=day("2024-03-01"))
    assert [row["value"] for row in rows("measurements", "?on=2023-01-31")] == [5]
    assert [row["number"] for row in rows("target-revisions", "?on=2023-01-31")] == [1]
    assert codes("targets", "?on=2021-12-31") == []
    assert codes("agreements", "?on=2023-01-31") == []
    assert codes("agreements") == ["late"]


def test_small_groups_are_left_out_with_their_whole_dimension():
    figure = make_measurement(make_series("followed"), "2023-12-31", 20, draft=True)
    # of twenty people of whom eighteen are from here, two are not
    for name, values in (("sex", (3, 17)), ("age", (8, 12)), ("origin", (18,))):
        dimension = Dimension.objects.create(code=name, name_fr=name)
        for number, value in enumerate(values):
            category = Category.objects.create(dimension=dimension, code=str(number), name_fr="x")
            MeasurementShare.objects.create(measurement=figure, category=category, value=value)
    publish(figure)
    assert [(row["dimension"], row["value"]) for row in rows("measurement-shares")] == [
        ("age", 8),
        ("age", 12),
    ]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("data/none.csv", 404),
        ("data/assignments.csv", 404),
        ("data/series.pdf", 404),
        ("data/series.csv?languages=fr", 400),
        ("data/series.csv?on=yesterday", 400),
        ("targets/none.csv", 404),
    ],
)
def test_unknown_file_is_a_page_that_says_so(address, status):
    response = Client().get(f"/fr/{address}")
    assert (response.status_code, response["Content-Type"]) == (status, "text/html; charset=utf-8")


def test_file_is_kept_and_validated_as_pages_are():
    response = Client().get("/fr/data/series.csv")
    assert response["Cache-Control"] == caching.PUBLIC
    held = Client().get("/fr/data/series.csv", headers={"if-none-match": response["ETag"]})
    assert held.status_code == 304
    make_measurement(make_series("new"), "2023-12-31", 5)
    again = Client().get("/fr/data/series.csv", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 200


def test_target_gives_its_own_series_and_that_of_its_parts():
    whole = make_sum("whole")
    make_target("whole", series=whole)
    for number, code in enumerate(("MA-09", "MA-01"), start=1):
        series = make_series(f"part-{number}", territory=make_region(code, code), part_of=whole)
        make_target(f"part-{number}", series=series)
        make_measurement(series, "2023-12-31", number)
    make_measurement(make_series("other"), "2023-12-31", 99)

    def values(address: str) -> list[int]:
        return [row["value"] for row in json.loads(fetch(address))]

    assert sorted(values("targets/whole.json")) == [1, 2]
    assert values("targets/part-1.json") == [1]
    page = Client().get("/fr/targets/part-1/").content.decode()
    assert [kind for kind in FORMATS if f'href="/fr/targets/part-1.{kind}"' in page] == list(
        FORMATS
    )
