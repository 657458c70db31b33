"""Files whose headers do not fit are read as their sender says: columns given a meaning, or turned into rows."""

import io
import zlib
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from programmes.models import (
    Category,
    ColumnMapping,
    Dimension,
    ImportFile,
    ImportJob,
    Indicator,
    Measurement,
    Territory,
)
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.mappings import (
    give_meaning,
    look,
    remembered_mapping,
    rows_of_top,
)
from programmes.spreadsheets.reading.headers import HeaderError
from programmes.spreadsheets.reading.mapping import SheetMapping
from programmes.spreadsheets.reading.sent_files import addresses_of
from programmes.spreadsheets.sending.error_markup import mark_job
from tests.builders import make_indicator, make_series, make_source
from tests.conftest import make_member
from tests.spreadsheets.building import ods
from tests.spreadsheets.test_job_states import signed_in
from tests.spreadsheets.test_shown import causes, refusals, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

SOURCE = {"source": "hcp"}
# a place, then its rates of two years
RATES = SheetMapping(
    "",
    (1,),
    {"A": "territory", "B": "rows:percent", "C": "rows:percent"},
    ("as_of",),
    {"indicator": "rate", **SOURCE},
)


@pytest.fixture
def editor() -> Any:
    make_source("hcp", on="2025-12-31")
    return make_member("edith", "editor", "MA")


def provinces() -> list[Territory]:
    return list(Territory.objects.filter(kind__in=("province", "prefecture")).order_by("code"))


def followed(indicator: str, measure: str, territories: list[Territory]) -> None:
    """One series of an indicator in each territory."""
    what = make_indicator(indicator, measure=measure, name_fr=indicator)
    for place in territories:
        make_series(f"{indicator}-{place.code.lower()}", indicator=what, territory=place)


def mapped(
    table: str, content: bytes, by: Any, mapping: SheetMapping, name: str = "x.xlsx"
) -> ImportJob:
    """A file sent, given its meaning and checked."""
    job = jobs.send(table, content, name, by=by, to_map=True)
    look(job, mapping.sheet)
    return jobs.check(give_meaning(job, mapping, rows_of_top(job), TABLES[table](), by=job.owner))


def workbook(rows: list[list[Any]], **more: Any) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Feuil1"
    for row in rows:
        sheet.append(row)
    for merge in more.get("merges", ()):
        sheet.merge_cells(merge)
    for cell, form in more.get("formats", {}).items():
        sheet[cell].number_format = form
    for number in more.get("hidden", ()):
        sheet.row_dimensions[number].hidden = True
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_poverty_rates_of_all_provinces_load_by_mapping_alone(editor: Any) -> None:
    places = provinces()
    followed("poverty", "ratio", places)
    rows: list[list[Any]] = [
        ["Taux de pauvreté par province"],
        [],
        ["Province", "Code", 2014, 2024],
    ]
    rows += [
        [f"Province de {place.name_fr}", n, 10 + n / 10, 5 + n / 10]
        for n, place in enumerate(places)
    ]
    mapping = SheetMapping(
        "Feuil1",
        (3,),
        {"A": "territory", "C": "rows:percent", "D": "rows:percent"},
        ("as_of",),
        {"indicator": "poverty", **SOURCE},
    )
    job = mapped("measurements", workbook(rows), editor, mapping)
    assert job.counts == {"new": 2 * len(places), "changed": 0, "unchanged": 0, "refused": 0}
    assert values(job)[:2] == [
        {
            "series": f"poverty-{places[0].code.lower()}",
            "as_of": year,
            "percent": rate,
            "source": "hcp",
        }
        for year, rate in (("2014", "10"), ("2024", "5"))
    ]
    jobs.apply(job, by=editor)
    assert Measurement.objects.filter(series__indicator__code="poverty").count() == 2 * len(places)


def test_tourism_table_with_two_header_rows_loads_by_mapping_alone(editor: Any) -> None:
    regions = list(Territory.objects.filter(kind="region").order_by("code"))
    followed("arrivals", "per_period", regions)
    followed("nights", "per_period", regions)
    rows: list[list[Any]] = [
        ["Région", 2022, None, 2023, None],
        [None, "Arrivées", "Nuitées", "Arrivées", "Nuitées"],
    ]
    rows += [[place.name_ar, n, n * 2, n * 3, None] for n, place in enumerate(regions, start=10)]
    content = workbook(rows, merges=["A1:A2", "B1:C1", "D1:E1"])
    letters = "BCDE"
    mapping = SheetMapping(
        "Feuil1",
        (1, 2),
        {"A": "territory", **dict.fromkeys(letters, "rows:value")},
        ("period", "indicator"),
        SOURCE,
        {letter: ("", "arrivals" if letter in "BD" else "nights") for letter in letters},
    )
    job = mapped("measurements", content, editor, mapping)
    # nothing is made of empty cells: nights of 2023
    assert job.counts["new"] == 3 * len(regions)
    code = regions[0].code.lower()
    assert values(job)[:3] == [
        {
            "series": f"{what}-{code}",
            "period_start": f"{year}-01-01",
            "as_of": year,
            "value": value,
            "source": "hcp",
        }
        for what, year, value in (
            ("arrivals", "2022", "10"),
            ("nights", "2022", "20"),
            ("arrivals", "2023", "30"),
        )
    ]


def test_quarters_below_their_year_say_the_date_together(editor: Any) -> None:
    followed("arrivals", "per_period", [Territory.objects.get(code="MA-01")])
    rows: list[list[Any]] = [["Région", 2023, None, 2024], [None, "T3", "T4", "1er semestre"]]
    content = workbook([*rows, ["MA-01", 10, 20, 30]], merges=["A1:A2", "B1:C1"])
    mapping = SheetMapping(
        "Feuil1",
        (1, 2),
        {"A": "territory", **dict.fromkeys("BCD", "rows:value")},
        ("period", "period"),
        {"indicator": "arrivals", **SOURCE},
    )
    job = mapped("measurements", content, editor, mapping)
    assert [(one["as_of"], one["value"]) for one in values(job)] == [
        ("2023-07..2023-09", "10"),
        ("2023-10..2023-12", "20"),
        ("2024-01..2024-06", "30"),
    ]


def test_the_marked_file_of_a_mapped_sheet_names_the_persons_own_columns(editor: Any) -> None:
    followed("rate", "ratio", [Territory.objects.get(code="MA-01")])
    mapping = replace(RATES, sheet="Feuil1")
    content = workbook([["Lieu", 2021, 2022], ["MA-01", 50, "cinquante"]])
    job = mapped("measurements", content, editor, mapping)
    mark_job(job, "en")
    made = zlib.decompress(bytes(ImportFile.objects.get(job=job).marked))
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet["D2"].value.startswith("2022: “cinquante” is not a number.")


def test_series_of_school_years_loads_by_mapping_alone(editor: Any) -> None:
    followed("pupils", "level", [Territory.objects.get(code="MA-01")])
    text = "Program type;2021/2022;2022/2023;2023/2024\nAll programs;1 000;1 100;..\n"
    mapping = SheetMapping(
        "",
        (1,),
        dict.fromkeys("BCD", "rows:value"),
        ("as_of",),
        {"indicator": "pupils", "territory": "MA-01", **SOURCE},
    )
    job = mapped("measurements", text.encode(), editor, mapping, "canada.csv")
    assert [(one["as_of"], one["value"]) for one in values(job)] == [
        ("2021-2022", "1000"),
        ("2022-2023", "1100"),
    ]
    [(number, column, sentence)] = refusals(job)
    # the refusal names the person's own cell
    assert (jobs_cell(job, number, column), column) == ("D2", "value")
    assert sentence.startswith("“..” is not a number.")
    assert [(one[0], *one[2:]) for one in job.detected["cells"]] == [
        ("A", "", 0, 0, 0, 1),
        ("B", "value", 1, 0, 0, 0),
        ("C", "value", 1, 0, 0, 0),
        ("D", "value", 0, 0, 1, 0),
    ]


def jobs_cell(job: ImportJob, number: int, column: str) -> str:
    return addresses_of(job).cell(number, column)


def test_sexes_as_columns_become_shares_of_the_figure_of_that_date(editor: Any) -> None:
    dimension = Dimension.objects.create(code="by-sex", name_fr="Sexe des stagiaires")
    one, other = (
        Category.objects.create(dimension=dimension, code=name[0].lower(), name_fr=name)
        for name in ("Filles", "Garçons")
    )
    followed("trained", "level", [Territory.objects.get(code="MA-01")])
    jobs_text = "indicator,territory,as_of,value,source\ntrained,MA-01,2024,100,hcp\n"
    job = jobs.apply(
        jobs.check(jobs.send("measurements", jobs_text.encode(), "x.csv", by=editor)), by=editor
    )
    assert job.state == "applied"
    content = ods([["Région", "Année", "Filles", "Garçons"], ["MA-01", "2024", 60, 40]], "Feuil1")
    mapping = SheetMapping(
        "Feuil1",
        (1,),
        {"A": "territory", "B": "as_of", "C": "rows:value", "D": "rows:value"},
        ("category",),
        {"indicator": "trained", "dimension": "Sexe des stagiaires"},
    )
    job = mapped("measurement-shares", content, editor, mapping)
    assert [(found["category"], found["value"]) for found in values(job)] == [
        (one.code, "60"),
        (other.code, "40"),
    ]


def test_what_a_person_sees_holds_through_a_mapping(editor: Any) -> None:
    place = Territory.objects.get(code="MA-01")
    followed("rate", "ratio", [place, Territory.objects.get(code="MA-02")])
    rows = [["Lieu", 2021, 2022], ["MA-01", 0.73, 0.8], ["MA-02", 0.5, 61]]
    content = workbook(rows, formats={"B2": "0%", "C2": "0.0%"}, hidden=[3])
    mapping = replace(RATES, sheet="Feuil1")
    job = mapped("measurements", content, editor, mapping)
    assert [one["percent"] for one in values(job)] == ["73", "80"]
    assert [
        (jobs_cell(job, row, column or "percent"), cause) for row, column, cause in causes(job)
    ] == [
        ("B3", "hidden"),
        ("B3", "fraction"),
        ("C3", "hidden"),
    ]
    # one row of the file, of which two are made
    assert job.detected["hidden_rows"] == 1


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        (
            SheetMapping("", (1,), {"A": "series", "B": "series"}, (), SOURCE),
            "The column “series” stands in the file more than once.",
        ),
        (SheetMapping("", (1,), {"A": "nothing"}), "“nothing” is no column of this table."),
        (SheetMapping("", (1,)), "Say what at least one column means."),
        (
            SheetMapping("", (1,), {"A": "territory", "B": "rows:value"}, ("",), SOURCE),
            "Columns are turned into rows: say what their header says of each, such as the date.",
        ),
        (
            SheetMapping("", (1,), {"A": "territory", "B": "rows:value"}, ("as_of",), {}),
            "A column is missing: source (source).",
        ),
    ],
)
def test_a_mapping_that_makes_no_rows_is_refused_with_a_sentence(
    editor: Any, mapping: SheetMapping, sentence: str
) -> None:
    job = jobs.send("measurements", b"x,y\n1,2\n", "x.csv", by=editor, to_map=True)
    look(job, "")
    with pytest.raises(ValidationError) as refused:
        give_meaning(job, mapping, rows_of_top(job), TABLES["measurements"](), by=job.owner)
    assert refused.value.messages == [sentence]


def test_two_columns_that_say_the_same_are_refused_with_their_letters(editor: Any) -> None:
    followed("rate", "ratio", [Territory.objects.get(code="MA-01")])
    job = mapped("measurements", b"x,2021,2021\nMA-01,1,2\n", editor, RATES, "x.csv")
    assert (job.state, job.message) == ("refused", "The columns B and C say the same: “2021”.")


def test_the_meaning_is_remembered_for_its_person_and_shape_of_file(editor: Any) -> None:
    followed("rate", "ratio", [Territory.objects.get(code="MA-01")])
    mapping = SheetMapping(
        "",
        (1,),
        {"A": "territory", "B": "rows:percent"},
        ("as_of",),
        {"indicator": "rate", **SOURCE},
    )
    mapped("measurements", b"lieu,2021\nMA-01,50\n", editor, mapping, "x.csv")
    other = make_member("bob", "editor", "MA")
    assert ColumnMapping.objects.get().owner == editor
    same = [(1, ["Lieu", "2021"]), (2, ["MA-02", "1"])]
    assert remembered_mapping(editor, "measurements", "", same) == mapping
    assert remembered_mapping(other, "measurements", "", same) is None
    assert remembered_mapping(editor, "measurements", "", [(1, ["Lieu", "2022"])]) is None


def test_figures_are_found_by_what_they_are_about_without_a_mapping(editor: Any) -> None:
    places = [Territory.objects.get(code=code) for code in ("MA-01", "MA-02")]
    followed("rate", "level", places)
    text = "indicator,territory,as_of,value,source\nrate,MA-01,2024,1,hcp\nrate,MA-03,2024,1,hcp\n"
    job = jobs.check(jobs.send("measurements", text.encode(), "x.csv", by=editor))
    assert [one["series"] for one in values(job)] == ["rate-ma-01"]
    [(row, column, sentence)] = refusals(job)
    assert (row, column) == (3, "series")
    assert sentence.startswith(
        "“rate · MA-03” names nothing that you can use in: followed series. Near it:"
    )
    assert "(rate-ma-01)" in sentence


def test_a_name_that_fits_several_series_lists_them(editor: Any) -> None:
    place = Territory.objects.get(code="MA-01")
    followed("rate", "level", [place])
    make_series("rate-again", indicator=Indicator.objects.get(code="rate"), territory=place)
    text = "indicator,territory,as_of,value,source\nrate,MA-01,2024,1,hcp\n"
    job = jobs.check(jobs.send("measurements", text.encode(), "x.csv", by=editor))
    [(_row, _column, sentence)] = refusals(job)
    assert "fits several records" in sentence
    assert "(rate-again)" in sentence


def test_a_file_that_does_not_fit_is_kept_only_to_be_mapped(editor: Any) -> None:
    with pytest.raises(HeaderError):
        jobs.send("measurements", b"x,y\n1,2\n", "x.csv", by=editor)
    assert not ImportJob.objects.exists()


def test_a_file_is_mapped_in_the_admin_without_script(editor: Any) -> None:
    places = [Territory.objects.get(code=code) for code in ("MA-01", "MA-02")]
    followed("rate", "ratio", places)
    client = signed_in(editor)
    content = workbook([["Titre"], ["Lieu", 2021, 2022], ["MA-01", 50, 51], ["MA-02", 52, None]])
    sent = io.BytesIO(content)
    sent.name = "taux.xlsx"
    answer = client.post("/ar/admin/programmes/measurement/import/", {"file": sent}, follow=True)
    job = ImportJob.objects.get()
    address = f"/ar/admin/programmes/measurement/import/{job.pk}/columns/"
    assert answer.redirect_chain == [(address, 302)]
    page = answer.content.decode()
    # the columns of years are offered as rows
    assert page.count('<option value="rows:value" selected>') == 2
    form = {
        "sheet": "Feuil1",
        "first": "2",
        "count": "1",
        "means-A": "territory",
        "means-B": "rows:percent",
        "means-C": "rows:percent",
        "text-B-0": "2021",
        "text-C-0": "2022",
        "says-0": "as_of",
        "same-indicator": "rate",
        "same-source": "hcp",
    }
    answer = client.post(address, form, follow=True)
    job.refresh_from_db()
    assert (job.state, job.counts["new"]) == ("checked", 3)
    again = io.BytesIO(content)
    again.name = "taux.xlsx"
    page = client.post("/ar/admin/programmes/measurement/import/", {"file": again}, follow=True)
    assert page.content.decode().count('<option value="rows:percent" selected>') == 2
