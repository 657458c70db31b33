"""The announcements of a target on its page: none is quietly moved, corrected or taken back."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from justhtml import JustHTML

from programmes import services
from programmes.calculations.dates import written_moment
from programmes.models import Measurement, Reply, Target, TargetRevision
from programmes.models.guards import guards_lifted
from programmes.selectors.promises.corrected_since import corrected_since
from programmes.selectors.wording.formats import day_words
from programmes.spreadsheets.importing.sample import data_account
from tests.builders import (
    amend,
    day,
    make_measurement,
    make_organisation,
    make_revision,
    make_source,
    make_target,
    publish,
    published_by_two,
    withdraw,
)

pytestmark = pytest.mark.django_db
FIRST_DAY = datetime(2021, 3, 1, 12, tzinfo=UTC)


def today() -> str:
    with override("en"):
        return day_words(timezone.localdate())


def html(path: str = "/en/targets/target/") -> str:
    response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


def text_of(part: str) -> str:
    return re.sub(r" ([:;.,])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", part).split()))


def announcements(path: str = "/en/targets/target/") -> list[str]:
    """Each announcement of the list, as text."""
    part = html(path).partition('<ol class="revisions">')[2].partition("</ol>")[0]
    lines = part.split('<li class="revision')[1:]
    return [text_of(one.partition(">")[2]) for one in lines]


def figures() -> list[str]:
    """Each row of the table of figures, as text."""
    part = html().partition('id="figures-table"')[2].partition("</tbody>")[0]
    lines = part.partition("<tbody>")[2].split("<tr")[1:]
    return [text_of(one.partition(">")[2]) for one in lines]


def corrected(row: TargetRevision, number: int, reason: str, **changed: Any) -> TargetRevision:
    """A published correction of an announcement: what it says, but for what is given."""
    said = {
        name: getattr(row, name)
        for name in ("value", "sense", "qualifier", "due", "announced", "source", "wording")
    }
    return published_by_two(
        TargetRevision.objects.create(
            target=row.target, number=number, kind="correction", corrects=row, reason=reason,
            **(said | changed),
        )
    )  # fmt: skip


@pytest.fixture
def target() -> Target:
    """1,000 by the end of 2024, announced on 1 January 2021; then 800 by the end of 2026. 400 were reached."""
    target = make_target(due="2024-12-31", published=FIRST_DAY)
    make_revision(target, 2, value=800, due="2026-12-31", announced="2024-06-01", reason="Retard")
    make_measurement(target.series, "2024-12-31", 400, source=make_source("bilan", on="2025-02-01"))
    return target


def test_each_announcement_has_its_own_verdict(target):
    original, present = announcements()
    assert original.startswith("Original promise 1 January 2021 1,000")
    assert "Not met by the due date" in original
    assert present.startswith("Present promise 1 June 2024 800")
    assert "Behind" in present


def test_correction_takes_the_place_of_what_it_corrects_and_says_so_for_good(target):
    first = target.revisions.get(number=1)
    journal = make_source("journal", publisher="Le Journal", on="2021-02-10")
    corrected(
        first, 3, "Mal recopié", value=900, announced=day("2021-02-01"), source=journal,
        wording="former 900 jeunes",
    )  # fmt: skip
    original, present = announcements()
    assert original.startswith("Original promise 1 February 2021 900")
    assert (
        f"Entry corrected on {today()}; it was: promised 1,000 by 31 December 2024; "
        "date of the announcement 1 January 2021; source La Gazette, 1 June 2024; "
        "wording as printed nothing. Reason: Mal recopié"
    ) in original
    assert present.startswith("Present promise 1 June 2024 800")


def test_corrections_of_a_correction_are_all_said(target):
    first = target.revisions.get(number=1)
    second = corrected(first, 3, "Mal recopié", value=900)
    corrected(second, 4, "Encore mal recopié", value=950)
    original, _present = announcements()
    assert original.index("promised 900") < original.index("promised 1,000")
    assert original.index("Encore mal recopié") < original.index("Reason: Mal recopié")


def test_correction_keeps_the_reason_of_the_move_and_the_words_that_it_leaves_alone(target):
    moved = make_revision(
        target, 3, value=700, due="2027-12-31", due_text="d’ici fin 2027", announced="2025-01-01",
        source=make_source("bulletin", publisher="Le Bulletin", on="2025-01-02"), reason="Budget réduit",
        wording="700 jeunes formés", wording_language="fr",
    )  # fmt: skip
    wrong = corrected(moved, 4, "Mal recopié", value=750, wording="")
    present = announcements()[-1]
    assert "Reason: Budget réduit" in present
    assert (
        f"Entry corrected on {today()}; it was: promised 700 by 31 December 2027. Reason: Mal recopié"
        in present
    )
    assert "700 jeunes formés" in present
    assert "as printed: d’ici fin 2027" in present
    journal = make_source("journal", publisher="Le Journal", on="2025-02-10")
    corrected(wrong, 5, "Autre source citée", source=journal, wording="")
    present = announcements()[-1]
    assert "Reason: Budget réduit" in present
    assert (
        f"Entry corrected on {today()}; it was: source Le Bulletin, 2 January 2025; "
        "due date as printed d’ici fin 2027; wording as printed 700 jeunes formés. Reason: Autre source citée"
    ) in present


def test_correction_of_the_values_on_the_way_alone_says_them_alone(target):
    moved = make_revision(
        target, 3, value=700, due="2027-12-31", announced="2025-01-01", reason="Budget réduit",
        source=make_source("bulletin", on="2025-01-02"), wording="700 jeunes formés", wording_language="fr",
    )  # fmt: skip
    draft = TargetRevision.objects.create(
        target=target, number=4, kind="correction", corrects=moved, reason="Étapes oubliées",
        value=700, due=moved.due, announced=moved.announced, source=moved.source,
    )  # fmt: skip
    draft.waypoints.create(on=date(2026, 12, 31), value=600)
    published_by_two(draft)
    present = announcements()[-1]
    assert (
        f"Entry corrected on {today()}; it was: on the way nothing. Reason: Étapes oubliées"
        in present
    )
    assert "700 jeunes formés" in present


def translate(row: TargetRevision, **texts: str) -> None:
    proposal = services.propose_translation(row, {"definition": texts}, by=data_account())
    published_by_two(proposal)


def test_definition_is_marked_until_it_is_translated_and_no_correction_tells_of_that(target):
    first = target.revisions.get(number=1)
    defined = corrected(first, 3, "Définition oubliée", definition_fr="Inscrits")
    original, _present = announcements()
    assert "Definition: Inscrits (in French)" in original
    assert "it was: definition nothing. Reason: Définition oubliée" in original
    again = corrected(defined, 4, "Valeur mal recopiée", value=900, definition_fr="Inscrits")
    translate(again, en="People enrolled")
    original, _present = announcements()
    assert "Definition: People enrolled" in original
    assert "it was: promised 1,000 by 31 December 2024. Reason: Valeur mal recopiée" in original
    other = {"definition_fr": "Admis", "definition_en": "People admitted"}
    corrected(again, 5, "Mal lu", value=900, **other)
    original, _present = announcements()
    assert "it was: definition People enrolled. Reason: Mal lu" in original


def corrected_to_a_later_day(target: Target) -> str:
    """Corrects the day of the first announcement. What pages of the days between say of it."""
    journal = make_source("journal", publisher="Le Journal", on="2021-12-10")
    first = target.revisions.get(number=1)
    corrected(first, 3, "Année mal lue", announced=day("2021-12-01"), source=journal)
    return (
        f"Entry corrected on {today()}: the announcement (1,000 by 31 December 2024) was dated 1 January 2021; "
        "the right date is 1 December 2021. Reason: Année mal lue (in French)."
    )


def words_of(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200, address
    text = JustHTML(response.content.decode()).to_text()
    words = " ".join(re.sub("[\u2066-\u2069]", "", text).split())
    return words.replace("(in French) .", "(in French).")


def test_page_of_a_day_tells_of_an_entry_that_was_corrected_to_a_later_one(target):
    said = corrected_to_a_later_day(target)
    page = words_of("/en/targets/target/?on=2021-06-01")
    assert f"Not yet promised: nothing had been announced by 1 June 2021. {said}" in page
    for other in ("2020-12-31", "2021-12-01", "2025-01-01"):
        assert said not in words_of(f"/en/targets/target/?on={other}")
    assert said not in words_of("/en/targets/target/")


def test_announcements_of_a_day_tell_of_an_entry_that_was_corrected_to_a_later_one(target):
    first, late = target.revisions.get(number=1), make_source("late", on="2024-10-01")
    corrected(first, 3, "Année mal lue", announced=day("2024-09-01"), source=late)
    page = words_of("/en/targets/target/?on=2024-07-01")
    said = (
        f"Entry corrected on {today()}: the announcement (1,000 by 31 December 2024) was dated 1 January 2021; "
        "the right date is 1 September 2024. Reason: Année mal lue (in French)."
    )
    assert "Entry corrected since 1 January 2021" in page
    assert page.count(said) == 2, "in the sentence, and in the list of announcements"
    assert said not in words_of("/en/targets/target/?on=2024-09-01")


@pytest.mark.slow
@pytest.mark.parametrize("page", ["", "status/", "programmes/programme/", "regions/{place}/"])
def test_lists_of_a_day_tell_of_entries_that_were_corrected_to_a_later_one(target, page):
    said = corrected_to_a_later_day(target)
    page = page.format(place=target.series.territory.code)
    text = words_of(f"/en/{page}?on=2021-06-01")
    assert (
        f"Entries of this day that were corrected since {target.series.indicator.name_en}" in text
    )
    assert said in text
    for other in ("?on=2020-12-31", "?on=2021-12-01", ""):
        assert said not in words_of(f"/en/{page}{other}")


def test_list_as_known_before_a_second_correction_still_tells_the_first(target):
    corrected_to_a_later_day(target)
    later = target.revisions.get(number=3)
    moment = TargetRevision.objects.get(pk=later.pk).published_at
    corrected(later, 4, "Bien lu au départ", announced=day("2021-02-01"))
    on = date(2021, 6, 1)
    assert corrected_since(on) == ()
    assert [one.code for one in corrected_since(on, moment)] == ["target"]


def test_correction_with_a_late_date_does_not_become_the_present_promise(target):
    first = target.revisions.get(number=1)
    late = make_source("late", on="2024-10-01")
    corrected(first, 3, "Mal recopié", value=900, announced=day("2024-09-01"), source=late)
    original, present = announcements()
    assert original.startswith("Original promise 1 September 2024 900")
    assert present.startswith("Present promise 1 June 2024 800")
    assert '<b class="promise__figure">800</b>' in html()


def test_announcement_of_an_earlier_date_published_later_is_found_later(target):
    make_revision(target, 3, value=400, due="2023-12-31", announced="2020-08-31")
    found, original, _present = announcements()
    assert found.startswith(
        f"Announcement found later 31 August 2020 Found later, entered on {today()}. 400"
    )
    assert original.startswith("Original promise 1 January 2021 1,000")
    # also on a day on which only the one found later had been announced
    past = Client().get("/en/targets/target/?on=2020-12-31").content.decode()
    assert "Original promise" not in past


def a_day_passes(target: Target) -> None:
    """What was published so far was published a day earlier."""
    with guards_lifted("a day passes"):
        for row in target.revisions.all():
            at = row.published_at - timedelta(days=1)
            models.QuerySet(TargetRevision).filter(pk=row.pk).update(published_at=at)


def without_list(page: str) -> str:
    """The words of the main part of a page but for its list of announcements, its citation and its ledger."""
    main = page.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r'<ol class="revisions">.*?</ol>|<p class="cite">.*?</p>', "", main, flags=re.S)
    return text_of(main).partition("In the ledger")[0]


def test_announcement_found_later_between_two_others_is_told_and_changes_nothing_else():
    target = make_target(due="2023-12-31", published=FIRST_DAY)
    make_revision(target, 2, value=800, due="2026-12-31", announced="2024-06-01", reason="Retard")
    make_measurement(target.series, "2023-12-31", 100, source=make_source("bilan", on="2024-02-01"))
    a_day_passes(target)
    past = "/en/targets/target/?on=2024-03-01"
    told = [
        without_list(Client().get(path).content.decode()) for path in ("/en/targets/target/", past)
    ]
    assert "after its due date had passed" in told[0]
    make_revision(
        target, 3, value=800, due="2026-12-31", announced="2023-06-30", reason="Retrouvée"
    )
    _original, found, _present = announcements()
    assert found.startswith(
        f"Announcement found later 30 June 2023 Found later, entered on {today()}. 800"
    )
    assert [
        without_list(Client().get(path).content.decode()) for path in ("/en/targets/target/", past)
    ] == told


def test_page_as_known_before_the_original_was_amended_tells_the_original_of_then(target):
    a_day_passes(target)
    with guards_lifted("stored by the publication of the first announcement"):
        first = target.revisions.get(number=1)
        models.QuerySet(Target).filter(pk=target.pk).update(original=first)
    found = make_revision(target, 3, value=400, due="2023-12-31", announced="2020-08-31")
    before = timezone.now()
    path = f"/en/targets/target/?known={written_moment(before)}"
    list_then = announcements(path)
    assert list_then[0].startswith("Announcement found later 31 August 2020")
    amend(target, original=str(found.number))
    assert announcements(path) == list_then
    assert announcements()[0].startswith("Original promise 31 August 2020 400")


def test_original_that_is_withdrawn_stays_the_original_with_its_verdict(target):
    withdraw(target.revisions.get(number=1), "Jamais signé")
    original, present = announcements()
    assert original.startswith(
        f"Original promise, withdrawn 1 January 2021 Withdrawn on {today()}: Jamais signé (in French) 1,000"
    )
    assert "Not met by the due date" in original
    assert present.startswith("Present promise 1 June 2024 800")
    assert "against the first announcement" in html()


def test_announcement_withdrawn_that_was_not_the_first_keeps_its_place_and_verdict(target):
    withdraw(target.revisions.get(number=2), "Publié par erreur")
    original, later = announcements()
    assert original.startswith("Original promise 1 January 2021 1,000")
    assert later.startswith(
        f"Announcement withdrawn 1 June 2024 Withdrawn on {today()}: Publié par erreur (in French) 800"
    )


def test_target_with_nothing_but_withdrawn_announcements_is_withdrawn(target):
    for row in target.revisions.all():
        withdraw(row, f"Retrait {row.number}")
    page = html()
    assert re.search(r'class="promise__status is-(\w+)', page)[1] == "withdrawn"
    assert [("Withdrawn on" in one, f"Retrait {number}" in one) for number, one in
            enumerate(announcements(), start=1)] == [(True, True), (True, True)]  # fmt: skip
    board = Client().get("/en/status/").content.decode()
    assert 'id="status-withdrawn"' in board


def test_what_was_printed_elsewhere_is_not_carried_over(target):
    assert "as printed" not in html()


def test_corrected_figure_says_what_it_was_when_and_why(target):
    wrong = target.series.measurements.get()
    published_by_two(
        Measurement.objects.create(
            series=target.series, as_of=day("2024-12-31"), value=390, source=wrong.source,
            supersedes=wrong, reason="Doublons retirés",
        )
    )  # fmt: skip
    (row,) = figures()
    assert row.startswith("31 December 2024 390")
    assert f"was 400 as of 31 December 2024, corrected on {today()}: Doublons retirés" in row


def test_figure_of_a_mistyped_day_and_source_says_which_they_were(target):
    wrong = target.series.measurements.get()
    published_by_two(
        Measurement.objects.create(
            series=target.series, as_of=day("2023-12-31"), value=400, supersedes=wrong,
            source=make_source("rapport", publisher="L’Office", on="2024-02-01"),
            reason="Année mal lue",
        )
    )  # fmt: skip
    (row,) = figures()
    assert row.startswith("31 December 2023 400")
    was = wrong.source.publisher
    assert (
        f"was 400 as of 31 December 2024 ({was}, 1 February 2025), corrected on {today()}: Année mal lue"
    ) in row


def test_corrected_note_of_a_figure_says_what_it_was(target):
    wrong = target.series.measurements.get()
    values = {"series": target.series, "as_of": day("2024-12-31"), "source": wrong.source}
    noted = published_by_two(
        Measurement.objects.create(
            **values, value=390, note_en="provisional", supersedes=wrong, reason_en="Misread"
        )
    )
    published_by_two(
        Measurement.objects.create(
            **values, value=390, note_en="final", supersedes=noted, reason_en="Note misread"
        )
    )
    (row,) = figures()
    assert (
        f"was 390 (“provisional”) as of 31 December 2024, corrected on {today()}: Note misread"
        in row
    )


def test_withdrawn_figure_stays_struck_with_day_and_reason(target):
    withdraw(target.series.measurements.get(), "Compté deux fois")
    (row,) = figures()
    assert (
        row
        == f"31 December 2024 400 Withdrawn ({today()}). La Gazette, 1 February 2025 Compté deux fois (in French)"
    )


def test_replies_are_shown_once_published_and_stay_when_withdrawn(target):
    def reply(code: str, text: str) -> Reply:
        return Reply.objects.create(
            code=code, target=target, organisation=make_organisation(), date=day("2024-05-01"),
            text_fr=text, source=make_source(),
        )  # fmt: skip

    publish(reply("one", "Nous poursuivons."))
    reply("two", "Brouillon.")
    withdraw(publish(reply("three", "Envoyé par erreur.")), "Mauvaise adresse")
    page = html()
    assert "Nous poursuivons." in page
    assert "Brouillon." not in page
    assert "Envoyé par erreur." in page
    assert "Mauvaise adresse" in page


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_page_with_all_of_it_is_strict_html(target, language):
    corrected(target.revisions.get(number=2), 3, "<b>&", value=700)
    make_revision(target, 4, value=400, due="2023-12-31", announced="2020-08-31")
    withdraw(target.revisions.get(number=1), "<i>")
    response = Client().get(f"/{language}/targets/target/")
    assert JustHTML(response.content.decode(), collect_errors=True).errors == []
