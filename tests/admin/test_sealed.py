"""What the public relies on: shown in its form, changed by a proposal, said where somebody tries otherwise."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from programmes import access, services
from programmes.models import (
    Agreement,
    Amendment,
    Measurement,
    Participation,
    Programme,
    ReviewEvent,
    Series,
    Signature,
    Source,
)
from tests import builders as public
from tests.admin.builders import (
    make_centre,
    make_measurement,
    make_programme,
    make_series,
    make_source,
    make_target,
    published,
)
from tests.admin.conftest import signed_in
from tests.conftest import make_member

PARTS = {
    f"{name}-{form}_FORMS": 0
    for name in ("participations", "stages")
    for form in ("TOTAL", "INITIAL")
}


def _page(row: Any, name: str = "change", *args: str, language: str = "en") -> str:
    table = f"programmes_{row._meta.model_name}_{name}"
    return reverse(f"admin:{table}", args=[row.pk, *args]).replace("/fr/", f"/{language}/", 1)


def _boxes(user: Any, row: Any) -> set[str]:
    return set(signed_in(user).get(_page(row)).context["adminform"].form.fields)


def _said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def _texts(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def programme(places: Any) -> Programme:
    return public.show(make_programme(places["MA-ERR"], name_fr="Écoles", summary_fr="Résumé"))


def test_form_shows_sealed_columns_and_keeps_open_ones_open(
    editor: Any, programme: Programme
) -> None:
    page = signed_in(editor).get(_page(programme))
    fields = set(page.context["adminform"].form.fields)
    assert fields == {
        "name_ar", "name_en", "summary_fr", "summary_ar", "summary_en", "other_spellings",
    }  # fmt: skip
    assert "Écoles" in _texts(page)
    assert "The public relies on this record." in _texts(page)
    assert f'href="{_page(programme, "propose", "change")}"' in _texts(page)
    response = signed_in(editor).post(
        _page(programme), {"name_ar": "مدارس", "summary_fr": "Autre", **PARTS}
    )
    assert response.status_code == 302
    programme = Programme.objects.get(pk=programme.pk)
    assert (programme.name_fr, programme.name_ar, programme.summary_fr) == (
        "Écoles",
        "مدارس",
        "Autre",
    )
    assert "name_ar" not in _boxes(editor, programme)


@pytest.mark.slow(each=True)
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Le public s’appuie sur cette fiche"),
        ("ar", "يستند العموم إلى هذه البطاقة"),
    ],
)
def test_forged_or_late_value_of_a_sealed_column_is_refused_and_said(
    editor: Any, programme: Programme, places: Any, language: str, sentence: str
) -> None:
    for values in (
        {"name_fr": "Bootcamps"},
        {"start": "2026"},
        {"territories": [places["MA-REH"].pk]},
        {
            "stages-TOTAL_FORMS": 1,
            "stages-0-number": "1",
            "stages-0-name_fr": "Étape",
        },
    ):
        response = signed_in(editor).post(
            _page(programme, language=language), PARTS | {"summary_fr": "Nouveau"} | values
        )
        assert response.status_code == 200, values
        assert sentence in _texts(response), values
    stored = Programme.objects.get(pk=programme.pk)
    assert (stored.name_fr, stored.summary_fr, stored.stages.count()) == ("Écoles", "Résumé", 0)


def test_proposal_form_has_exactly_the_amendable_columns(alice: Any, places: Any) -> None:
    series = public.show(make_series(places["MA-ERR"], interval_months=12))
    page = signed_in(alice).get(_page(series, "propose", "change"))
    frames = page.context["fieldsets"]
    assert [list(frame.form.fields) for frame in frames] == [
        [
            "areas",
            "role",
            "figures",
            "part_of",
            "counted_kind",
            "interval_months",
            "delay_days",
            "name_fr",
            "name_ar",
            "name_en",
        ],
        ["reason_en", "reason_fr", "reason_ar", "source"],
    ]
    assert frames[0].form["interval_months"].value() == 12


def test_change_is_proposed_submitted_and_published_by_another(
    alice: Any, reviewer: Any, places: Any
) -> None:
    series = public.show(make_series(places["MA-ERR"], name_fr="Inscrits"))
    client, address = signed_in(alice), _page(series, "propose", "change")
    values = {
        "role": "progress",
        "figures": "own",
        "interval_months": "36",
        "delay_days": "0",
        "name_fr": "Inscrits",
    }
    refused = client.post(address, values)
    assert "reason_en" in refused.context["fieldsets"][1].form.errors
    assert 'value="36"' in _texts(refused)
    same = client.post(address, values | {"interval_months": "12", "reason_fr": "Rien"})
    assert "Nothing would change" in _texts(same)
    assert not Amendment.objects.exists()
    response = client.post(
        address, values | {"reason_fr": "Rythme de l’arrêté", "_submit_for_review": "1"}
    )
    row = Amendment.objects.get()
    assert response.url.endswith(_page(row).removeprefix("/en"))
    assert (row.state, row.changes, row.reason) == (
        "submitted",
        {"interval_months": [12, 36]},
        "Rythme de l’arrêté",
    )
    page = _texts(signed_in(reviewer).get(_page(row)))
    assert '<del dir="auto">12</del>' in page
    assert '<ins dir="auto">36</ins>' in page
    asked = signed_in(reviewer).get(_page(row, "review", "publish"), follow=True)
    ((desk, _status),) = asked.redirect_chain
    signed_in(reviewer).post(desk, {"do": "publish", "seen": asked.context["seen"]})
    series.refresh_from_db()
    assert series.interval_months == 36


def test_proposal_that_adds_a_part_to_a_known_sum_is_submitted_and_asks_the_reviewer(
    root: Any, reviewer: Any, places: Any
) -> None:
    whole = make_series(places["MA-08"], code="total", name_fr="Total", figures="parts")
    public.show(whole)
    series = public.show(make_series(places["MA-ERR"], name_fr="Ici", indicator=whole.indicator))
    values = {
        "role": "progress",
        "figures": "own",
        "interval_months": "12",
        "delay_days": "0",
        "name_fr": "Ici",
        "part_of": whole.pk,
        "reason_fr": "Oubliée",
        "_submit_for_review": "1",
    }
    signed_in(root).post(_page(series, "propose", "change"), values)
    row = Amendment.objects.get()
    assert (row.state, row.changes) == ("submitted", {"part_of": [None, "total"]})
    asked = signed_in(reviewer).get(_page(row, "review", "publish"), follow=True)
    assert "The sum “Total, " in asked.content.decode()


def test_proposal_reaches_sets_dates_and_child_rows(root: Any, places: Any) -> None:
    agreement = public.make_agreement("accord", is_public=False)
    organisation, other = public.make_organisation(), public.make_organisation("anapec")
    signature = Signature.objects.create(
        agreement=agreement, organisation=organisation, undertaking_fr="Former"
    )
    public.show(agreement)
    source = make_source()
    response = signed_in(root).post(
        _page(agreement, "propose", "change"),
        {
            "kind": "framework",
            "title_fr": "Convention accord",
            "date": "02/2021",
            "sources": [source.pk],
            "reason_fr": "Date exacte",
            "signatures-TOTAL_FORMS": 2,
            "signatures-INITIAL_FORMS": 1,
            "signatures-0-id": signature.pk,
            "signatures-0-agreement": agreement.pk,
            "signatures-0-organisation": organisation.pk,
            "signatures-0-undertaking_fr": "Former",
            "signatures-1-agreement": agreement.pk,
            "signatures-1-organisation": other.pk,
        },
    )
    assert response.status_code == 302
    changes = Amendment.objects.get().changes
    assert set(changes) == {"date", "sources", "signatures"}
    assert changes["date"] == ["2021-02-17", "2021-02"]
    assert changes["sources"] == [[], [source.code]]
    assert [entry["organisation"] for entry in changes["signatures"][1]] == ["ofppt", "anapec"]
    published(Amendment.objects.get(), root)
    agreement = Agreement.objects.get()
    assert agreement.date.notation == "2021-02"
    assert list(agreement.sources.all()) == [source]
    assert set(agreement.signatures.values_list("organisation__code", flat=True)) == {
        "ofppt",
        "anapec",
    }


def test_nobody_proposes_outside_their_scope_or_on_what_nobody_relies_on(
    bob: Any, alice: Any, places: Any
) -> None:
    series = make_series(places["MA-ERR"])
    address = _page(series, "propose", "change")
    assert _said(signed_in(alice).get(address)) == [
        "This cannot be proposed as the record stands now."
    ]
    public.show(series)
    assert signed_in(bob).get(address).status_code == 302
    assert (
        signed_in(bob).post(address, {"reason_fr": "x", "interval_months": "6"}).status_code == 302
    )
    country = public.show(make_series(places["MA"]))
    assert signed_in(bob).get(_page(country, "propose", "change")).status_code in (302, 403)
    assert not Amendment.objects.exists()


@pytest.mark.slow
def test_centre_is_shown_and_withdrawn_by_two_people(
    alice: Any, reviewer: Any, editor: Any, places: Any
) -> None:
    centre = make_centre(places["MA-ERR"])
    listed = reverse("admin:programmes_centre_changelist").replace("/fr/", "/en/", 1)
    assert "not yet shown" in _texts(signed_in(alice).get(listed))
    for kind, reason, words in (
        ("showing", "", "shown since"),
        ("withdrawal", "Fermé", "withdrawn since"),
    ):
        address = _page(centre, "propose", kind)
        assert address in _texts(signed_in(alice).get(_page(centre)))
        signed_in(alice).post(address, {"reason_fr": reason, "_submit_for_review": "1"})
        row = Amendment.objects.get(kind=kind)
        own = signed_in(alice).get(_page(row, "review", "publish"), follow=True)
        assert own.status_code == 403
        services.publish(row, by=reviewer)
        assert words in _texts(signed_in(alice).get(listed))
    filtered = signed_in(alice).get(listed, {"visibility": "withdrawn"})
    assert [found.pk for found in filtered.context["cl"].result_list] == [centre.pk]
    page = _texts(signed_in(alice).get(_page(centre)))
    assert "propose/withdrawal" not in page
    assert "Proposals and what came of them" in page
    assert signed_in(editor).post(_page(centre, "delete"), {"post": "yes"}).status_code == 403


def test_reason_is_asked_in_the_language_of_the_reader_first_and_one_suffices(
    alice: Any, reviewer: Any, places: Any
) -> None:
    row = published(make_measurement(make_series(places["MA-ERR"]), alice), alice)
    address = _page(row, "propose", "withdrawal", language="ar")
    form = signed_in(alice).get(address).context["fieldsets"][0].form
    assert list(form.fields) == ["reason_ar", "reason_fr", "reason_en", "source"]
    refused = signed_in(alice).post(address, {"reason_fr": "", "reason_en": "..."})
    assert set(refused.context["fieldsets"][0].form.errors) == {"reason_en"}
    signed_in(alice).post(address, {"reason_en": "Counted twice", "reason_fr": "Compté deux fois"})
    made = Amendment.objects.get()
    assert (made.reason_fr, made.reason_ar, made.reason_en) == (
        "Compté deux fois",
        None,
        "Counted twice",
    )
    services.publish(services.submit(made, by=alice), by=reviewer)
    address = _page(row, "propose", "translation")
    boxes = [list(part.form.fields) for part in signed_in(alice).get(address).context["fieldsets"]]
    assert boxes == [["outcome_reason_ar"], ["source"]]
    signed_in(alice).post(address, {"outcome_reason_ar": "حُسب مرتين"})
    translation = Amendment.objects.get(kind="translation", table="measurement")
    assert translation.changes["outcome_reason"][1]["ar"] == "حُسب مرتين"
    # the proposal said the same: pages read it from the entry that it ended
    assert signed_in(alice).get(_page(made, "propose", "translation")).status_code == 302


def test_published_figure_is_withdrawn_or_set_aside_by_a_proposal(
    alice: Any, reviewer: Any, places: Any
) -> None:
    row = published(make_measurement(make_series(places["MA-ERR"]), alice), alice)
    page = _texts(signed_in(reviewer).get(_page(row)))
    assert _page(row, "propose", "withdrawal") in page
    assert _page(row, "propose", "setting-aside") in page
    response = signed_in(alice).post(_page(row, "propose", "setting-aside"), {"reason_fr": " "})
    assert response.status_code == 200
    signed_in(alice).post(_page(row, "propose", "setting-aside"), {"reason_fr": "Autre source"})
    made = Amendment.objects.get()
    assert (made.kind, made.state) == ("setting_aside", "draft")
    services.publish(services.submit(made, by=alice), by=reviewer)
    row = Measurement.objects.get(pk=row.pk)
    assert (row.state, row.outcome_reason) == ("set_aside", "Autre source")


def test_published_reply_is_translated_by_a_proposal(
    alice: Any, reviewer: Any, places: Any
) -> None:
    target = make_target(make_series(places["MA-ERR"]), alice)
    row = public.make_reply(target, source=make_source(), text="", text_fr="Le chantier a repris.")
    address = _page(row, "propose", "translation")
    assert address in _texts(signed_in(alice).get(_page(row)))
    page = signed_in(alice).get(address)
    assert [name for part in page.context["fieldsets"] for name in part.form.fields] == [
        "text_ar",
        "text_en",
        "source",
    ]
    assert '<span lang="fr" dir="ltr">Le chantier a repris.</span>' in _texts(page)
    refused = signed_in(alice).post(address, {"text_ar": " "})
    assert refused.context["refusals"] == ["Give the text in one language at least."]
    signed_in(alice).post(address, {"text_ar": "استُؤنفت الأشغال."})
    made = Amendment.objects.get()
    assert (made.kind, made.state, made.reason) == ("translation", "draft", "")
    made = services.submit(made, by=alice)
    address = reverse("admin:review_record", args=["proposals", made.pk])
    shown = " ".join(signed_in(reviewer).get(address).content.decode().split())
    assert (
        '<td><p lang="fr" dir="ltr">Le chantier a repris.</p></td> '
        '<td><ins lang="ar" dir="rtl">استُؤنفت الأشغال.</ins></td>'
    ) in shown
    services.publish(made, by=reviewer)
    row.refresh_from_db()
    assert (row.text_fr, row.text_ar) == ("Le chantier a repris.", "استُؤنفت الأشغال.")


@pytest.mark.slow
def test_draft_of_a_proposal_changes_in_reason_and_source_alone(alice: Any, places: Any) -> None:
    centre = make_centre(places["MA-ERR"])
    row = services.propose_showing(centre, by=alice)
    assert _boxes(alice, row) == {"reason_fr", "reason_ar", "reason_en", "source"}
    signed_in(alice).post(_page(row), {"reason_fr": "Ouvert", "changes": "{}", "kind": "change"})
    row.refresh_from_db()
    assert (row.reason, row.kind) == ("Ouvert", "showing")
    assert signed_in(alice).get(_page(row, "delete")).status_code == 200


def test_proposals_of_another_province_are_not_seen(alice: Any, bob: Any, places: Any) -> None:
    centre = make_centre(places["MA-ERR"], name_fr="Centre secret")
    row = services.propose_showing(centre, by=alice)
    listed = reverse("admin:programmes_amendment_changelist")
    assert "Centre secret" in _texts(signed_in(alice).get(listed))
    assert "Centre secret" not in _texts(signed_in(bob).get(listed))
    assert signed_in(bob).get(_page(row)).status_code == 302


@pytest.mark.slow
def test_review_log_shows_the_events_of_amendments_of_ones_own_records_alone(
    alice: Any, bob: Any, root: Any, places: Any
) -> None:
    here = services.propose_showing(make_centre(places["MA-ERR"]), by=alice)
    there = services.propose_showing(make_centre(places["MA-REH"]), by=bob)
    services.submit(here, by=alice)
    services.submit(there, by=bob)
    for user, seen in ((alice, [here]), (bob, [there]), (root, [here, there])):
        events = access.visible(ReviewEvent.objects.order_by("pk"), user)
        assert [event.amendment for event in events] == seen
    stranger = make_member("salma", "contributor")
    assert not access.visible(ReviewEvent.objects.all(), stranger).exists()
    listed = reverse("admin:programmes_reviewevent_changelist")
    shown = signed_in(make_member("rehamna", "reviewer", "MA-REH")).get(listed)
    assert [event.amendment for event in shown.context["cl"].result_list] == [there]


def test_original_announcement_is_amended_once_one_was_published(
    alice: Any, reviewer: Any, places: Any
) -> None:
    target = make_target(make_series(places["MA-ERR"]), alice)
    first = published(target.revisions.get(), alice)
    address = _page(target, "propose", "change")
    page = signed_in(alice).get(address)
    assert page.context["fieldsets"][0].form.fields["original"].initial == first.pk
    found_later = public.make_revision(target, 2, value=400, announced="2020-08-31")
    later = public.make_revision(target, 3, value=300, announced="2026-02-01")
    refused = signed_in(alice).post(address, {"original": later.pk, "reason_fr": "Mieux"})
    assert refused.context["fieldsets"][0].form.errors == {
        "original": [
            "The original announcement stays the original one: only an announcement of this target that stands may "
            "take its place, and only one that was made earlier and was found later, or the one that was the original "
            "at first."
        ]
    }
    response = signed_in(alice).post(
        address,
        {"original": found_later.pk, "reason_fr": "Annonce antérieure"},
    )
    assert response.status_code == 302
    row = Amendment.objects.get()
    assert row.changes == {"original": ["1", "2"]}
    services.publish(services.submit(row, by=alice), by=reviewer)
    target.refresh_from_db()
    assert target.original == found_later


@pytest.mark.parametrize(("language", "sentence"), [("fr", "une proposition"), ("ar", "مقترح")])
def test_return_to_an_earlier_state_proposes_what_is_sealed(
    root: Any, places: Any, language: str, sentence: str
) -> None:
    programme = make_programme(places["MA-ERR"], name_fr="Ancien nom", summary_fr="Ancien")
    first = programme.history.earliest()
    programme.name_fr, programme.summary_fr, programme.code = "Nouveau nom", "Nouveau", "autre"
    programme.save()
    programme = public.show(programme)
    response = signed_in(root).post(
        _page(programme, "simple_history", str(first.pk), language=language),
        {"name_fr": "Forgé", "summary_fr": "Ancien"},
        follow=True,
    )
    assert sentence in " ".join(str(one) for one in response.context["messages"])
    stored = Programme.objects.get(pk=programme.pk)
    assert (stored.name_fr, stored.summary_fr, stored.is_public) == ("Nouveau nom", "Ancien", True)
    row = Amendment.objects.get()
    assert row.state == "draft"
    assert {name: [old["fr"], new["fr"]] for name, (old, new) in row.changes.items()} == {
        "name": ["Nouveau nom", "Ancien nom"]
    }


def test_measure_and_unit_are_part_of_what_an_indicator_is(root: Any, places: Any) -> None:
    keeper = make_member("nadia", "editor", "MA")
    series = make_series(places["MA-ERR"])
    indicator = series.indicator
    assert "measure" in _boxes(keeper, indicator)
    published(make_measurement(series, root), root)
    assert not {"measure", "unit_fr", "name_fr", "is_public"} & _boxes(keeper, indicator)
    assert "unit_ar" in _boxes(keeper, indicator)
    page = signed_in(keeper).get(_page(indicator, "propose", "change"))
    assert not {"measure", "unit_fr", "code"} & set(page.context["fieldsets"][0].form.fields)


def test_child_rows_are_read_only_on_their_own_pages_too(editor: Any, places: Any) -> None:
    agreement = public.make_agreement("accord", is_public=False)
    agreement.programmes.add(make_programme(places["MA-ERR"]))
    row = Signature.objects.create(agreement=agreement, organisation=public.make_organisation())
    assert "undertaking_fr" in _boxes(editor, row)
    public.show(agreement)
    page = signed_in(editor).get(_page(row))
    assert page.context["adminform"].form.fields == {}
    assert _page(agreement, "propose", "change") in _texts(page)
    assert signed_in(editor).post(_page(row), {"undertaking_fr": "x"}).status_code == 403
    assert signed_in(editor).post(_page(row, "delete"), {"post": "yes"}).status_code == 403


def test_source_and_series_of_the_table_of_faults_change_in_the_open(
    root: Any, places: Any
) -> None:
    keeper = make_member("nadia", "editor", "MA")
    row = published(make_measurement(make_series(places["MA-ERR"]), root), root)
    assert not {"title", "url", "date", "publisher"} & _boxes(keeper, row.source)
    assert not {"interval_months", "name_fr", "role", "indicator"} & _boxes(keeper, row.series) - {
        "name_fr"
    }
    response = signed_in(keeper).post(
        _page(row.series), {"interval_months": "36", "role": "context"}
    )
    assert "Propose a change" in _texts(response)
    signed_in(keeper).post(_page(row.source), {"title": "Autre titre", "date": "2019"})
    stored = Series.objects.get(pk=row.series_id), Source.objects.get(pk=row.source_id)
    assert (stored[0].interval_months, stored[0].role) == (12, "progress")
    assert (stored[1].title, stored[1].date_on.year) == ("Un article", 2026)


def test_record_with_parts_is_saved_as_a_browser_sends_it(places: Any) -> None:
    row = public.make_programme("with-parts", is_public=False, territories=[places["MA-ERR"]])
    office = public.make_organisation("office")
    part = Participation.objects.create(programme=row, organisation=office, role="partner")
    public.show(row)
    # of lines that are shown alone it sends their keys
    keys = {"participations-0-id": part.pk, "participations-0-programme": row.pk}
    counted = {"participations-TOTAL_FORMS": 1, "participations-INITIAL_FORMS": 1}
    chief = signed_in(make_member("chief", "administrator", "MA"))
    response = chief.post(_page(row), PARTS | counted | keys | {"summary_fr": "Un résumé"})
    assert response.status_code == 302
    assert Programme.objects.get(pk=row.pk).summary_fr == "Un résumé"
    forged = keys | {"participations-0-role": "operator"}
    response = chief.post(_page(row), PARTS | counted | forged | {"summary_fr": "Un autre"})
    assert response.status_code == 200
    assert Programme.objects.get(pk=row.pk).summary_fr == "Un résumé"
