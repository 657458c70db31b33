"""What a person sees in a file is what is read: per cents, months, times, merges, hidden rows; doubts are asked."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from programmes.models import Measurement, Organisation, Sector, Territory
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.reading.limits import UnreadableFileError
from programmes.spreadsheets.reading.shown_cells import kind_of_format
from programmes.spreadsheets.sending.exporting import export_file
from tests.conftest import make_member
from tests.spreadsheets.office import needs_libreoffice, saved_by_libreoffice
from tests.spreadsheets.test_job_states import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

RATIO, COUNT = "jobintech-insertion", "1337-workstations"
SOURCE = "le360-2024-05-jobintech"
HEADER = ["series", "as_of", "value", "percent", "source"]


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


def book(rows: list[list[Any]], formats: dict[str, str] | None = None, **more: Any) -> bytes:
    """A workbook; `formats` by cell, `merges`, `hidden` rows and `hidden_columns` of its sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    for merge in more.get("merges", ()):
        sheet.merge_cells(merge)
    for number in more.get("hidden", ()):
        sheet.row_dimensions[number].hidden = True
    for letter in more.get("hidden_columns", ()):
        sheet.column_dimensions[letter].hidden = True
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def checked(table: str, content: bytes, by: Any, name: str = "x", **options: str) -> Any:
    """A file sent and checked; that its figures are unusual beside the sample's is not asked."""
    asked = {"confirmed": ["unusual"], **options}
    return jobs.check(jobs.send(table, content, name, by=by, options=asked))


def rows_of(job: Any, kind: str) -> list[Any]:
    return [row for chunk in job.chunks.filter(kind=kind) for row in chunk.rows]


def values(job: Any) -> list[dict[str, str]]:
    """What the new rows of a job hold, by column."""
    return [
        {code: text for code, text in zip(job.columns, row[4], strict=True) if text is not None}
        for row in rows_of(job, "new")
    ]


def refusals(job: Any) -> list[tuple[int, str, str]]:
    return [
        (row, column, said)
        for row, cells in rows_of(job, "refused")
        for column, _v, said, *_ in cells
    ]


def causes(job: Any) -> list[tuple[int, str, str]]:
    return [
        (row, column, cause)
        for row, doubts in rows_of(job, "doubtful")
        for column, _before, _after, cause, *_more in doubts
    ]


PER_CENT = book(
    [HEADER, [RATIO, "2022", None, 0.73, SOURCE], [COUNT, "2022", 0.73, None, SOURCE]],
    {"D2": "0%", "C3": "0.0%"},
)
DATES = book(
    [
        HEADER,
        [COUNT, datetime(2022, 1, 1), 5, None, SOURCE],
        [COUNT, datetime(2021, 1, 1), 5, None, SOURCE],
        [COUNT, datetime(1905, 7, 13), 5, None, SOURCE],
        [COUNT, datetime(2022, 12, 30, 23, 59, 12), 5, None, SOURCE],
        [COUNT, datetime(2022, 12, 30, 23), 5, None, SOURCE],
    ],
    {
        "B2": "mmm-yy",
        "B3": "yyyy",
        "B4": "dd/mm/yyyy",
        "B5": "dd/mm/yyyy",
        "B6": "dd/mm/yyyy hh:mm",
    },
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    files = ("percent.xlsx", PER_CENT), ("dates.xlsx", DATES)
    found = {"openpyxl": dict(files)}
    for kind in ("ods", "xls"):
        folder: Path = tmp_path_factory.mktemp(kind)
        found[kind] = saved_by_libreoffice(folder, *files, kind=kind)
    return found


def hold_per_cent(content: bytes, by: Any) -> None:
    job = checked("measurements", content, by)
    [(row, column, sentence)] = refusals(job)
    assert (row, column) == (3, "value")
    assert sentence.startswith("“73 %” is not a number.")
    assert [one["percent"] for one in values(job)] == ["73"]


def hold_dates(content: bytes, by: Any) -> None:
    job = checked("measurements", content, by)
    assert [one["as_of"] for one in values(job)] == ["2022-01", "2021"]
    found = refusals(job)
    assert [(row, column) for row, column, _said in found] == [
        (4, "as_of"),
        (5, "as_of"),
        (6, "as_of"),
    ]
    assert found[0][2].startswith("The cell holds the day 13/07/1905")
    assert found[1][2].startswith("The cell holds a time, 2022-12-30 23:59:12")
    assert found[2][2].startswith("The cell holds a time, 2022-12-30 23:00:00")


def test_per_cent_is_read_as_shown_and_refused_where_counts_are(editor: Any) -> None:
    hold_per_cent(PER_CENT, editor)


def test_dates_keep_the_precision_they_are_shown_with(editor: Any) -> None:
    hold_dates(DATES, editor)


@needs_libreoffice
@pytest.mark.slow(each=True)
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_the_same_in_each_format(
    editor: Any, saved: dict[str, dict[str, bytes]], kind: str
) -> None:
    hold_per_cent(saved[kind]["percent.xlsx"], editor)
    hold_dates(saved[kind]["dates.xlsx"], editor)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0%", "%"),
        ("0.00%;[Red]-0.00%", "%"),
        ('0" %"', ""),
        ("mmm-yy", "m"),
        ("[$-40C]mmmm\\ yyyy", "m"),
        ("yyyy", "y"),
        ("dd/mm/yyyy", ""),
        ("m/d/yy h:mm", ""),
        ("mm:ss", ""),
        ("General", ""),
        ("#,##0.00", ""),
        ('_-* #,##0.00\\ "MAD"_-;\\-* #,##0.00\\ "MAD"_-;_-* "-"??\\ "MAD"_-;_-@_-', ""),
        ('#,##0" DH"', ""),
        ('0" m2"', ""),
        ('0" m"', ""),
        ('0" (1)"', ""),
        ("#\\ ##0", ""),
        ("# ?/?", ""),
        ("0.00E+00", ""),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", ""),
        # another value than the cell holds
        ('0" 000"', "?"),
        ("0,", "?"),
        ('0" M"', "?"),
        ('[<1000000]#,##0;#,##0.0,," M"', "?"),
        ('0;-0" 000"', "?"),
        ('0"."00', "?"),
        (";;;", "?"),
        ("0‰", "?"),
        ('"T2 "yyyy', "?"),
        ('"septembre "yyyy', "?"),
        ('yyyy"-"yyyy', "?"),
    ],
)
def test_a_format_says_how_a_cell_is_shown(code: str, kind: str) -> None:
    assert kind_of_format(code) == kind


def test_bare_fraction_under_per_cent_is_asked_about_and_applied_once_ticked(editor: Any) -> None:
    content = book([HEADER, [RATIO, "2022", None, 0.73, SOURCE], [RATIO, "2021", None, 56, SOURCE]])
    job = checked("measurements", content, editor)
    assert job.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0, "doubtful": 1}
    assert (job.state, causes(job)) == ("checked", [(2, "percent", "fraction")])
    assert job.detected["causes"] == {"fraction": 1}
    before = Measurement.objects.count()
    again = jobs.check(jobs.confirm(job, ["fraction"], by=editor))
    assert again.counts["new"] == 2
    jobs.apply(again, by=editor)
    assert Measurement.objects.count() == before + 2


def test_nothing_that_is_not_ticked_is_applied(editor: Any) -> None:
    content = book(
        [
            HEADER,
            [RATIO, "2022", None, 0.5, SOURCE],
            [RATIO, "2021", None, 0.7, SOURCE],
            [RATIO, "2020", None, 40, SOURCE],
        ]
    )
    job = jobs.check(jobs.confirm(checked("measurements", content, editor), ["3"], by=editor))
    assert causes(job) == [(2, "percent", "fraction")]
    before = set(Measurement.objects.values_list("pk", flat=True))
    jobs.apply(job, by=editor)
    made = Measurement.objects.exclude(pk__in=before).order_by("as_of_on")
    assert [str(one.value.normalize()) for one in made] == ["0.4", "0.007"]


def test_merged_cells_are_filled_down_and_asked_about(editor: Any) -> None:
    rows = [["code", "kind", "name_fr", "territory"]]
    rows += [
        [f"centre-{n}", "training_centre" if n == 1 else None, f"Centre {n}", "MA-RAB"]
        for n in (1, 2, 3)
    ]
    kind = str(TABLES["centres"]().fields["kind"].widget.choices.values[0])
    rows[1][1] = kind
    job = checked("centres", book(rows, merges=["B2:B4"]), editor)
    assert causes(job) == [(3, "kind", "merged"), (4, "kind", "merged")]
    [_row, [[_code, before, after, _cause, sentence, _sent]]] = rows_of(job, "doubtful")[0]
    assert (before, after) == ("", kind)
    assert sentence == "The cell is part of the merged cells B2:B4: it takes their value."
    assert jobs.check(jobs.confirm(job, ["merged"], by=editor)).counts["new"] == 3


def test_values_left_aside_are_listed_by_the_letter_of_their_column(editor: Any) -> None:
    rows = [["code", "name_fr", None, "remarque"], ["aa", "A", "x", "y"], ["bb", "B", None, "y"]]
    assert checked("sectors", book(rows), editor).detected["left_aside"] == {"C": 1, "D": 2}
    text = b"code,name_fr,,remarque\naa,A,x,y\nbb,B,,y\n"
    assert checked("sectors", text, editor).detected["left_aside"] == {"C": 1, "D": 2}


def test_the_visible_sheet_comes_first_and_hidden_rows_are_asked_about(editor: Any) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Secteurs ouverts"
    made.active.append(["code", "name_fr"])
    made.active.append(["aa", "A"])
    made.active.append(["bb", "B"])
    made.active.row_dimensions[3].hidden = True
    other = made.create_sheet("old")
    other.append(["code", "name_fr", "name_ar"])
    other.append(["zz", "Z", "ز"])
    other.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    job = checked("sectors", out.getvalue(), editor)
    assert [one["code"] for one in values(job)] == ["aa"]
    assert (causes(job), job.detected["hidden_rows"]) == ([(3, "", "hidden")], 1)


@pytest.mark.parametrize("encoding", ["cp850", "mac-roman", "iso-8859-6"])
def test_what_reads_as_no_language_is_refused_with_its_line_and_can_be_chosen(
    editor: Any, encoding: str
) -> None:
    name = "الصحة والتكوين المهني" if encoding == "iso-8859-6" else "Métiers créés à Béni"
    content = f"code,name_fr\nplain,Plain\naa,{name}\n".encode(encoding)
    with pytest.raises(UnreadableFileError, match="Line 3 reads in"):
        checked("sectors", content, editor)
    assert values(checked("sectors", content, editor, encoding=encoding))[1]["name_fr"] == name


@pytest.mark.parametrize(
    "line",
    [
        "aa,École".encode("cp1252"),
        "aa,Ã‰cole".encode(),
        "aa,\ufffdcole".encode(),
        "aa,Ø§Ù„ØµØ­Ø©".encode(),
    ],
)
def test_text_of_two_encodings_or_broken_before_is_refused_with_its_line(
    editor: Any, line: bytes
) -> None:
    content = "code,name_fr\nbb,Santé\n".encode() + line + b"\n"
    with pytest.raises(UnreadableFileError, match="Line 3 reads in UTF-8"):
        checked("sectors", content, editor)


def test_hcp_codes_without_their_zeros_change_nothing(editor: Any) -> None:
    rows = Territory.objects.exclude(hcp_code="").order_by("code")
    lines = [
        f"{one.code},{float(one.hcp_code):g}"
        for one in rows
        if one.hcp_code.replace(".", "").isdigit()
    ]
    job = checked("territories", ("code,hcp_code\n" + "\n".join(lines)).encode(), editor)
    assert (job.counts["unchanged"], job.counts["changed"]) == (len(lines), 0)


def test_export_of_another_table_is_asked_about(editor: Any) -> None:
    table = TABLES["organisations"]()
    content = export_file(table, Organisation.objects.all(), kind="xlsx", headings="codes")
    job = checked("sectors", content, editor)
    assert job.counts["new"] == 0
    assert {cause for _row, _column, cause in causes(job)} == {"other_table"}
    assert job.counts["doubtful"] == Organisation.objects.count()


def test_missing_columns_are_one_sentence_for_the_file(editor: Any) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        checked("measurements", b"value,note\n1,a\n2,b\n", editor)
    assert (
        str(refused.value)
        == "A column is missing: series (series), as of (as_of), source (source)."
    )


def test_computed_decimals_are_rounded_where_the_sender_says_so(editor: Any) -> None:
    content = f"series;as_of;value;source\n{COUNT};2022;12,3456789012345678;{SOURCE}\n".encode()
    assert checked("measurements", content, editor).counts["refused"] == 1
    job = checked("measurements", content, editor, rounding="2")
    assert [one["value"] for one in values(job)] == ["12.35"]


def test_invisible_signs_are_taken_out_and_named(editor: Any) -> None:
    content = "code,name_fr\n\u202eaa\u200b,Cafe\u0301\u00a0noir\u200f\n".encode()
    job = checked("sectors", content, editor)
    assert values(job) == [{"code": "aa", "name_fr": "Café noir"}]
    assert job.detected["invisible"] == [
        "U+200B ZERO WIDTH SPACE",
        "U+200F RIGHT-TO-LEFT MARK",
        "U+202E RIGHT-TO-LEFT OVERRIDE",
    ]


def test_error_code_as_text_gets_the_same_answer_from_each_format(editor: Any) -> None:
    rows = [["code", "name_fr"], ["aa", "#REF!"]]
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.active["B2"].data_type = "s"
    out = io.BytesIO()
    made.save(out)
    said = [
        refusals(checked("sectors", content, editor))
        for content in (out.getvalue(), b"code,name_fr\naa,#REF!\n")
    ]
    assert said[0] == said[1]
    assert said[0][0][2].startswith("The cell holds the error #REF!.")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Préfecture de Meknès", "MA-MEK"),
        ("عمالة مكناس", "MA-MEK"),
        ("Béni Mellal-Khénifra (MA-05)", "MA-05"),
    ],
)
def test_names_of_places_are_found_with_their_kind_or_code(
    editor: Any, name: str, code: str
) -> None:
    content = f"code;kind;name_fr;territory\nx-centre;{_kind()};X;{name}\n".encode()
    assert values(checked("centres", content, editor))[0]["territory"] == code


def test_a_name_that_is_only_near_is_asked_about(editor: Any) -> None:
    content = f"code;kind;name_fr;territory\nx-centre;{_kind()};X;Ouarzazatte\n".encode()
    job = checked("centres", content, editor)
    assert causes(job) == [(2, "territory", "near_name")]
    assert values(jobs.check(jobs.confirm(job, ["2"], by=editor)))[0]["territory"] == "MA-OUA"


def _kind() -> str:
    return str(TABLES["centres"]().fields["kind"].widget.choices.values[0])


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("mars 2021", "2021-03"),
        ("غشت 2021", "2021-08"),
        ("T1 2022", "2022-01..2022-03"),
        ("2022Q1", "2022-01..2022-03"),
        ("3 mars 2021", "2021-03-03"),
    ],
)
def test_months_and_quarters_in_words_are_read(editor: Any, text: str, notation: str) -> None:
    content = f"series;as_of;value;source\n{COUNT};{text};5;{SOURCE}\n".encode()
    assert values(checked("measurements", content, editor))[0]["as_of"] == notation


def test_the_end_of_a_year_is_asked_about(editor: Any) -> None:
    content = f"series;as_of;value;source\n{COUNT};fin 2020;5;{SOURCE}\n".encode()
    job = checked("measurements", content, editor)
    assert causes(job) == [(2, "as_of", "loose_date")]
    assert values(jobs.check(jobs.confirm(job, ["loose_date"], by=editor)))[0]["as_of"] == "2020-12"


def test_an_empty_cell_erases_only_what_was_ticked(editor: Any) -> None:
    Sector.objects.create(code="aa", name_fr="A", name_ar="ا")
    Sector.objects.create(code="bb", name_fr="B")
    job = checked("sectors", b"code,name_fr,name_ar\naa,A,\nbb,C,\n", editor)
    assert (causes(job), job.counts["changed"]) == ([(2, "name_ar", "erased")], 1)
    jobs.apply(job, by=editor)
    assert Sector.objects.get(code="aa").name_ar == "ا"


def test_the_preview_asks_and_a_tick_confirms(editor: Any) -> None:
    content = book([HEADER, [RATIO, "2022", None, 0.73, SOURCE]])
    job = checked("measurements", content, editor)
    client = signed_in(editor)
    address = f"/fr/admin/programmes/measurement/import/{job.pk}/"
    shown = client.get(address).content.decode()
    assert "moins d’un pour cent\xa0: peut-être une part de 1 (1)" in shown
    assert "Rien du fichier n’est enregistré tant que vous ne le confirmez pas ci-dessous." in shown
    shown = client.post(address, {"do": "confirm", "confirmed": "fraction"}, follow=True)
    job.refresh_from_db()
    assert (job.counts["new"], job.counts.get("doubtful")) == (1, None)
    assert "Appliquer l’import" in shown.content.decode()
