"""A translation of what is published: added once, where none stands, by a proposal that somebody else publishes."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.translation import override

from programmes import services
from programmes.admin.review.proposals import kinds_for
from programmes.models import (
    Agreement,
    Amendment,
    LedgerEntry,
    Measurement,
    MilestoneStatement,
    Organisation,
    Reply,
    Series,
    Source,
    Target,
)
from programmes.models.review import FrozenRowError, amending
from programmes.services.ledger import ledger_lines
from programmes.verify import verify
from tests.builders import day, make_measurement, make_reply, withdraw

pytestmark = pytest.mark.django_db

FRENCH, ARABIC, ENGLISH = "Le chantier a repris.", "استُؤنفت الأشغال.", "Work has resumed."


@pytest.fixture
def reply(nadia: Any, rachida: Any, sample: None) -> Reply:
    """A published reply that stands in French alone."""
    target, source = (
        Target.objects.get(code="cmc-12"),
        Source.objects.get(code="map-2024-09-tanger"),
    )
    said = {"text": "", "text_fr": FRENCH, "date": day("2024-09-06")}
    by = Organisation.objects.get(code="ofppt")
    row = make_reply(target, draft=True, organisation=by, source=source, **said)
    return services.publish(services.submit(row, by=nadia), by=rachida)


def proposed(row: Any, by: Any, **texts: str) -> Any:
    return services.submit(services.propose_translation(row, {"text": texts}, by=by), by=by)


def test_translation_is_added_by_two_and_needs_no_reason(
    reply: Reply, nadia: Any, rachida: Any
) -> None:
    proposal = proposed(reply, nadia, ar=f" {ARABIC} ", en="")
    with pytest.raises(PermissionDenied):
        services.publish(proposal, by=nadia)
    services.publish(proposal, by=rachida)
    reply = Reply.objects.get()
    assert (reply.text_fr, reply.text_ar, reply.text_en) == (FRENCH, ARABIC, None)
    made = Amendment.objects.get(kind="translation")
    assert (made.reason, made.changes) == (
        "",
        {"text": [{"fr": FRENCH, "ar": "", "en": ""}, {"fr": FRENCH, "ar": ARABIC, "en": ""}]},
    )


def test_page_shows_the_translation_without_a_word_on_its_language(
    reply: Reply, nadia: Any, rachida: Any
) -> None:
    page = f"/ar/targets/{reply.target.code}/"
    before = Client().get(page).content.decode()
    said = '<span lang="fr" dir="ltr">{}</span> <span class="tongue">(بالفرنسية)</span>'
    assert f'<blockquote class="reply"><p>{said.format(FRENCH)}</p>' in before
    services.publish(proposed(reply, nadia, ar=ARABIC), by=rachida)
    after = Client().get(page).content.decode()
    assert f'<blockquote class="reply"><p>{ARABIC}</p>' in after


def test_what_stands_in_a_language_stands_for_good(reply: Reply, nadia: Any, rachida: Any) -> None:
    services.publish(proposed(reply, nadia, ar=ARABIC), by=rachida)
    with override("fr"), pytest.raises(ValidationError) as refused:
        services.propose_translation(Reply.objects.get(), {"text": {"ar": "غيره"}}, by=nadia)
    assert refused.value.messages == [
        "Texte : une traduction s’ajoute là où il n’y en a pas, et reste définitivement."
    ]


def test_nothing_given_proposes_nothing(reply: Reply, nadia: Any) -> None:
    assert services.propose_translation(reply, {"text": {"ar": "  "}}, by=nadia) is None


def test_draft_is_translated_in_its_own_form(reply: Reply, nadia: Any) -> None:
    draft = make_reply(reply.target, "other", draft=True, text="", text_fr=FRENCH)
    with override("fr"), pytest.raises(ValidationError) as refused:
        services.propose_translation(draft, {"text": {"ar": ARABIC}}, by=nadia)
    assert refused.value.messages == [
        "Seul ce qui est publié se traduit par une proposition. Complétez le reste dans son propre formulaire."
    ]


def test_reply_that_was_withdrawn_meanwhile_is_not_translated(
    reply: Reply, nadia: Any, rachida: Any
) -> None:
    proposal = proposed(reply, nadia, ar=ARABIC)
    withdraw(reply)
    with pytest.raises(ValidationError):
        services.publish(proposal, by=rachida)
    assert Reply.objects.get().text_ar is None


def test_reply_beside_what_was_withdrawn_is_not_translated(reply: Reply, nadia: Any) -> None:
    withdraw(reply.target)
    with override("en"), pytest.raises(ValidationError) as refused:
        services.propose_translation(reply, {"text": {"ar": ARABIC}}, by=nadia)
    assert refused.value.messages == [
        "Number of Cities of Trades and Skills open – Cities of Trades and Skills (CMC) – Morocco was withdrawn: "
        "nothing more is published of it. Make a new one."
    ]


def test_translation_fits_its_column(nadia: Any, sample: None) -> None:
    series = Series.objects.get(code="jobintech-trained")
    row = make_measurement(series, "2024-01-31", 900, note_fr="Phase pilote")
    with pytest.raises(ValidationError) as refused:
        services.propose_translation(row, {"note": {"en": "x" * 301}}, by=nadia)
    with override("en"):
        assert refused.value.messages == [
            "Ensure this value has at most 300 characters (it has 301)."
        ]
    assert services.propose_translation(row, {"note": {"en": "x" * 300}}, by=nadia) is not None


def test_no_other_road_translates_what_is_published(reply: Reply) -> None:
    reply.text_ar = ARABIC
    with pytest.raises(FrozenRowError):
        reply.save()
    with pytest.raises(FrozenRowError):
        Reply.objects.update(text_ar=ARABIC)
    # past the model, the trigger refuses
    with pytest.raises(DatabaseError), transaction.atomic(), amending(reply):
        reply.save()


def test_amendment_of_a_translation_lets_pass_what_is_missing_alone(
    reply: Reply, nadia: Any, rachida: Any
) -> None:
    services.publish(proposed(reply, nadia, ar=ARABIC), by=rachida)
    proposal = proposed(Reply.objects.get(), nadia, en=ENGLISH)
    columns = "state = 'published', published_at = (SELECT last FROM programmes_publicationclock)"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE programmes_amendment SET {columns} WHERE id = %s", [proposal.pk])
        for change in ("text_ar = 'غيره'", "text_fr = NULL", "date_precision = 'year'"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(f"UPDATE programmes_reply SET {change}")
        cursor.execute(f"UPDATE programmes_reply SET text_en = '{ENGLISH}'")


def test_ledger_tells_the_translation_and_holds(reply: Reply, nadia: Any, rachida: Any) -> None:
    services.publish(proposed(reply, nadia, ar=ARABIC), by=rachida)
    told, explained = LedgerEntry.objects.order_by("number")[LedgerEntry.objects.count() - 2 :]
    assert (told.event, told.table, told.key) == ("translated", "replies", "reply")
    assert told.written["content"]["rows"]["replies"][0]["text_ar"] == ARABIC
    assert (explained.event, explained.table) == ("published", "amendments")
    found = verify(ledger_lines(explained.number), [], [])
    assert (found.faults, found.whole, found.entries) == ([], True, explained.number)


@pytest.mark.parametrize("reader", ["fr", "ar"])
def test_reply_in_two_languages_is_withdrawn_by_readers_of_both(reply: Reply, reader: str) -> None:
    row = make_reply(reply.target, "both", text="", text_fr=FRENCH, text_ar=ARABIC)
    with override(reader):
        withdraw(row)
    row.refresh_from_db()
    assert (row.state, row.text_fr, row.text_ar) == ("withdrawn", FRENCH, ARABIC)


def test_note_and_reason_of_a_figure_are_translated_and_stand_in_each_language(
    nadia: Any, rachida: Any, sample: None
) -> None:
    wrong = Measurement.objects.get(series__code="jobintech-trained", state="published")
    row = Measurement(
        series=wrong.series,
        as_of=wrong.as_of,
        value=1001,
        source=wrong.source,
        supersedes=wrong,
        note_fr="Phase pilote",
        reason_ar="خطأ في القراءة",
    )
    row = services.submit(services.record(row, by=nadia), by=nadia)
    row = services.publish(row, by=rachida, confirmation="Vérifié.")
    wrong.refresh_from_db()
    assert wrong.outcome_reason == "خطأ في القراءة"
    texts = {"note": {"ar": "المرحلة التجريبية"}, "reason": {"fr": "Mal lu"}}
    proposal = services.submit(services.propose_translation(row, texts, by=nadia), by=nadia)
    services.publish(proposal, by=rachida)
    row = Measurement.objects.get(pk=row.pk)
    assert (row.note_fr, row.note_ar, row.note_en) == ("Phase pilote", "المرحلة التجريبية", None)
    assert (row.reason_fr, row.reason_ar) == ("Mal lu", "خطأ في القراءة")
    page = Client().get("/ar/targets/jobintech-15000/").content.decode()
    assert '<span class="note">المرحلة التجريبية</span>' in page
    assert "خطأ في القراءة" in page
    assert "Phase pilote" not in page
    last = LedgerEntry.objects.order_by("number").last()
    assert verify(ledger_lines(last.number), [], []).faults == []


def test_correction_that_only_leaves_a_language_out_corrects_nothing(
    nadia: Any, rachida: Any, sample: None
) -> None:
    said = Measurement.objects.get(series__code="jobintech-trained", state="published")
    same = Measurement(
        series=said.series,
        as_of=said.as_of,
        value=said.value,
        source=said.source,
        supersedes=said,
        note_fr=said.note_fr,
        reason_fr="Note trop longue",
    )
    row = services.record(same, by=nadia)
    with override("fr"), pytest.raises(ValidationError) as refused:
        services.submit(row, by=nadia)
    assert refused.value.messages == [
        "Cette saisie dit la même chose que celle qu’elle corrige. Changez ce qui était erroné, ou supprimez-la."
    ]
    row.note_fr = "Phase pilote"
    assert services.submit(services.change_draft(row, by=nadia), by=nadia).state == "submitted"


BOTH = {"fr": "Compté deux fois", "ar": "عُدّ مرتين"}


def withdrawn(row: Any, by: Any, other: Any, reason: Any) -> Any:
    proposal = services.propose_withdrawal(row, by=by, reason=reason)
    return services.publish(services.submit(proposal, by=by), by=other)


def test_reason_of_a_withdrawal_stands_in_each_of_its_languages_beside_what_it_ends(
    reply: Reply, nadia: Any, rachida: Any
) -> None:
    made = withdrawn(reply, nadia, rachida, BOTH)
    reply = Reply.objects.get()
    for row, name in ((made, "reason"), (reply, "outcome_reason")):
        assert [getattr(row, f"{name}_{one}") for one in ("fr", "ar", "en")] == [
            *BOTH.values(),
            None,
        ]
    page = Client().get(f"/ar/targets/{reply.target.code}/").content.decode()
    assert BOTH["ar"] in page
    assert BOTH["fr"] not in page
    page = Client().get(f"/en/targets/{reply.target.code}/").content.decode()
    word = '<span class="tongue">(in French)</span>'
    assert f'<span lang="fr" dir="ltr">{BOTH["fr"]}</span> {word}' in page


@pytest.mark.parametrize("reader", ["fr", "ar"])
def test_reason_in_one_box_stands_in_the_language_of_its_letters(
    reply: Reply, nadia: Any, rachida: Any, reader: str
) -> None:
    with override(reader):
        made = withdrawn(reply, nadia, rachida, BOTH["ar"])
    assert (made.reason_fr, made.reason_ar) == (None, BOTH["ar"])


def test_why_it_was_withdrawn_is_translated_once_and_its_text_no_longer(
    reply: Reply, nadia: Any, rachida: Any
) -> None:
    withdrawn(reply, nadia, rachida, {"fr": BOTH["fr"]})
    with pytest.raises(ValidationError):
        services.propose_translation(reply, {"text": {"ar": ARABIC}}, by=nadia)
    said = {"outcome_reason": {"ar": BOTH["ar"]}}
    proposal = services.submit(services.propose_translation(reply, said, by=nadia), by=nadia)
    services.publish(proposal, by=rachida)
    reply = Reply.objects.get()
    assert (reply.state, reply.outcome_reason_ar) == ("withdrawn", BOTH["ar"])
    with pytest.raises(ValidationError):
        services.propose_translation(reply, {"outcome_reason": {"ar": "غيره"}}, by=nadia)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programmes_reply SET outcome_reason_en = 'Counted twice'")
    last = LedgerEntry.objects.order_by("number").last()
    assert verify(ledger_lines(last.number), [], []).faults == []


def test_reason_of_a_published_proposal_is_translated_and_the_ledger_holds(
    nadia: Any, rachida: Any, sample: None
) -> None:
    target = Target.objects.get(code="cmc-12")
    made = withdrawn(target, nadia, rachida, {"fr": BOTH["fr"]})
    proposal = services.propose_translation(made, {"reason": {"ar": BOTH["ar"]}}, by=nadia)
    services.publish(services.submit(proposal, by=nadia), by=rachida)
    made.refresh_from_db()
    assert (made.reason_fr, made.reason_ar) == (BOTH["fr"], BOTH["ar"])
    page = Client().get("/ar/targets/cmc-12/").content.decode()
    assert BOTH["ar"] in page
    assert BOTH["fr"] not in page
    told, _explained = LedgerEntry.objects.order_by("-number")[:2][::-1]
    assert (told.event, told.table, told.key) == ("translated", "amendments", str(made.pk))
    last = LedgerEntry.objects.order_by("number").last()
    assert verify(ledger_lines(last.number), [], []).faults == []


def test_why_an_opening_was_withdrawn_is_read_in_its_translation_wherever_it_is_told(
    nadia: Any, rachida: Any, sample: None
) -> None:
    opened = MilestoneStatement.objects.filter(
        kind="reached", milestone__kind="opening", milestone__centre__programmes__code="cmc"
    ).first()
    withdrawn(opened, nadia, rachida, {"fr": BOTH["fr"]})
    address = "/ar/targets/cmc-12/"
    assert BOTH["fr"] in Client().get(address).content.decode()
    said = {"outcome_reason": {"ar": BOTH["ar"]}}
    proposal = services.propose_translation(opened, said, by=nadia)
    services.publish(services.submit(proposal, by=nadia), by=rachida)
    for page in (address, f"/ar/centres/{opened.milestone.centre.code}/", "/ar/updates/"):
        told = Client().get(page).content.decode()
        assert (BOTH["ar"] in told, BOTH["fr"] in told) == (True, False), page


def test_reason_of_the_end_of_an_entry_is_translated_on_the_entry_alone(
    reply: Reply, nadia: Any, rachida: Any
) -> None:
    made = withdrawn(reply, nadia, rachida, {"fr": BOTH["fr"]})
    assert kinds_for(made) == []
    assert kinds_for(Reply.objects.get()) == ["translation"]
    with override("fr"), pytest.raises(ValidationError) as refused:
        services.propose_translation(made, {"reason": {"ar": BOTH["ar"]}}, by=nadia)
    assert refused.value.messages == [
        "La raison pour laquelle une saisie a été retirée ou écartée se traduit sur la saisie elle-même\u00a0: "
        "les pages montrent ce texte."
    ]


def test_reason_of_a_change_of_an_agreement_is_not_translated(
    nadia: Any, rachida: Any, sample: None
) -> None:
    made = withdrawn(
        Agreement.objects.filter(is_public=True).first(), nadia, rachida, {"fr": BOTH["fr"]}
    )
    with override("fr"), pytest.raises(ValidationError) as refused:
        services.propose_translation(made, {"reason": {"ar": BOTH["ar"]}}, by=nadia)
    assert refused.value.messages == [
        "Ce qui a été modifié publiquement se modifie de nouveau par une nouvelle proposition sur la fiche elle-même."
    ]
