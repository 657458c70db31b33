"""What the public relies on changes in the open: proposed by one person, published by another."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, models, transaction

from programmes import services
from programmes.models import (
    Agreement,
    Amendment,
    Centre,
    FrozenRowError,
    Measurement,
    Organisation,
    Programme,
    ReviewEvent,
    Series,
    Source,
    State,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.guards import guards_lifted
from programmes.models.plausibility import doubts_of
from tests.builders import (
    day,
    make_agreement,
    make_country,
    make_organisation,
    make_programme,
    make_series,
    make_source,
    make_target,
    show,
)
from tests.reasons import WITHOUT_WORDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

TRAINED = "jobintech-trained"


def trained() -> Series:
    return Series.objects.get(code=TRAINED)


def proposed(record: Any, by: Any, **values: Any) -> Amendment:
    """A draft that proposes new values."""
    made = services.propose_change(record, values, by=by, reason="Mal recopié.")
    assert made is not None
    return made


def published(proposal: Amendment, *, by: Any, publisher: Any, **options: Any) -> Amendment:
    return services.publish(services.submit(proposal, by=by), by=publisher, **options)


def refusal(refused: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    return refused.value.messages


def test_a_change_takes_effect_when_it_is_published(nadia: Any, rachida: Any) -> None:
    proposal = proposed(trained(), nadia, interval_months=6, name={"fr": "Jeunes formés ici"})
    assert trained().interval_months != 6
    row = published(proposal, by=nadia, publisher=rachida)
    assert (row.state, row.applied_at) == (State.PUBLISHED, row.published_at)
    assert (trained().interval_months, trained().name_fr) == (6, "Jeunes formés ici")
    assert row.changes["interval_months"] == [12, 6]
    assert trained().name_ar == row.changes["name"][0]["ar"], "other languages stay"


def test_nothing_takes_effect_where_the_change_breaks_a_rule(nadia: Any, rachida: Any) -> None:
    region = Territory.objects.get(code="MA-09")
    proposal = services.submit(proposed(region, nadia, parent="MA-07"), by=nadia)
    with pytest.raises(ValidationError) as refused:
        services.publish(proposal, by=rachida)
    assert refusal(refused) == ["Une région fait partie du pays."]
    proposal.refresh_from_db()
    region.refresh_from_db()
    assert (proposal.state, region.parent.code) == (State.SUBMITTED, "MA")


def test_a_record_that_changed_meanwhile_is_a_conflict_that_says_what_differs(
    nadia: Any, rachida: Any
) -> None:
    proposal = services.submit(proposed(trained(), nadia, interval_months=36), by=nadia)
    with guards_lifted("somebody else was first"):
        Series.objects.filter(code=TRAINED).update(interval_months=3)
    with pytest.raises(services.ChangedMeanwhileError) as refused:
        services.publish(proposal, by=rachida)
    assert refusal(refused) == [
        "La fiche a changé depuis la proposition : intervalle entre relevés, en mois. Proposez de nouveau."
    ]
    assert refused.value.differing == [("interval_months", 12, 3)]
    assert trained().interval_months == 3


def test_nothing_is_not_proposed(nadia: Any) -> None:
    series = trained()
    same = {"interval_months": series.interval_months, "name": {"fr": series.name_fr}}
    assert services.propose_change(series, same, by=nadia, reason="x") is None
    assert services.propose_change(series, {}, by=nadia, reason="x") is None
    centre = Centre.objects.sealed().exclude(programmes=None).first()
    codes = sorted(centre.programmes.values_list("code", flat=True), reverse=True)
    assert services.propose_change(centre, {"programmes": codes}, by=nadia, reason="x") is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"code": "other"},
            "code : c’est ce qui identifie la fiche, et cela ne change jamais. Retirez la fiche et créez-en une "
            "nouvelle.",
        ),
        (
            {"territory": "MA-09", "indicator": "beds"},
            "territoire et indicateur : c’est ce qui identifie la fiche, et cela ne change jamais. Retirez la fiche "
            "et créez-en une nouvelle.",
        ),
        ({"areas": ["MA-XYZ"]}, "territoire : « MA-XYZ » n’existe pas."),
    ],
)
def test_identity_and_what_does_not_exist_are_refused(
    nadia: Any, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.propose_change(trained(), values, by=nadia, reason="Mal recopié.")
    assert refusal(refused) == [sentence]
    assert not Amendment.objects.filter(kind="change").exists()


def test_an_open_column_is_changed_in_its_own_form(nadia: Any) -> None:
    programme = Programme.objects.get(code="jobintech")
    with pytest.raises(ValidationError) as refused:
        proposed(programme, nadia, summary={"fr": "Autre"})
    assert refusal(refused) == [
        "résumé : à modifier dans le formulaire de la fiche, sans proposition."
    ]


def test_a_record_that_nothing_rests_on_is_changed_in_its_own_form(nadia: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        proposed(make_series("free"), nadia, interval_months=3)
    assert refusal(refused) == [
        "Rien de public ne repose encore sur cette fiche : modifiez-la dans son propre formulaire."
    ]


NO_REASON = {"reason": ["Donnez le motif : le public le lit à côté de ce qui change."]}


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_change_without_a_reason_is_a_draft_that_is_not_submitted(
    nadia: Any, reason: str
) -> None:
    row = services.propose_change(trained(), {"interval_months": 3}, by=nadia, reason=reason)
    with pytest.raises(ValidationError) as refused:
        services.submit(row, by=nadia)
    assert refused.value.message_dict == NO_REASON
    row.state = State.SUBMITTED
    with pytest.raises(DatabaseError, match="amendment_has_reason"), transaction.atomic():
        row.save()
    row.refresh_from_db()
    row.reason = "Mal recopié."
    assert services.submit(services.change_draft(row, by=nadia), by=nadia).state == State.SUBMITTED


@pytest.mark.parametrize("reason", WITHOUT_WORDS)
def test_a_reason_has_letters_that_are_seen(nadia: Any, reason: str) -> None:
    row = trained()
    if reason.strip():
        with pytest.raises(ValidationError) as refused:
            services.propose_change(row, {"interval_months": 3}, by=nadia, reason=reason)
        assert refused.value.message_dict == NO_REASON
    draft = services.propose_change(row, {"interval_months": 3}, by=nadia, reason="")
    draft.reason = reason
    with pytest.raises(ValidationError) as refused:
        services.change_draft(draft, by=nadia)
    assert refused.value.message_dict == NO_REASON
    with pytest.raises(ValidationError) as refused:
        services.propose_withdrawal(Programme.objects.sealed().first(), by=nadia, reason=reason)
    assert refused.value.message_dict == NO_REASON


def test_a_record_out_of_scope_is_refused(alice: Any, bob: Any) -> None:
    series = Series.objects.get(code="1337-workstations")
    assert proposed(series, alice, interval_months=3).state == State.DRAFT
    with pytest.raises(PermissionDenied):
        proposed(series, bob, interval_months=3)


@pytest.mark.parametrize("model", [Source, Organisation, Territory])
def test_what_all_share_is_amended_with_national_scope(alice: Any, nadia: Any, model: Any) -> None:
    record = model.objects.sealed().first()
    column = "title" if model is Source else "name"
    value = "Autre" if model is Source else {"fr": "Autre"}
    with pytest.raises(PermissionDenied):
        proposed(record, alice, **{column: value})
    assert proposed(record, nadia, **{column: value}).state == State.DRAFT


def test_a_second_open_proposal_for_the_same_column_is_refused(nadia: Any, hassan: Any) -> None:
    first = proposed(trained(), nadia, interval_months=6)
    for by, value in ((hassan, 3), (nadia, 3)):
        with pytest.raises(ValidationError) as refused:
            proposed(trained(), by, interval_months=value)
        assert refusal(refused) == [
            "Une proposition portant sur les mêmes colonnes de cette fiche est déjà en attente. Modifiez-la, ou "
            "attendez qu’elle soit tranchée."
        ]
    assert proposed(trained(), hassan, role="context").pk != first.pk


def test_the_same_proposal_of_another_person_or_with_another_reason_says_that_one_waits(
    nadia: Any, hassan: Any
) -> None:
    first = proposed(trained(), nadia, interval_months=6)
    for by, reason in ((hassan, "Mal recopié."), (nadia, "Un autre motif")):
        with pytest.raises(services.ProposedAlreadyError) as refused:
            services.propose_change(trained(), {"interval_months": 6}, by=by, reason=reason)
        assert refused.value.proposal == first
        assert refusal(refused) == [
            "Cette modification est déjà proposée : modifiez cette proposition, ou attendez qu’elle soit tranchée."
        ]
    first.refresh_from_db()
    assert first.reason == "Mal recopié."


def test_the_same_proposal_again_is_the_same_record(nadia: Any) -> None:
    values = {"interval_months": 6, "name": {"fr": "Formés"}}
    first = proposed(trained(), nadia, **values)
    again = proposed(trained(), nadia, **dict(reversed(values.items())))
    assert again == first
    assert services.submit(first, by=nadia) == proposed(trained(), nadia, **values)


def test_sets_and_child_rows_are_amended(nadia: Any, rachida: Any) -> None:
    programme = Programme.objects.get(code="jobintech")
    stages = [{"number": 1, "name": {"fr": "Première étape", "ar": "", "en": ""}}]
    values = {"territories": ["MA-09", "MA"], "stages": stages}
    published(proposed(programme, nadia, **values), by=nadia, publisher=rachida)
    assert sorted(one.code for one in programme.territories.all()) == ["MA", "MA-09"]
    assert [(one.number, one.name_fr) for one in programme.stages.all()] == [(1, "Première étape")]
    agreement = Agreement.objects.sealed().exclude(signatures=None).first()
    published(proposed(agreement, nadia, signatures=[]), by=nadia, publisher=rachida)
    assert not agreement.signatures.exists()


def test_a_new_reference_is_sealed_by_the_amendment(nadia: Any, rachida: Any) -> None:
    body = make_organisation("new-body")
    target = Target.objects.get(code="cmc-12")
    row = published(proposed(target, nadia, responsible="new-body"), by=nadia, publisher=rachida)
    body.refresh_from_db()
    assert body.sealed_at == row.published_at


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["change", "withdrawal"])
def test_the_source_of_a_proposal_is_sealed_with_it_and_enters_the_ledger(
    kind: str, nadia: Any, rachida: Any
) -> None:
    source, target = make_source("new-source"), Target.objects.get(code="cmc-12")
    if kind == "change":
        proposal = services.propose_change(
            target.series, {"interval_months": 6}, by=nadia, reason="Mal recopié.", source=source
        )
    else:
        proposal = services.propose_withdrawal(target, by=nadia, reason="Annulé.", source=source)
    row = published(proposal, by=nadia, publisher=rachida)
    source.refresh_from_db()
    assert source.sealed_at == row.published_at
    source.title = "Journal officiel"
    with pytest.raises(FrozenRowError), transaction.atomic():
        source.save()
    call_command("verify_ledger", verbosity=0)


def test_a_source_that_changed_since_the_proposal_was_submitted_is_a_conflict(
    nadia: Any, rachida: Any
) -> None:
    source = make_source("new-source", title="Avant")
    proposal = services.propose_change(
        trained(), {"interval_months": 6}, by=nadia, reason="Mal recopié.", source=source
    )
    proposal = services.submit(proposal, by=nadia)
    source.title = "Après"
    source.save()
    with pytest.raises(ValidationError) as refused:
        services.publish(proposal, by=rachida)
    assert "modifié" in refusal(refused)[0]


def test_a_withdrawn_record_is_not_changed_any_more(nadia: Any, rachida: Any) -> None:
    make_organisation("new-body")
    target = Target.objects.get(code="cmc-12")
    proposal = services.propose_withdrawal(target, by=nadia, reason="Annulé.")
    published(proposal, by=nadia, publisher=rachida)
    with pytest.raises(ValidationError) as refused:
        proposed(target, nadia, responsible="new-body")
    assert refusal(refused) == ["Cette fiche est retirée\xa0: sa page reste telle qu’elle était."]


@pytest.mark.parametrize("propose", [services.propose_withdrawal, services.propose_setting_aside])
def test_nothing_more_is_said_of_a_withdrawn_target(nadia: Any, rachida: Any, propose: Any) -> None:
    target = Target.objects.get(code="cmc-12")
    waiting = propose(target.revisions.get(number=1), by=nadia, reason="Erreur de saisie.")
    waiting = services.submit(waiting, by=nadia)
    proposal = services.propose_withdrawal(target, by=nadia, reason="Annulé.")
    published(proposal, by=nadia, publisher=rachida)
    draft, other = (
        services.revise(
            TargetRevision(
                target=target,
                value=value,
                due=day("2027"),
                announced=day("2024-06-01"),
                source=make_source(),
                reason="Moins",
            ),
            by=nadia,
        )
        for value in (10, 11)
    )
    models.QuerySet(TargetRevision).filter(pk=other.pk).update(state=State.SUBMITTED)
    for step in (
        lambda: propose(target.revisions.get(number=1), by=nadia, reason="Encore."),
        lambda: services.publish(waiting, by=rachida),
        lambda: services.submit(draft, by=nadia),
        lambda: services.set_aside(other, by=rachida, reason="Autre source."),
    ):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            step()
        assert refusal(refused) == [
            f"{target} a été retiré : plus rien n’est publié à son sujet. Créez-en un nouveau."
        ]


def test_a_proposal_that_adds_a_part_to_a_known_sum_or_takes_it_away_names_the_sum(
    nadia: Any, rachida: Any
) -> None:
    whole = make_series("whole", figures="parts", name_fr="Total", territory=make_country())
    make_target("on-whole", series=whole)
    part = make_series("new-part", territory=Territory.objects.get(code="MA-09"))
    show(part)
    proposal = services.submit(proposed(part, nadia, part_of="whole"), by=nadia)
    with pytest.raises(services.DoubtfulError) as refused, transaction.atomic():
        services.publish(proposal, by=rachida)
    assert refused.value.doubts == [
        "Le total «\xa0Total, Maroc\xa0», que les lecteurs connaissent déjà, compte désormais cette série."
    ]
    services.publish(proposal, by=rachida, confirmation="Elle en fait partie.")
    part.refresh_from_db()
    assert part.part_of == whole
    leaving = services.submit(proposed(part, nadia, part_of=""), by=nadia)
    assert doubts_of(leaving) == [
        "Le total «\xa0Total, Maroc\xa0», que les lecteurs connaissent déjà, ne compte plus cette série."
    ]


def test_a_hidden_reference_is_named_and_shown_where_the_reviewer_says_so(
    nadia: Any, rachida: Any
) -> None:
    make_agreement("hidden", is_public=False, title_fr="Convention cachée")
    proposal = proposed(Target.objects.get(code="cmc-12"), nadia, agreement="hidden")
    proposal = services.submit(proposal, by=nadia)
    with pytest.raises(services.HiddenOwnerError) as refused, transaction.atomic():
        services.publish(proposal, by=rachida)
    assert refusal(refused) == [
        "La publication reposerait sur ce qui n’est pas encore public : convention Convention cachée. Rendez-le "
        "public dans la même étape, ou d’abord séparément."
    ]
    services.publish(proposal, by=rachida, show=True)
    assert Agreement.objects.get(code="hidden").is_public


def test_a_record_is_shown_once(nadia: Any, rachida: Any) -> None:
    programme = make_programme("new", is_public=False)
    row = published(services.propose_showing(programme, by=nadia), by=nadia, publisher=rachida)
    programme.refresh_from_db()
    assert (programme.is_public, programme.sealed_at) == (True, row.published_at)
    with pytest.raises(ValidationError) as refused:
        services.propose_showing(programme, by=nadia)
    assert refusal(refused) == ["Cette fiche est déjà publique."]


def test_a_removed_record_is_said_so(nadia: Any) -> None:
    programme = make_programme("gone", is_public=False)
    proposal = services.propose_showing(programme, by=nadia)
    programme.delete()
    with pytest.raises(ValidationError) as refused:
        services.submit(proposal, by=nadia)
    assert refusal(refused) == [
        "La fiche dont il est question a été supprimée. Supprimez aussi cette proposition."
    ]


@pytest.mark.parametrize("code", ["cmc-12", "pie-26000"])
def test_a_withdrawn_target_is_withdrawn_by_two_with_a_reason(
    nadia: Any, rachida: Any, code: str
) -> None:
    target = Target.objects.get(code=code)
    with pytest.raises(ValidationError) as refused:
        services.propose_withdrawal(target, by=nadia, reason=" ")
    assert refused.value.message_dict == {
        "reason": ["Donnez le motif : le public le lit à côté de ce qui change."]
    }
    proposal = services.propose_withdrawal(target, by=nadia, reason="Abandonné.")
    row = published(proposal, by=nadia, publisher=rachida)
    target.refresh_from_db()
    assert (target.is_public, target.withdrawn_at) == (True, row.published_at)
    assert target in Target.objects.published()
    with pytest.raises(ValidationError) as refused:
        services.propose_withdrawal(target, by=nadia, reason="Encore.")
    assert refusal(refused) == ["Cette fiche est déjà retirée."]


@pytest.mark.parametrize(
    ("propose", "state"),
    [
        (services.propose_withdrawal, State.WITHDRAWN),
        (services.propose_setting_aside, State.SET_ASIDE),
    ],
)
def test_a_published_figure_ends_by_two(nadia: Any, rachida: Any, propose: Any, state: str) -> None:
    figure = Measurement.objects.published().first()
    proposal = services.submit(propose(figure, by=nadia, reason="Repris."), by=nadia)
    with pytest.raises(PermissionDenied):
        services.publish(proposal, by=nadia)
    row = services.publish(proposal, by=rachida)
    figure.refresh_from_db()
    assert (figure.state, figure.outcome_reason, figure.ended_at) == (
        state,
        "Repris.",
        row.published_at,
    )
    step = ReviewEvent.objects.filter(measurement=figure).order_by("-pk").first()
    assert (step.to_state, step.by, step.note) == (state, rachida, "Repris.")


def test_an_amendment_is_not_taken_back(nadia: Any, rachida: Any) -> None:
    row = published(proposed(trained(), nadia, interval_months=6), by=nadia, publisher=rachida)
    with pytest.raises(ValidationError) as refused:
        services.propose_withdrawal(row, by=nadia, reason="Non.")
    assert refusal(refused) == [
        "Ce qui a été modifié publiquement se modifie de nouveau par une nouvelle proposition sur la fiche elle-même."
    ]
    row.state = State.WITHDRAWN
    with pytest.raises(FrozenRowError):
        row.save()


def test_the_original_is_an_announcement_of_the_target_that_was_found_later(nadia: Any) -> None:
    target = Target.objects.filter(revisions__number=2).order_by("pk").first()
    assert target.original == target.revisions.get(number=1)
    with pytest.raises(ValidationError) as refused:
        proposed(target, nadia, original="2")
    assert refusal(refused) == [
        "L’annonce initiale le reste : seule une annonce de cet objectif toujours valable peut prendre sa place, et "
        "seulement si elle a été faite plus tôt et retrouvée depuis, ou si elle était l’annonce initiale au départ."
    ]
    with pytest.raises(ValidationError) as refused:
        proposed(target, nadia, original="77")
    assert refusal(refused) == ["annonce ou révision d’objectif : « 77 » n’existe pas."]


def test_a_translation_filled_in_is_free_and_a_changed_one_is_not(nadia: Any) -> None:
    programme = show(make_programme("names", name_ar=None, name_en=None))
    programme.name_ar = "برنامج"
    programme.save()
    programme.name_ar = "برنامج آخر"
    with pytest.raises(FrozenRowError):
        programme.save()
