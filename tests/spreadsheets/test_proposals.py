"""What the public relies on is not changed by a file: what a row says otherwise becomes a proposal, or is refused."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client

from programmes import services
from programmes.models import (
    Amendment,
    Centre,
    ImportJob,
    Indicator,
    Milestone,
    Participation,
    Programme,
    Sector,
    Series,
    Signature,
    Source,
    Stage,
    Target,
    Territory,
)
from programmes.models.sealed_values import value_of
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.job_scope import keeps_every_row
from programmes.spreadsheets.importing.jobs import CannotUndoError
from tests.builders import show
from tests.conftest import make_member
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

WAITS = (
    "A proposal for the same columns of this record is waiting already."
    " Change that one, or wait until it is decided."
)
BY_REVIEW = "Showing and withdrawing are steps of review, which no file takes. Propose it on the record's own page."
CONFLICT = ("row", "key", "column", "shown", "now", "file")
RELIED_ON = "The public relies on this record: it can no longer be hidden."


def identity(column: str) -> str:
    return f"{column}: this says which record it is, and never changes. Withdraw the record, and make a new one."


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


@pytest.fixture
def reviewer() -> Any:
    return make_member("rachid", "reviewer", "MA")


def proposals() -> Any:
    """What was proposed, beside the showing of the sample."""
    return Amendment.objects.filter(kind="change")


def checked(table: str, text: str, by: Any) -> ImportJob:
    """A file sent and checked."""
    return jobs.check(jobs.send(table, text.encode(), "juin.csv", by=by))


def applied(table: str, text: str, by: Any, reason: str = "Nom officiel") -> ImportJob:
    job = checked(table, text, by)
    jobs.give_reason(job, reason, by=job.owner)
    job = jobs.apply(job, by=by)
    assert job.state == "applied", (job.message, job.conflicts)
    return job


def refusals(table: str, text: str, by: Any) -> list[tuple[str, str]]:
    plan = make_plan(table, text.encode(), "juin.csv", by=by)
    assert plan.counts["refused"] == 1
    return [(error.column, error.message) for error in plan.errors]


def other_sector(code: str = "coding") -> str:
    return f"code,name_fr\n{code},Programmation\n"


# Forbidden moves

PROPOSED = [
    ("series", "code,role\nplaces-berkane,context\n", "role", ["progress", "context"]),
    ("series", "code,interval_months\njobintech-trained,36\n", "interval_months", [12, 36]),
    (
        "series",
        "code,areas\njobintech-trained,MA-REH|MA-AGD\n",
        "areas",
        [[], ["MA-AGD", "MA-REH"]],
    ),
    ("milestones", "code,kind\nopening-oriental,other\n", "kind", ["opening", "other"]),
    (
        "milestones",
        "code,centre\nopening-oriental,cmc-souss-massa\n",
        "centre",
        ["cmc-oriental", "cmc-souss-massa"],
    ),
    (
        "sources",
        "code,date\nmedias24-2023-07-cmc,2020-01-01\n",
        "date",
        ["2023-07-03", "2020-01-01"],
    ),
    ("targets", "code,responsible\ncmc-12,um6p\n", "responsible", ["ofppt", "um6p"]),
    ("targets", "code,share_of\npie-26000,pie-3-regions\n", "share_of", [None, "pie-3-regions"]),
    ("series", "code,delay_days\ncmc-open,30\n", "delay_days", [0, 30]),
    ("series", "code,part_of\nplaces-berkane,places-cmc\n", "part_of", [None, "places-cmc"]),
    ("programmes", "code,start\ncmc,1999\n", "start", None),
    ("centres", "code,territory\ncmc-oriental,MA-AGD\n", "territory", None),
    ("territories", "code,parent\nMA-REH,MA-09\n", "parent", ["MA-07", "MA-09"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("table", "text", "name", "change"), PROPOSED)
def test_sealed_column_that_differs_becomes_a_proposal(
    editor: Any, table: str, text: str, name: str, change: Any
) -> None:
    job = checked(table, text, editor)
    assert (job.counts["refused"], job.counts["changed"], job.counts["proposed"]) == (0, 0, 1)
    jobs.apply(job, by=editor)
    draft = proposals().get()
    record = draft.amended()
    assert (draft.table, draft.state, draft.entered_by) == (
        record._meta.model_name,
        "draft",
        editor,
    )
    assert list(draft.changes) == [name]
    old, new = draft.changes[name]
    assert value_of(record, name) == old != new
    assert change is None or [old, new] == change


IDENTITY = [
    ("series", "code,indicator\njobintech-trained,places\n", "indicator", "indicator"),
    ("series", "code,territory\njobintech-trained,MA-REH\n", "territory", "territory"),
    ("series", "code,programme\njobintech-trained,cmc\n", "programme", "programme"),
    ("series", "code,centre\njobintech-trained,cmc-oriental\n", "centre", "centre"),
    ("indicators", "code,measure\nyoung-people-trained,level\n", "measure", "measure"),
    ("indicators", "code,unit_fr\nyoung-people-trained,comptes\n", "unit_fr", "unit (French)"),
    ("targets", "code,series\ncmc-12,places-cmc\n", "series", "series"),
]


@pytest.mark.parametrize(("table", "text", "column", "label"), IDENTITY)
def test_identity_is_never_proposed(
    editor: Any, table: str, text: str, column: str, label: str
) -> None:
    assert refusals(table, text, editor) == [(column, identity(label))]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("programmes", "cmc"),
        ("centres", "cmc-oriental"),
        ("agreements", "rhamna-cadre-2021"),
        ("targets", "cmc-12"),
        ("milestones", "opening-oriental"),
    ],
)
def test_what_is_shown_is_neither_hidden_nor_shown_by_a_file(
    editor: Any, table: str, code: str
) -> None:
    text = f"code,is_public\n{code},non\n"
    assert refusals(table, text, editor) == [("is_public", BY_REVIEW)]
    assert make_plan(table, text.replace("non", "oui").encode(), "x.csv", by=editor).errors == []
    assert make_plan(table, text.replace("non", "").encode(), "x.csv", by=editor).errors == []


def test_what_is_hidden_is_not_shown_by_a_file(editor: Any) -> None:
    Programme.objects.create(code="cache", name_fr="Caché")
    text = "code,is_public\ncache,oui\n"
    assert refusals("programmes", text, editor) == [("is_public", BY_REVIEW)]


def test_a_new_row_stays_hidden_whatever_the_file_says(editor: Any) -> None:
    text = "code,name_fr,is_public\nnouveau,Nouveau,oui\n"
    job = checked("programmes", text, editor)
    client = Client()
    client.force_login(editor)
    page = client.get(f"/en/admin/programmes/programme/import/{job.pk}/").content.decode()
    assert "Not read in new rows: they are shown to the public by a step of review." in page
    jobs.apply(job, by=editor)
    assert not Programme.objects.get(code="nouveau").is_public


def test_a_shared_record_is_hidden_only_while_nothing_rests_on_it(editor: Any) -> None:
    Sector.objects.create(code="libre", name_fr="Libre")
    assert refusals("sectors", "code,is_public\ncoding,non\n", editor) == [("is_public", RELIED_ON)]
    applied("sectors", "code,is_public\nlibre,non\n", editor)
    assert not Sector.objects.get(code="libre").is_public


# The columns of one row, told apart


def test_open_columns_of_a_row_are_written_at_once_beside_the_proposal(editor: Any) -> None:
    text = (
        "code,title,url,archived_url\n"
        "medias24-2023-07-cmc,Autre titre,https://example.ma/autre,https://archive.example.ma/1\n"
    )
    stored = Source.objects.get(code="medias24-2023-07-cmc")
    job = checked("sources", text, editor)
    counts = {"new": 0, "changed": 1, "unchanged": 0, "refused": 0, "proposed": 1}
    assert (job.counts, job.rows_done) == (counts, 1)
    jobs.apply(job, by=editor)
    source = Source.objects.get(code="medias24-2023-07-cmc")
    assert (source.title, source.url) == (stored.title, stored.url)
    assert source.archived_url == "https://archive.example.ma/1"
    assert proposals().get().changes == {
        "title": [stored.title, "Autre titre"],
        "url": [stored.url or None, "https://example.ma/autre"],
    }


def test_preview_says_by_cell_what_would_become_a_proposal(editor: Any) -> None:
    text = (
        "code,title,archived_url\nmedias24-2023-07-cmc,Autre titre,https://archive.example.ma/1\n"
    )
    job = checked("sources", text, editor)
    assert [
        (kind, key, after)
        for kind in ("changed", "proposed")
        for chunk in job.chunks.filter(kind=kind)
        for _row, key, _pk, _before, after in chunk.rows
    ] == [
        ("changed", "medias24-2023-07-cmc", (None, None, "https://archive.example.ma/1")),
        ("proposed", "medias24-2023-07-cmc", (None, "Autre titre", None)),
    ]
    client = Client()
    client.force_login(editor)
    page = client.get(f"/en/admin/programmes/source/import/{job.pk}/").content.decode()
    assert "Would become proposals: the public relies on this (1)" in page
    assert not proposals().exists()


def test_an_empty_translation_is_filled_in_at_once(editor: Any) -> None:
    sector = Sector.objects.create(code="libre", name_fr="Libre")
    show(sector)
    applied("sectors", "code,name_en\nlibre,Free\n", editor)
    sector.refresh_from_db()
    assert (sector.name_en, proposals().count()) == ("Free", 0)


def test_a_filled_translation_goes_with_the_change_beside_it(editor: Any) -> None:
    sector = show(Sector.objects.create(code="libre", name_fr="Libre"))
    applied("sectors", "code,name_fr,name_en\nlibre,Franc,Free\n", editor)
    assert proposals().get().changes == {
        "name": [{"fr": "Libre", "ar": "", "en": ""}, {"fr": "Franc", "ar": "", "en": "Free"}]
    }
    sector.refresh_from_db()
    assert not sector.name_en


def test_a_record_that_nothing_rests_on_is_changed_at_once(editor: Any) -> None:
    Sector.objects.create(code="libre", name_fr="Libre")
    job = applied("sectors", other_sector("libre"), editor)
    assert (job.counts["changed"], job.counts.get("proposed")) == (1, None)
    assert Sector.objects.get(code="libre").name_fr == "Programmation"


# The reason, and what waits already


def test_reason_is_the_senders_own_or_is_given_before_the_proposal_is_submitted(
    editor: Any,
) -> None:
    job = applied("sectors", other_sector(), editor, reason="")
    row = proposals().get()
    assert row.reason == ""
    with pytest.raises(ValidationError, match="Give the reason: the public reads it"):
        services.submit(row, by=editor)
    with pytest.raises(ValidationError, match="Give the reason: the public reads it"):
        jobs.give_reason(job, "\u200b", by=job.owner)
    jobs.undo(job, by=editor)
    job = checked("sectors", other_sector(), editor)
    client = Client()
    client.force_login(editor)
    page = f"/en/admin/programmes/sector/import/{job.pk}/"
    assert "Reason of the proposals. Public, for good." in client.get(page).content.decode()
    client.post(page, {"do": "apply", "reason": " Nouveau nom officiel "})
    assert proposals().get().reason == "Nouveau nom officiel"


def test_the_same_proposal_sent_again_counts_as_unchanged(editor: Any, reviewer: Any) -> None:
    applied("sectors", other_sector(), editor)
    again = checked("sectors", other_sector(), editor)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}
    services.submit(proposals().get(), by=editor)
    assert checked("sectors", other_sector(), editor).counts["unchanged"] == 1


def test_another_proposal_for_a_column_that_waits_is_refused(editor: Any) -> None:
    applied("sectors", other_sector(), editor)
    text = "code,name_fr\ncoding,Informatique\n"
    assert refusals("sectors", text, editor) == [("name_fr", WAITS)]


def test_two_files_with_one_proposal_end_in_a_conflict(editor: Any) -> None:
    first, second = (checked("sectors", other_sector(), editor) for _ in range(2))
    jobs.apply(first, by=editor)
    second = jobs.apply(second, by=editor)
    assert (second.state, proposals().count()) == ("conflict", 1)
    assert [tuple(one[name] for name in CONFLICT) for one in second.conflicts] == [
        (2, "coding", "", "", WAITS, "")
    ]


def test_record_that_is_relied_on_since_the_preview_is_refused(editor: Any) -> None:
    sector = Sector.objects.create(code="libre", name_fr="Libre")
    job = checked("sectors", other_sector("libre"), editor)
    show(sector)
    with pytest.raises(Exception, match="Row 2 is refused: The public relies on this record"):
        jobs.apply(job, by=editor)
    job.refresh_from_db()
    assert jobs.check(job).counts["proposed"] == 1


def test_published_proposal_of_a_file_takes_effect(editor: Any, reviewer: Any) -> None:
    applied("sectors", other_sector(), editor)
    draft = services.submit(proposals().get(), by=editor)
    services.publish(draft, by=reviewer)
    assert Sector.objects.get(code="coding").name_fr == "Programmation"


def test_whoever_may_not_propose_is_told_so(editor: Any) -> None:
    Group.objects.get(name="editor").permissions.filter(codename="add_amendment").delete()
    assert refusals("sectors", other_sector(), editor) == [
        ("", "You are not allowed to do this with: proposals.")
    ]


# Sets and child rows


def test_sets_are_proposed_as_the_list_of_their_codes(editor: Any) -> None:
    programme = Programme.objects.get(code="cmc")
    before = value_of(programme, "sectors")
    applied("programmes", "code,sectors\ncmc,coding|agriculture\n", editor)
    assert proposals().get().changes == {"sectors": [before, ["agriculture", "coding"]]}
    assert value_of(programme, "sectors") == before


def test_rows_of_a_sealed_programme_are_one_proposal(editor: Any, reviewer: Any) -> None:
    programme = Programme.objects.get(code="pie")
    before = value_of(programme, "stages")
    text = "programme,number,name_fr\npie,2,Approfondissement\npie,4,Suivi\n"
    job = checked("stages", text, editor)
    assert job.counts == {"new": 0, "changed": 0, "unchanged": 0, "refused": 0, "proposed": 2}
    jobs.give_reason(job, "Trois étapes", by=job.owner)
    jobs.apply(job, by=editor)
    draft = proposals().get()
    second = {"number": 2, "name": before[1]["name"] | {"fr": "Approfondissement"}}
    fourth = {"number": 4, "name": {"fr": "Suivi", "ar": "", "en": ""}}
    assert draft.changes == {"stages": [before, [before[0], second, before[2], fourth]]}
    assert value_of(programme, "stages") == before
    assert checked("stages", text, editor).counts["unchanged"] == 2
    services.publish(services.submit(draft, by=editor), by=reviewer)
    assert Stage.objects.get(programme=programme, number=4).name_fr == "Suivi"
    assert checked("stages", text, editor).counts["unchanged"] == 2


def test_who_takes_part_and_who_signs_is_proposed_too(editor: Any) -> None:
    applied("participations", "programme,organisation,role\ncmc,um6p,partner\n", editor)
    applied("signatures", "agreement,organisation,office_fr\num6p-rhamna-2020,um6p,Doyen\n", editor)
    assert not Participation.objects.filter(programme__code="cmc", role="partner").exists()
    assert Signature.objects.get(agreement__code="um6p-rhamna-2020").office_fr in ("", None)
    found = {draft.key: list(draft.changes) for draft in proposals()}
    assert found == {"cmc": ["participations"], "um6p-rhamna-2020": ["signatures"]}


def test_rows_of_a_programme_that_was_never_shown_are_written_at_once(editor: Any) -> None:
    Programme.objects.create(code="cache", name_fr="Caché")
    applied("stages", "programme,number,name_fr\ncache,1,Début\n", editor)
    assert Stage.objects.get(programme__code="cache").name_fr == "Début"


# Undo


def test_undo_discards_the_drafts_and_restores_the_rest(editor: Any) -> None:
    text = (
        "code,title,archived_url\nmedias24-2023-07-cmc,Autre titre,https://archive.example.ma/1\n"
    )
    before = Source.objects.get(code="medias24-2023-07-cmc").archived_url
    jobs.undo(applied("sources", text, editor), by=editor)
    assert not proposals().exists()
    assert Source.objects.get(code="medias24-2023-07-cmc").archived_url == before


@pytest.mark.parametrize("until", ["submitted", "returned", "published", "changed"])
def test_undo_is_refused_once_a_proposal_is_on_its_way(
    editor: Any, reviewer: Any, until: str
) -> None:
    job = applied("sectors", other_sector() + "nouveau,Nouveau\n", editor)
    draft = proposals().get()
    if until == "changed":
        draft.reason = "Autrement"
        services.change_draft(draft, by=editor)
    else:
        draft = services.submit(draft, by=editor)
    if until == "returned":
        services.send_back(draft, by=reviewer, note="Pourquoi ?")
    if until == "published":
        services.publish(draft, by=reviewer)
    who = "edith" if until in ("changed", "submitted") else "rachid"
    with pytest.raises(CannotUndoError) as refused:
        jobs.undo(job, by=editor)
    assert refused.value.rows == [
        (2, "coding", f"its proposal was submitted or changed since by {who}")
    ]
    assert Sector.objects.filter(code="nouveau").exists()
    assert proposals().count() == 1


def test_undo_is_refused_once_the_public_relies_on_a_record(editor: Any) -> None:
    Sector.objects.create(code="libre", name_fr="Libre")
    job = applied("sectors", other_sector("libre") + "nouveau,Nouveau\n", editor)
    for code in ("libre", "nouveau"):
        show(Sector.objects.get(code=code))
    with pytest.raises(CannotUndoError) as refused:
        jobs.undo(job, by=editor)
    assert sorted(refused.value.rows) == [
        (2, "libre", "the public relies on it since"),
        (3, "nouveau", "the public relies on it since"),
    ]
    assert Sector.objects.get(code="libre").name_fr == "Programmation"


def test_import_that_proposes_is_seen_by_who_keeps_its_records(editor: Any) -> None:
    local = make_member("amina", "administrator", "MA-REH")
    national = make_member("nadia", "administrator", "MA")
    job = checked("stages", "programme,number,name_fr\npie,4,Suivi\n", editor)
    assert (keeps_every_row(local, job), keeps_every_row(national, job)) == (False, True)
    job = jobs.apply(job, by=editor)
    assert (keeps_every_row(local, job), keeps_every_row(national, job)) == (False, True)


def test_models_named_here_are_sealed() -> None:
    for model, code in ((Series, "jobintech-trained"), (Indicator, "young-people-trained")):
        assert model.objects.get(code=code).sealed_at is not None
    for model, code in (
        (Target, "cmc-12"),
        (Milestone, "opening-oriental"),
        (Centre, "cmc-oriental"),
    ):
        assert model.objects.get(code=code).is_public
    assert Territory.objects.get(code="MA-REH").sealed_at is not None
