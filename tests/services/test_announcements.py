"""Announcements are added, never edited: which one is the original, what a correction is, what needs a reason."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.utils import DatabaseError

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    FrozenRowError,
    Measurement,
    MilestoneStatement,
    State,
    Target,
    TargetRevision,
)
from programmes.models.guards import guards_lifted
from programmes.models.histories import read_histories
from programmes.models.review import amending
from tests.builders import day, make_centre, make_milestone, make_series, make_source
from tests.reasons import WITHOUT_WORDS
from tests.services.conftest import a_figure, a_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def test_another_day_on_which_a_milestone_was_reached_needs_a_reason(
    nadia: Any, rachida: Any
) -> None:
    milestone = make_milestone(centre=make_centre("new-city"))
    source = make_source("opened", on="2024-06-01")

    def report(on: str, reason: str = "") -> MilestoneStatement:
        return services.state(
            MilestoneStatement(
                milestone=milestone, kind="reached", date=day(on), announced=day("2024-06-01"),
                source=source, reason=reason,
            ),
            by=nadia,
        )  # fmt: skip

    services.publish(services.submit(report("2023-10-04"), by=nadia), by=rachida, show=True)
    with pytest.raises(ValidationError) as refused:
        report("2023-08-30")
    assert refused.value.message_dict == {
        "reason": [
            "Un autre jour est déjà publié pour cette réalisation : dites pourquoi celui-ci diffère, le public le lit."
        ]
    }
    services.submit(report("2023-10-04"), by=nadia)
    services.submit(report("2023-08-30", "Première rentrée"), by=nadia)


MOVED = {
    "reason": [
        "Cette annonce déplace la promesse (valeur, mot qui la précède, échéance, valeur de référence, valeurs "
        "intermédiaires, sens ou définition) : donnez le motif, que le public lit."
    ]
}


@pytest.fixture
def target(db: Any, sample: None) -> Target:
    return Target.objects.create(code="promise", series=make_series("promise", programme=None))


@pytest.fixture
def announce(target: Target, nadia: Any, rachida: Any) -> Any:
    """Enters an announcement and publishes it."""

    def publish(announced: str, **columns: Any) -> TargetRevision:
        row = services.submit(draft(target, nadia, announced, **columns), by=nadia)
        return services.publish(row, by=rachida, show=True)

    return publish


def draft(target: Target, by: Any, announced: str, **columns: Any) -> TargetRevision:
    values = {"value": 1000, "due": day("2027"), "source": make_source(on="2026-01-01"), **columns}
    return services.revise(TargetRevision(target=target, announced=day(announced), **values), by=by)


def a_day_passes(target: Target) -> None:
    """What was published so far was published a day earlier."""
    with guards_lifted("a day passes"):
        for row in target.revisions.all():
            at = row.published_at and row.published_at - timedelta(days=1)
            models.QuerySet(TargetRevision).filter(pk=row.pk).update(published_at=at)


def original_of(target: Target) -> TargetRevision | None:
    return Target.objects.get(pk=target.pk).original


def test_original_is_settled_by_the_publication_of_the_first_announcement(
    target: Target, announce: Any
) -> None:
    assert original_of(target) is None
    first = announce("2022-01-01")
    assert original_of(target) == first


def test_an_earlier_announcement_of_the_same_day_of_publication_becomes_the_original(
    target: Target, announce: Any
) -> None:
    announce("2022-01-01")
    earlier = announce("2021-01-01", value=900, reason="Premier chiffre.")
    assert original_of(target) == earlier
    announce("2021-06-01", value=800, reason="Revu.")
    assert original_of(target) == earlier


def test_one_found_on_a_later_day_never_becomes_the_original(target: Target, announce: Any) -> None:
    first = announce("2021-08-31")
    a_day_passes(target)
    announce("2020-08-31", value=400, reason="Retrouvée.")
    assert original_of(target) == first
    a_day_passes(target)
    announce("2022-08-31", value=500, reason="Revue.")
    assert original_of(target) == first


def test_one_that_a_proposal_made_the_original_stays_it(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    announce("2021-08-31")
    a_day_passes(target)
    earlier = announce("2020-08-31", value=400, reason="Retrouvée.")
    publish_original(target, earlier, nadia, rachida)
    assert original_of(target) == earlier
    announce("2019-08-31", value=300, reason="Retrouvée.")
    assert original_of(target) == earlier


def publish_original(target: Target, row: TargetRevision, by: Any, publisher: Any) -> None:
    change = {"original": str(row.number)}
    proposal = services.propose_change(target, change, by=by, reason="Retrouvée aux archives.")
    services.publish(services.submit(proposal, by=by), by=publisher)


ORIGINAL_STAYS = [
    "L’annonce initiale le reste : seule une annonce de cet objectif toujours valable peut prendre sa place, et "
    "seulement si elle a été faite plus tôt et retrouvée depuis, ou si elle était l’annonce initiale au départ."
]


def test_only_one_announced_earlier_and_found_later_becomes_the_original(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = announce("2021-08-31")
    together = announce("2022-08-31", value=500, reason="Revue.")
    a_day_passes(target)
    later = announce("2023-08-31", value=400, reason="Revue.")
    earlier = announce("2020-08-31", value=300, reason="Retrouvée.")
    for row in (together, later):
        with pytest.raises(ValidationError) as refused:
            publish_original(target, row, nadia, rachida)
        assert refused.value.messages == ORIGINAL_STAYS
        target.refresh_from_db()
        target.original = row
        with pytest.raises(ValidationError) as refused:
            target.full_clean()
        assert refused.value.messages == ORIGINAL_STAYS
        with pytest.raises(FrozenRowError), amending(target):
            target.save()
    publish_original(target, earlier, nadia, rachida)
    assert original_of(target) == earlier
    with pytest.raises(ValidationError) as refused:
        publish_original(target, together, nadia, rachida)
    assert refused.value.messages == ORIGINAL_STAYS, "never the original, though of the first day"
    publish_original(target, first, nadia, rachida)
    assert original_of(target) == first


def end(row: TargetRevision, by: Any, publisher: Any) -> None:
    proposal = services.propose_withdrawal(row, by=by, reason="Faux document.")
    services.publish(services.submit(proposal, by=by), by=publisher)
    row.refresh_from_db()


def test_one_found_later_that_was_withdrawn_never_becomes_the_original(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = announce("2021-08-31")
    a_day_passes(target)
    found = announce("2020-08-31", value=400, reason="Retrouvée.")
    end(found, nadia, rachida)
    with pytest.raises(ValidationError) as refused:
        publish_original(target, found, nadia, rachida)
    assert refused.value.messages == ORIGINAL_STAYS
    target.refresh_from_db()
    target.original = found
    with pytest.raises(FrozenRowError), amending(target):
        target.save()
    refused_roads(target, found)
    assert original_of(target) == first


def test_first_original_returns_where_the_one_that_took_its_place_is_withdrawn(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = announce("2021-08-31")
    a_day_passes(target)
    found = announce("2020-08-31", value=400, reason="Retrouvée.")
    publish_original(target, found, nadia, rachida)
    refused_roads(target, first)
    end(found, nadia, rachida)
    assert original_of(target) == found
    publish_original(Target.objects.get(pk=target.pk), first, nadia, rachida)
    assert original_of(target) == first


def roads_to_original(target: Target, row: TargetRevision | None) -> Iterator[Any]:
    """By which somebody who is no service writes the original announcement."""
    key = row and row.pk

    def saved() -> None:
        one = Target.objects.get(pk=target.pk)
        one.original = row
        one.save()

    def in_bulk() -> None:
        one = Target.objects.get(pk=target.pk)
        one.original = row
        Target.objects.bulk_update([one], ["original"])

    def past_the_model() -> None:
        models.QuerySet(Target).filter(pk=target.pk).update(original=row)

    def with_sql() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE programmes_target SET original_id = %s WHERE id = %s", [key, target.pk]
            )

    yield from (saved, in_bulk, past_the_model, with_sql)
    yield lambda: Target.objects.filter(pk=target.pk).update(original=row)


def refused_roads(target: Target, row: TargetRevision | None) -> None:
    before = original_of(target)
    for road in roads_to_original(target, row):
        with pytest.raises((FrozenRowError, DatabaseError)), transaction.atomic():
            road()
    assert original_of(target) == before


def test_no_road_makes_an_original_before_anything_is_published(
    target: Target, nadia: Any, sample: None
) -> None:
    refused_roads(target, draft(target, nadia, "2021-01-01"))
    refused_roads(target, TargetRevision.objects.filter(state=State.PUBLISHED).first())
    made = Target(code="other", series=target.series, original=TargetRevision.objects.first())
    with pytest.raises(FrozenRowError):
        made.save()
    with pytest.raises(FrozenRowError):
        Target.objects.bulk_create([made])
    with pytest.raises(DatabaseError, match="original"), transaction.atomic():
        models.QuerySet(Target).bulk_create([made])


def test_no_road_moves_the_original_of_what_was_published(
    target: Target, announce: Any, nadia: Any
) -> None:
    first = announce("2021-01-01")
    later = announce("2022-01-01", value=2000, reason="Relevée.")
    another = TargetRevision.objects.filter(state=State.PUBLISHED).exclude(target=target).first()
    for row in (later, another, draft(target, nadia, "2020-01-01", reason="Retrouvée."), None):
        refused_roads(target, row)
    a_day_passes(target)
    announce("2020-01-01", value=400, reason="Retrouvée.")
    refused_roads(target, target.revisions.latest("number"))
    assert original_of(target) == first


def test_withdrawn_the_original_stays_original(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = announce("2021-01-01")
    announce("2022-01-01", value=2000, reason="Relevée.")
    a_day_passes(target)
    proposal = services.propose_withdrawal(first, by=nadia, reason="Démentie.")
    services.publish(services.submit(proposal, by=nadia), by=rachida)
    first.refresh_from_db()
    target.refresh_from_db()
    assert (first.state, target.original) == (State.WITHDRAWN, first)


@pytest.mark.slow
@pytest.mark.parametrize(
    "moved",
    [
        {"value": 2000},
        {"qualifier": "up_to"},
        {"due": day("2028")},
        {"baseline": 5},
        {"definition_fr": "Inscrits en ligne."},
        {"kind": "abandoned", "value": None},
    ],
)
def test_what_moves_the_promise_needs_a_reason(
    target: Target, announce: Any, nadia: Any, moved: dict[str, Any]
) -> None:
    announce("2021-01-01")
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2022-01-01", **moved)
    assert refused.value.message_dict == MOVED
    assert draft(target, nadia, "2022-01-01", reason="Dit par le ministre.", **moved).pk
    assert draft(target, nadia, "2022-01-01").pk, "repeating it moves nothing"


def translate(row: TargetRevision, by: Any, other: Any, **texts: str) -> None:
    proposal = services.propose_translation(row, {"definition": texts}, by=by)
    services.publish(services.submit(proposal, by=by), by=other)


def moves_of(target: Target) -> int:
    slippage = read_histories([target.pk])[target.pk].on(date(2026, 6, 1)).slippage
    return slippage.moves if slippage else 0


def test_definition_is_sealed_in_the_languages_of_its_publication(
    announce: Any, nadia: Any, rachida: Any
) -> None:
    row = announce("2021-01-01", definition_ar="المسجلون", definition_fr="Inscrits")
    without = announce("2022-01-01", reason="Sans définition.")
    assert (row.definition_languages, without.definition_languages) == ("fr ar", "")
    translate(row, nadia, rachida, en="Enrolled")
    row = TargetRevision.objects.get(pk=row.pk)
    assert (row.definition_en, row.definition_languages) == ("Enrolled", "fr ar")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programmes_targetrevision SET definition_languages = 'fr ar en'")


def test_translation_of_a_definition_makes_and_unmakes_no_move(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = announce("2021-01-01", definition_fr="Inscrits")
    assert draft(target, nadia, "2022-01-01", definition_fr="Inscrits", definition_ar="المسجلون").pk
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2022-01-01", definition_ar="المسجلون")
    assert refused.value.message_dict == MOVED
    second = announce("2022-01-01", definition_ar="المسجلون", reason="Redite en arabe.")
    assert moves_of(target) == 1
    translate(first, nadia, rachida, ar="المسجلون")
    translate(second, nadia, rachida, fr="Inscrits")
    assert moves_of(target) == 1
    third = announce("2023-01-01", definition_ar="المسجلون")
    translate(third, nadia, rachida, fr="Admis")
    assert moves_of(target) == 1


def test_correction_that_only_adds_a_language_corrects_nothing(
    target: Target, announce: Any, nadia: Any
) -> None:
    first = announce("2021-01-01", definition_fr="Inscrits")
    same = draft(
        target, nadia, "2021-01-01", kind="correction", corrects=first, reason="Traduite.",
        source=first.source, definition_fr="Inscrits", definition_ar="المسجلون",
    )  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        services.submit(same, by=nadia)
    assert refused.value.messages == [
        "Cette saisie dit la même chose que celle qu’elle corrige. Changez ce qui était erroné, ou supprimez-la."
    ]


def test_one_found_later_is_compared_as_the_earlier_one(
    target: Target, announce: Any, nadia: Any
) -> None:
    announce("2022-01-01", definition_ar="المسجلون")
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2021-01-01", definition_fr="Inscrits", definition_ar="المسجلون")
    assert refused.value.message_dict == MOVED


def test_printed_due_date_that_differs_needs_a_reason_where_no_day_is_promised(
    target: Target, announce: Any, nadia: Any
) -> None:
    undated = {"due": PreciseDate.unknown()}
    announce("2021-01-01", due_text="à l’horizon 2026", **undated)
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2022-01-01", due_text="à l’horizon 2035", **undated)
    assert refused.value.message_dict == MOVED
    assert draft(target, nadia, "2022-01-01", due_text="à l’horizon 2026", **undated).pk


def test_printed_due_date_that_is_left_out_needs_a_reason_too(
    target: Target, announce: Any, nadia: Any
) -> None:
    announce("2021-01-01", due_text="à l’horizon 2026", due=PreciseDate.unknown())
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2022-01-01", due=PreciseDate.unknown())
    assert refused.value.message_dict == MOVED


def test_announcement_that_repeats_the_present_one_but_moves_an_earlier_one_needs_a_reason(
    target: Target, announce: Any, nadia: Any
) -> None:
    """Announced between two others, it takes the place of the later one in what was said when."""
    announce("2021-01-01")
    announce("2024-01-01", value=2000, reason="Relevée.")
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2022-01-01", value=2000)
    assert refused.value.message_dict == MOVED
    assert draft(target, nadia, "2022-01-01", value=2000, reason="Relevée dès 2022.").pk


def test_announcement_dated_before_all_others_that_repeats_the_present_one_needs_a_reason(
    target: Target, announce: Any, nadia: Any
) -> None:
    """It would stand first in the list, with what was promised only later."""
    announce("2021-01-01")
    announce("2024-01-01", value=2000, reason="Relevée.")
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2019-01-01", value=2000)
    assert refused.value.message_dict == MOVED


def test_entry_dated_before_one_that_was_taken_back_needs_a_reason_where_it_differs(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = announce("2018-01-01")
    announce("2020-01-01", value=400, reason="Réduite.")
    proposal = services.propose_withdrawal(first, by=nadia, reason="Démentie.")
    services.publish(services.submit(proposal, by=nadia), by=rachida)
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2017-01-01", value=400)
    assert refused.value.message_dict == MOVED
    assert draft(target, nadia, "2022-01-01", value=400).pk, (
        "repeating the present one moves nothing"
    )


def test_what_differs_from_the_promise_that_stood_last_needs_a_reason(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    """The last in order was denied first: what readers knew until the end is the one before it."""
    first = announce("2021-01-01")
    second = announce("2022-01-01", value=400, reason="Réduite.")
    for row in (second, first):
        proposal = services.propose_withdrawal(row, by=nadia, reason="Démentie.")
        services.publish(services.submit(proposal, by=nadia), by=rachida)
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2023-01-01", value=400)
    assert refused.value.message_dict == MOVED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "then", "said"),
    [
        ("planned avant la fin du mandat", "planned dans les dix ans", "moved"),
        ("planned avant la fin du mandat", "planned", "moved"),
        ("planned avant la fin du mandat", "planned avant la fin du mandat", ""),
        ("planned 2024, cancelled", "planned 2024", "taken up"),
        ("planned 2024, cancelled", "reached 2023", "taken up"),
        ("reached 2023", "cancelled", "moved"),
        ("", "cancelled", ""),
    ],
)
def test_plan_in_other_words_given_up_or_taken_up_again_needs_a_reason(
    nadia: Any, rachida: Any, before: str, then: str, said: str
) -> None:
    milestone = make_milestone("works", "works_start", centre=make_centre("school"))

    def state(text: str, announced: str, reason: str = "") -> MilestoneStatement:
        kind, _space, when = text.partition(" ")
        is_dated = when.isdecimal()
        row = MilestoneStatement(
            milestone=milestone, kind=kind, date=day(when) if is_dated else PreciseDate.unknown(),
            date_text="" if is_dated else when, announced=day(announced),
            source=make_source(on="2026-01-01"), reason=reason,
        )  # fmt: skip
        return services.state(row, by=nadia)

    for year, text in enumerate(filter(None, before.split(", ")), start=2024):
        row = state(text, f"{year}-01-01", "Dit ainsi.")
        services.publish(services.submit(row, by=nadia), by=rachida, show=True)
    if not said:
        assert state(then, "2026-01-01").pk
        return
    with pytest.raises(ValidationError) as refused:
        state(then, "2026-01-01")
    [sentence] = refused.value.message_dict["reason"]
    assert (
        sentence.replace("\xa0", " ")
        == {
            "moved": "Cette annonce reporte ou abandonne ce qui était prévu : donnez le motif, que le public lira.",
            "taken up": "C’était abandonné : dites pourquoi cela reprend, le public le lit.",
        }[said]
    )
    assert state(then, "2026-01-01", "Expliqué.").pk


def on_the_way(row: TargetRevision, **values: int) -> TargetRevision:
    """A draft with the values that it promises by year."""
    for year, value in values.items():
        row.waypoints.create(on=date(int(year[1:]), 12, 31), value=value)
    return row


def test_what_differs_from_a_promise_that_was_taken_back_needs_a_reason(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    only = announce("2021-01-01")
    proposal = services.propose_withdrawal(only, by=nadia, reason="Annulé.")
    services.publish(services.submit(proposal, by=nadia), by=rachida)
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2024-01-01", value=900).full_clean()
    assert refused.value.message_dict == MOVED
    draft(target, nadia, "2024-02-01", value=900, reason="Repris plus bas.").full_clean()


def test_a_plan_that_differs_from_one_taken_back_needs_a_reason(nadia: Any, rachida: Any) -> None:
    milestone = make_milestone("works", "works_start", centre=make_centre("school"))

    def plan(when: str, announced: str, **columns: Any) -> MilestoneStatement:
        source = make_source(on="2026-01-01")
        row = MilestoneStatement(
            milestone=milestone,
            kind="planned",
            date=day(when),
            announced=day(announced),
            source=source,
            **columns,
        )
        return services.state(row, by=nadia)

    only = services.submit(plan("2023", "2021-01-01"), by=nadia)
    only = services.publish(only, by=rachida, show=True)
    proposal = services.propose_withdrawal(only, by=nadia, reason="Annulé.")
    services.publish(services.submit(proposal, by=nadia), by=rachida)
    with pytest.raises(ValidationError) as refused:
        plan("2028", "2024-01-01")
    assert list(refused.value.message_dict) == ["reason"]
    assert plan("2028", "2024-01-01", reason="Chantier arrêté.").pk
    assert plan("2023", "2024-02-01").pk, "repeating it moves nothing"


def test_other_intermediate_values_need_a_reason(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = on_the_way(draft(target, nadia, "2021-01-01"), y2024=500)
    services.publish(services.submit(first, by=nadia), by=rachida, show=True)
    for values in ({}, {"y2024": 1}, {"y2025": 500}, {"y2024": 500, "y2025": 600}):
        row = on_the_way(draft(target, nadia, "2022-01-01"), **values)
        with pytest.raises(ValidationError) as refused:
            services.submit(row, by=nadia)
        assert refused.value.message_dict == MOVED
        row.reason = "Dit par le ministre."
        assert services.submit(services.change_draft(row, by=nadia), by=nadia).pk
    same = on_the_way(draft(target, nadia, "2022-01-01"), y2024=500)
    assert services.submit(same, by=nadia).state == State.SUBMITTED, "repeating it moves nothing"


def test_what_moves_a_promise_published_meanwhile_needs_a_reason(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    waiting = services.submit(draft(target, nadia, "2022-01-01", value=2000), by=nadia)
    announce("2021-01-01")
    with pytest.raises(ValidationError) as refused:
        services.publish(waiting, by=rachida)
    assert refused.value.message_dict == MOVED


def test_a_correction_keeps_its_place_when_a_move_is_looked_for(
    target: Target, announce: Any, nadia: Any
) -> None:
    first = announce("2021-01-01", value=15000, due=day("2024"))
    announce("2022-01-01", value=12000, due=day("2026"), reason="Revue.")
    correction = {"kind": "correction", "corrects": first, "reason": "Mal tapé."}
    announce("2024-05-01", value=9000, due=day("2024"), **correction)
    assert draft(target, nadia, "2025-01-01", value=12000, due=day("2026")).pk
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2025-01-01", value=9000, due=day("2024"))
    assert refused.value.message_dict == MOVED


def corrected(row: TargetRevision, **columns: Any) -> dict[str, Any]:
    """The columns of a correction."""
    return {
        "kind": "correction",
        "corrects": row,
        "value": row.value,
        "due": row.due,
        "reason": "Mal tapé.",
        **columns,
    }


def test_a_correction_needs_a_reason_and_takes_the_place(
    target: Target, announce: Any, nadia: Any
) -> None:
    first = announce("2021-01-01")
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2021-01-01", **corrected(first, value=100, reason=" "))
    assert refused.value.message_dict == {
        "reason": ["Dites en quoi la saisie précédente était erronée : le public le lit."]
    }
    right = announce("2021-01-01", **corrected(first, value=100))
    first.refresh_from_db()
    assert (first.state, first.outcome_reason) == (State.SUPERSEDED, "Mal tapé.")
    assert original_of(target) == first, "what was corrected keeps the place in order"
    again = announce("2021-01-01", **corrected(right, value=10))
    right.refresh_from_db()
    assert (right.state, again.state) == (State.SUPERSEDED, State.PUBLISHED)


@pytest.mark.parametrize(
    ("propose", "state"),
    [
        (services.propose_withdrawal, State.WITHDRAWN),
        (services.propose_setting_aside, State.SET_ASIDE),
    ],
)
def test_a_correction_is_taken_back_with_what_it_corrects_and_never_alone(
    target: Target, announce: Any, nadia: Any, rachida: Any, propose: Any, state: str
) -> None:
    first = announce("2021-01-01")
    right = announce("2021-01-01", **corrected(first, value=100))
    last = announce("2021-01-01", **corrected(right, value=10))
    for row in (right, last):
        with pytest.raises(ValidationError) as refused:
            propose(row, by=nadia, reason="Démentie.")
        assert refused.value.messages == NEVER_ALONE
    proposal = propose(first, by=nadia, reason="Démentie.")
    services.publish(services.submit(proposal, by=nadia), by=rachida)
    states = {row.pk: (row.state, row.outcome_reason) for row in target.revisions.all()}
    assert states == {
        first.pk: (State.SUPERSEDED, "Mal tapé."),
        right.pk: (State.SUPERSEDED, "Mal tapé."),
        last.pk: (state, "Démentie."),
    }
    with pytest.raises(ValidationError) as refused:
        propose(first, by=nadia, reason="Encore.")
    assert refused.value.messages == [
        "Seul ce qui est publié peut être retiré ou ne pas être retenu."
    ]


NEVER_ALONE = [
    "Une correction n’est jamais retirée seule, ni écartée seule : proposez-le pour la saisie qu’elle corrige, et la "
    "correction suivra ; une correction erronée se corrige à nouveau."
]


def test_a_correction_of_a_figure_is_never_withdrawn_alone(alice: Any, rachida: Any) -> None:
    row = services.submit(services.record(a_figure(), by=alice), by=alice)
    row = services.publish(row, by=rachida)
    right = services.record(a_figure(supersedes=row, reason="Mal lu.", note="arrêté"), by=alice)
    right = services.publish(services.submit(right, by=alice), by=rachida)
    row.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        services.propose_withdrawal(right, by=alice, reason="Non.")
    assert refused.value.messages == NEVER_ALONE
    proposal = services.propose_withdrawal(row, by=alice, reason="Repris.")
    services.publish(services.submit(proposal, by=alice), by=rachida)
    right.refresh_from_db()
    assert (right.state, right.outcome_reason) == (State.WITHDRAWN, "Repris.")


def test_one_correction_of_a_row_is_published(
    target: Target, announce: Any, nadia: Any, rachida: Any
) -> None:
    first = announce("2021-01-01")
    two = [draft(target, nadia, "2021-01-01", **corrected(first, value=one)) for one in (1, 2)]
    one, other = (services.submit(row, by=nadia) for row in two)
    services.publish(one, by=rachida)
    with pytest.raises(ValidationError) as refused:
        services.publish(other, by=rachida)
    assert refused.value.messages == [
        "Ce que cette saisie corrige n’est plus publié. Corrigez ce qui l’a remplacé."
    ]
    first.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2021-01-01", **corrected(first, value=3))
    assert refused.value.message_dict == {
        "corrects": ["Cette saisie a déjà été corrigée. Corrigez celle qui l’a remplacée."]
    }


def test_an_identical_correction_is_refused(target: Target, announce: Any, nadia: Any) -> None:
    first = announce("2021-01-01")
    same = draft(target, nadia, "2021-01-01", **corrected(first))
    with pytest.raises(ValidationError) as refused:
        services.submit(same, by=nadia)
    assert refused.value.messages == [
        "Cette saisie dit la même chose que celle qu’elle corrige. Changez ce qui était erroné, ou supprimez-la."
    ]


SAME = [
    "Cette saisie dit la même chose que celle qu’elle corrige. Changez ce qui était erroné, ou supprimez-la."
]


def test_words_left_out_alone_correct_nothing(target: Target, announce: Any, nadia: Any) -> None:
    said = {"due_text": "à l’horizon 2027", "wording": "Mille jeunes", "wording_language": "fr"}
    first = announce("2021-01-01", **said)
    for words in ({}, {"due_text": "à l’horizon 2027"}, said):
        row = draft(target, nadia, "2021-01-01", **corrected(first, **words))
        with pytest.raises(ValidationError) as refused:
            services.submit(row, by=nadia)
        assert refused.value.messages == SAME
    other = draft(target, nadia, "2021-01-01", **corrected(first, **said | {"wording": "Mille"}))
    assert services.submit(other, by=nadia).state == State.SUBMITTED


def test_an_identical_correction_of_a_figure_is_refused_and_one_of_its_note_is_not(
    alice: Any, rachida: Any
) -> None:
    row = services.submit(services.record(a_figure(note="provisoire"), by=alice), by=alice)
    row = services.publish(row, by=rachida)
    for note in ("", "provisoire"):
        same = services.record(a_figure(supersedes=row, reason="Mal tapé.", note=note), by=alice)
        with pytest.raises(ValidationError) as refused:
            services.submit(same, by=alice)
        assert refused.value.messages == SAME
        services.discard(same, by=alice)
    noted = services.record(a_figure(supersedes=row, reason="Mal lu.", note="arrêté"), by=alice)
    noted = services.publish(services.submit(noted, by=alice), by=rachida)
    row.refresh_from_db()
    assert (row.state, noted.note) == (State.SUPERSEDED, "arrêté")


@pytest.mark.slow
@pytest.mark.parametrize("reason", WITHOUT_WORDS)
def test_a_reason_has_letters_that_are_seen(
    target: Target, announce: Any, nadia: Any, rachida: Any, reason: str
) -> None:
    first = announce("2021-01-01")
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2021-01-01", **corrected(first, value=100, reason=reason))
    assert list(refused.value.message_dict) == ["reason"]
    with pytest.raises(ValidationError) as refused:
        draft(target, nadia, "2022-01-01", value=2000, reason=reason)
    assert refused.value.message_dict == MOVED
    row = draft(target, nadia, "2022-01-01", value=20000, reason="Relevée.")
    row = services.submit(row, by=nadia)
    with pytest.raises(services.DoubtfulError):
        services.publish(row, by=rachida, confirmation=reason)
    for step in (services.send_back, services.set_aside):
        word = "note" if step is services.send_back else "reason"
        with pytest.raises(ValidationError):
            step(row, by=rachida, **{word: reason})


def test_a_correction_of_a_figure_keeps_its_series(alice: Any, rachida: Any) -> None:
    row = services.submit(services.record(a_figure(), by=alice), by=alice)
    row = services.publish(row, by=rachida)
    other = make_series("elsewhere", territory=row.series.territory)
    with pytest.raises(ValidationError) as refused:
        services.record(a_figure(series=other, supersedes=row, reason="Mal tapé."), by=alice)
    assert list(refused.value.message_dict) == ["supersedes"]
    with pytest.raises(ValidationError) as refused:
        services.record(a_figure(supersedes=row, value=3), by=alice)
    assert list(refused.value.message_dict) == ["reason"]


def test_a_correction_of_a_figure_keeps_its_period(alice: Any, rachida: Any) -> None:
    series = a_series("per_period")
    year = {"series": series, "period_start": date(2022, 1, 1), "as_of": day("2022-12-31")}
    row = services.submit(services.record(a_figure(**year), by=alice), by=alice)
    row = services.publish(row, by=rachida)
    half = {**year, "as_of": PreciseDate.parse("2022-06-30")}
    with pytest.raises(ValidationError) as refused:
        services.record(a_figure(**half, supersedes=row, reason="Mal tapé."), by=alice)
    assert refused.value.message_dict == {
        "supersedes": [
            "Une correction garde la période du chiffre qu’elle corrige. Choisissez de ne pas retenir ce chiffre, et "
            "saisissez celui-ci comme nouveau."
        ]
    }
    assert Measurement.objects.filter(supersedes=row).count() == 0
