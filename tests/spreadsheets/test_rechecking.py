"""What the preview called new is looked for again when a file is applied: nothing is entered twice."""

from typing import Any

import pytest
from django.utils import translation

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Centre,
    ImportJob,
    Measurement,
    MeasurementShare,
    Sector,
    Series,
    Source,
    TargetRevision,
)
from programmes.spreadsheets.importing import jobs
from tests.conftest import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

HEADER = "ref,series,as_of,value,source,note\n"
LINE = ",1337-workstations,{},{},afroplanete-2023-12-1337,\n"
TWICE = (
    "Des lignes nouvelles dans l’aperçu ont été saisies depuis, par ce fichier envoyé deux fois ou par un autre."
    " Rien n’a été enregistré\u00a0: choisissez d’abord les valeurs à garder."
)


@pytest.fixture(autouse=True)
def in_french() -> None:
    translation.activate("fr")


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


@pytest.fixture
def alice() -> Any:
    return make_member("alice", "contributor", "MA-REH")


def checked(table: str, text: str, by: Any) -> ImportJob:
    job = jobs.check(jobs.send(table, text.encode(), "x.csv", by=by))
    assert job.state == "checked", list(job.chunks.filter(kind="refused").values_list("payload"))
    return job


def drafts() -> list[tuple[str, Any]]:
    found = Measurement.objects.filter(series__code="1337-workstations", state="draft")
    return [(row.as_of.notation, row.value) for row in found.order_by("as_of_on", "value")]


def test_two_people_who_send_the_same_figures_enter_them_once(alice: Any, editor: Any) -> None:
    text = HEADER + LINE.format("2021", 300) + LINE.format("2022", 320)
    first, second = checked("measurements", text, alice), checked("measurements", text, editor)
    assert [job.counts["new"] for job in (first, second)] == [2, 2]
    assert jobs.apply(first, by=alice).state == "applied"
    second = jobs.apply(second, by=editor)
    assert (second.state, second.message) == ("conflict", TWICE)
    key = "1337-workstations · {} · afroplanete-2023-12-1337"
    assert second.conflicts == [
        {
            "row": row,
            "key": key.format(year),
            "column": "",
            "shown": "",
            "now": "déjà saisi",
            "file": "",
        }
        for row, year in ((2, "2021"), (3, "2022"))
    ]
    assert drafts() == [("2021", 300), ("2022", 320)]
    # whichever way it is decided, nothing is left to write
    assert jobs.check(jobs.leave_out_conflicts(second)).counts["unchanged"] == 2
    assert jobs.apply(second, by=editor).state == "applied"
    assert drafts() == [("2021", 300), ("2022", 320)]


def test_one_person_who_sends_a_file_twice_enters_it_once(alice: Any) -> None:
    text = HEADER + LINE.format("2022", 320)
    first, second = checked("measurements", text, alice), checked("measurements", text, alice)
    jobs.apply(first, by=alice)
    assert jobs.apply(second, by=alice).state == "conflict"
    assert drafts() == [("2022", 320)]


def test_another_value_for_the_same_day_and_source_is_a_conflict_that_says_both(
    alice: Any, editor: Any
) -> None:
    first = checked("measurements", HEADER + LINE.format("2022", 320), alice)
    second = checked("measurements", HEADER + LINE.format("2022", 330), editor)
    jobs.apply(first, by=alice)
    second = jobs.apply(second, by=editor)
    assert [(c["row"], c["column"], c["now"], c["file"]) for c in second.conflicts] == [
        (2, "value", "320", "330")
    ]
    # decided for the file: the draft is changed, not doubled
    second = jobs.apply(jobs.check(second), by=editor)
    assert (second.state, second.counts["changed"]) == ("applied", 1)
    assert drafts() == [("2022", 330)]


def test_two_sources_may_still_disagree(alice: Any) -> None:
    other = Source.objects.exclude(code="afroplanete-2023-12-1337").filter(date_on__year=2024)
    line = f",1337-workstations,2022,330,{other[0].code},\n"
    first = checked("measurements", HEADER + LINE.format("2022", 320), alice)
    second = checked("measurements", HEADER + line, alice)
    jobs.apply(first, by=alice)
    assert jobs.apply(second, by=alice).state == "applied"
    assert drafts() == [("2022", 320), ("2022", 330)]


def test_figure_typed_since_the_preview_is_found_too(alice: Any) -> None:
    job = checked("measurements", HEADER + LINE.format("2022", 320), alice)
    source = Source.objects.get(code="afroplanete-2023-12-1337")
    typed = Measurement(series=Series.objects.get(code="1337-workstations"), source=source)
    typed.value, typed.as_of = 320, PreciseDate.parse("2022")
    services.record(typed, by=alice)
    assert jobs.apply(job, by=alice).state == "conflict"
    assert drafts() == [("2022", 320)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "text", "model", "key"),
    [
        ("sectors", "code,name_fr\nnouveau,{}\n", Sector, {"code": "nouveau"}),
        (
            "sources",
            "code,kind,title,is_public\nnouveau,article,{},1\n",
            Source,
            {"code": "nouveau"},
        ),
        (
            "centres",
            "code,kind,name_fr,territory\nnouveau,city,{},MA-REH\n",
            Centre,
            {"code": "nouveau"},
        ),
        (
            "target-revisions",
            "target,number,value,due,announced,source,reason_fr\n"
            "jobintech-15000,{number},16000,2028,2025,{source},Avenant {}\n",
            TargetRevision,
            {"target__code": "jobintech-15000", "state": "draft"},
        ),
        (
            "measurement-shares",
            "measurement,dimension,category,value\n{ref},sex,female,{}\n",
            MeasurementShare,
            {"measurement__state": "draft"},
        ),
    ],
)
def test_record_made_since_the_preview_is_a_conflict_in_every_kind_of_table(
    table: str, text: str, model: Any, key: dict[str, str], editor: Any
) -> None:
    jobs.apply(checked("measurements", HEADER + LINE.format("2022", 320), editor), by=editor)
    parts = {
        "number": TargetRevision.objects.filter(target__code="jobintech-15000").count() + 1,
        "source": Source.objects.filter(date_on__year=2025).first().code,
        "ref": Measurement.objects.get(state="draft").ref,
    }
    first = checked(table, text.format("1", **parts), editor)
    same = checked(table, text.format("1", **parts), editor)
    other = checked(table, text.format("2", **parts), editor)
    assert jobs.apply(first, by=editor).state == "applied"
    same, other = jobs.apply(same, by=editor), jobs.apply(other, by=editor)
    assert (same.state, same.message) == ("conflict", TWICE)
    assert [conflict["now"] for conflict in same.conflicts] == ["déjà saisi"]
    assert other.state == "conflict"
    assert [conflict["column"] for conflict in other.conflicts] != [""]
    assert model.objects.filter(**key).count() == 1


def test_values_of_a_record_out_of_scope_are_not_shown(editor: Any) -> None:
    here = make_member("elsa", "editor", "MA-REH")
    text = "code,kind,name_fr,territory\nnouveau,city,{},{}\n"
    mine = checked("centres", text.format("Ici", "MA-REH"), here)
    jobs.apply(checked("centres", text.format("Ailleurs-secret", "MA-CAS"), editor), by=editor)
    mine = jobs.apply(mine, by=here)
    assert mine.state == "conflict"
    assert [(conflict["column"], conflict["now"]) for conflict in mine.conflicts] == [
        ("", "déjà saisi")
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", TWICE),
        (
            "ar",
            "أسطر كانت جديدة في المعاينة أُدخلت منذ ذلك الحين، إما لأن هذا الملف أُرسل مرتين أو من خلال ملف آخر."
            " لم يُسجَّل أي شيء: اختر أولا القيم التي تريد الإبقاء عليها.",
        ),
    ],
)
def test_sentence_is_in_the_language_of_the_sender(
    language: str, sentence: str, editor: Any
) -> None:
    with translation.override(language):
        first = checked("sectors", "code,name_fr\nnouveau,x\n", editor)
        second = checked("sectors", "code,name_fr\nnouveau,x\n", editor)
        jobs.apply(first, by=editor)
        assert jobs.apply(second, by=editor).message == sentence
