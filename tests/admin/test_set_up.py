"""Setting up a programme in short steps: by two people, with steps left out, and back where one left it."""

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import services
from programmes.models import (
    Agreement,
    Amendment,
    Centre,
    Indicator,
    Milestone,
    MilestoneStatement,
    Organisation,
    Participation,
    Programme,
    Series,
    Signature,
    Source,
    Target,
    TargetRevision,
)
from tests.admin.builders import (
    make_centre,
    make_indicator,
    make_milestone,
    make_programme,
    make_series,
    make_source,
    make_statement,
    make_target,
)
from tests.admin.conftest import signed_in
from tests.conftest import make_member

NEW, LIST = "/en/admin/set-up/new/", "/en/admin/set-up/"
SPACES = str.maketrans({"\xa0": " ", "\u202f": " "})
DIRECTIONS = str.maketrans({"\u2066": None, "\u2069": None})


def step(programme: Programme, name: str, language: str = "en") -> str:
    return f"/{language}/admin/set-up/{programme.pk}/{name}/"


def said(response: Any) -> list[str]:
    return [str(one).translate(SPACES) for one in get_messages(response.wsgi_request)]


def where(response: Any) -> str:
    assert response.status_code == 302, response.context["one"].form.errors
    return response.url.rpartition("set-up/")[2]


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["one"].form.errors)


@pytest.fixture
def emma(places: Any) -> Any:
    """Keeps the programmes of Errachidia, as Ed does."""
    return make_member("emma", "editor", "MA-ERR")


@pytest.fixture
def programme(places: Any, editor: Any) -> Programme:
    return make_programme(places["MA-ERR"], name_fr="Cité des métiers", code="cite")


def begin(client: Client, places: Any, **boxes: Any) -> Programme:
    boxes = {
        "name_fr": "Cité des métiers",
        "territories": [places["MA-ERR"].pk],
        "do": "next",
    } | boxes
    answer = client.post(NEW, boxes)
    programme = Programme.objects.get()
    assert where(answer) == f"{programme.pk}/partners/"
    return programme


@pytest.mark.slow
def test_two_people_set_a_programme_up_and_submit_all_of_it(
    editor: Any, emma: Any, places: Any
) -> None:
    ed, place = signed_in(editor), places["MA-ERR"].pk
    programme = begin(ed, places, name_ar="مدينة المهن", start="2026")
    assert (programme.code, programme.is_public) == ("cite-des-metiers", False)
    # an organisation that is not in the list, then its part in the programme
    page = ed.post(
        step(programme, "partners"),
        {
            "role": "lead",
            "new-organisation-kind": "public_operator",
            "new-organisation-name_fr": "OFPPT",
            "do": "organisation",
        },
    )
    ofppt = Organisation.objects.get()
    assert page.context["one"].form["organisation"].value() == ofppt.pk
    assert page.context["one"].form["role"].value() == "lead"
    answer = ed.post(
        step(programme, "partners"), {"role": "lead", "organisation": ofppt.pk, "do": "more"}
    )
    assert where(answer) == f"{programme.pk}/partners/"
    assert Participation.objects.get().programme == programme

    # somebody else goes on, from where the rows say that Ed stopped
    other = signed_in(emma)
    (line,) = other.get(LIST).context["lines"]
    assert (line.name, line.detail, line.button.text) == (
        "Cité des métiers",
        "Who takes part : 1",
        "Go on: Centres",
    )
    assert where(other.get(f"/en/admin/set-up/{programme.pk}/")) == f"{programme.pk}/centres/"
    answer = other.post(
        step(programme, "centres"),
        {"kind": "centre", "name_fr": "Centre d’Errachidia", "territory": place, "do": "next"},
    )
    assert where(answer) == f"{programme.pk}/agreements/"
    centre = Centre.objects.get()
    assert list(centre.programmes.all()) == [programme]
    answer = other.post(
        step(programme, "agreements"),
        {"kind": "specific", "title_fr": "Convention", "date": "05/01/2026", "do": "next"},
    )
    assert where(answer) == f"{programme.pk}/signatories/"
    agreement = Agreement.objects.get()
    answer = other.post(
        step(programme, "signatories"),
        {"agreement": agreement.pk, "organisation": ofppt.pk, "do": "next"},
    )
    assert where(answer) == f"{programme.pk}/targets/"
    assert Signature.objects.get().organisation == ofppt
    # not as the organisation, which is called so where it was added in the same step
    *_others, last = said(answer)
    assert last == f"Saved: Convention – {ofppt}"

    source, indicator = make_source(), make_indicator()
    answer = other.post(
        step(programme, "targets"),
        {
            "indicator": indicator.pk,
            "territory": place,
            "value": "1 500",
            "qualifier": "exactly",
            "due": "12/2030",
            "announced": "05/01/2026",
            "source": source.pk,
            "responsible": ofppt.pk,
            "agreement": agreement.pk,
            "do": "next",
        },
    )
    assert where(answer) == f"{programme.pk}/milestones/"
    target = Target.objects.get()
    assert (target.series.programme, target.responsible, target.agreement) == (
        programme,
        ofppt,
        agreement,
    )
    revision = target.revisions.get()
    assert (revision.value, revision.due_on, revision.state, revision.entered_by) == (
        1500,
        date(2030, 12, 31),
        "draft",
        emma,
    )
    answer = other.post(
        step(programme, "milestones"),
        {
            "kind": "launch",
            "title_fr": "Lancement",
            "date": "09/2026",
            "announced": "05/01/2026",
            "source": source.pk,
            "do": "next",
        },
    )
    assert where(answer) == f"{programme.pk}/end/"
    statement = MilestoneStatement.objects.get()
    assert (statement.milestone.programme, statement.kind, statement.state) == (
        programme,
        "planned",
        "draft",
    )

    # the end names what is to be submitted, and what none of it shows
    page = other.get(step(programme, "end"))
    assert [one.name.translate(SPACES) for one in page.context["drafts"]] == [
        "Jeunes formés – Cité des métiers – Errachidia – no. 1 : 1,500 by December 2030",
        "Lancement – planned September 2026",
    ]
    assert [one.name for one in page.context["alone"]] == ["Centre d’Errachidia"]
    assert [one.words for one in page.context["hidden_by"]] == [
        "It was not shown yet: it is shown with what is published on it, or by a step."
    ]
    lines = [*page.context["drafts"], *page.context["alone"]]
    answer = other.post(step(programme, "end"), {"ticked": [one.value for one in lines]})
    assert said(answer) == ["3 records submitted for review."]
    assert {
        row.state for row in (*TargetRevision.objects.all(), *MilestoneStatement.objects.all())
    } == {"submitted"}
    shown = Amendment.objects.get()
    assert (shown.kind, shown.table, shown.record, shown.state) == (
        "showing",
        "centre",
        centre.pk,
        "submitted",
    )
    page = other.get(step(programme, "end"))
    assert (len(page.context["drafts"]), len(page.context["submitted"])) == (0, 3)


@pytest.mark.slow
def test_programme_that_was_submitted_is_published_by_another_person(
    editor: Any, reviewer: Any, places: Any
) -> None:
    ed = signed_in(editor)
    programme = begin(ed, places)
    page = ed.get(step(programme, "end"))
    assert [one.name for one in page.context["alone"]] == ["Cité des métiers"]
    assert page.context["desk_url"] == ""
    ed.post(step(programme, "end"), {"ticked": [page.context["alone"][0].value]})
    services.publish(Amendment.objects.get(), by=reviewer)
    programme.refresh_from_db()
    assert programme.is_public
    page = ed.get(step(programme, "end"))
    assert (page.context["alone"], page.context["hidden_by"]) == ([], [])
    # what the public relies on has no box any more; partners neither
    page = ed.get(step(programme, "programme"))
    assert "territories" not in page.context["one"].shown
    assert ed.get(step(programme, "partners")).context["may_save"] is False


def test_step_is_skipped_by_its_link_and_by_saving_nothing(
    editor: Any, places: Any, programme: Programme
) -> None:
    ed = signed_in(editor)
    page = ed.get(step(programme, "partners"))
    assert page.context["onwards"].endswith(f"{programme.pk}/centres/")
    assert "Skip this step" in page.content.decode()
    answer = ed.post(step(programme, "centres"), {"territory": places["MA-ERR"].pk, "do": "next"})
    assert where(answer) == f"{programme.pk}/agreements/"
    assert not Centre.objects.exists()
    # without an agreement nobody signed: the step is not offered
    answer = ed.post(step(programme, "agreements"), {"do": "next"})
    assert where(answer) == f"{programme.pk}/targets/"
    assert where(ed.get(step(programme, "signatories"))) == f"{programme.pk}/agreements/"
    page = ed.get(step(programme, "end"))
    assert [str(title) for title, _url in page.context["empty"]] == [
        "Who takes part",
        "Centres",
        "Agreement",
        "Targets",
        "Milestones",
    ]


def test_bad_input_loses_nothing_and_is_said_in_arabic(
    editor: Any, places: Any, programme: Programme
) -> None:
    source, indicator = make_source(), make_indicator()
    sent = {
        "indicator": str(indicator.pk),
        "territory": str(places["MA-ERR"].pk),
        "value": "ألف",
        "qualifier": "about",
        "due": "2030-13",
        "announced": "01/01/2099",
        "source": str(source.pk),
    }
    ed = signed_in(editor)
    page = ed.post(step(programme, "targets", "ar"), sent | {"do": "next"})
    assert not Target.objects.exists()
    form = page.context["one"].form
    assert {name: form[name].value() for name in sent} == sent
    assert [one.translate(DIRECTIONS) for one in errors(page)["value"]] == [
        "«ألف» ليس عددا. المقبول: 1234.5 أو 1 234,5 أو 1.234,5."
    ]
    assert set(errors(page)) == {"value", "due"}
    # what the model refuses stands at its box too, and leaves no target behind
    page = ed.post(step(programme, "targets", "ar"), sent | {"value": "10", "due": "2030"})
    assert errors(page) == {"announced": ["لم يحن بعد تاريخ الإعلان. تحقق منه."]}
    assert (Target.objects.count(), Series.objects.count()) == (0, 0)
    page = ed.post(NEW.replace("/en/", "/ar/"), {"do": "next"})
    assert errors(page) == {"name_ar": ["املأ هذه الخانة بلغة واحدة على الأقل."]}


def test_source_that_is_added_beside_keeps_what_was_typed(
    editor: Any, places: Any, programme: Programme
) -> None:
    ed = signed_in(editor)
    typed = {"kind": "launch", "title_fr": "Lancement", "date": "bientôt", "do": "source"}
    page = ed.post(step(programme, "milestones"), typed | {"new-source-title": "Article"})
    assert not Source.objects.exists()
    assert list(page.context["beside"]["source"].form.errors) == ["kind"]
    assert page.context["one"].form["date"].value() == "bientôt"
    page = ed.post(
        step(programme, "milestones"),
        typed | {"new-source-title": "Article", "new-source-kind": "article"},
    )
    source = Source.objects.get()
    assert (source.entered_by, source.code) == (editor, "article")
    form = page.context["one"].form
    assert (form["source"].value(), form["date"].value(), form.errors) == (source.pk, "bientôt", {})
    assert page.context["beside"]["source"].form["title"].value() is None


def test_source_that_is_typed_beside_is_saved_with_the_step(
    editor: Any, places: Any, programme: Programme
) -> None:
    sent = {
        "indicator": make_indicator().pk,
        "territory": places["MA-ERR"].pk,
        "value": "ألف",
        "qualifier": "exactly",
        "due": "2030",
        "announced": "05/01/2026",
        "source": "",
        "new-source-title": "Communiqué",
        "do": "next",
    }
    ed = signed_in(editor)
    # a panel that is not valid stays open and filled, and the step waits for it
    page = ed.post(step(programme, "targets"), sent)
    panel = page.context["beside"]["source"].form
    assert dict(panel.errors) == {"kind": ["This field is required."]}
    assert panel["title"].value() == "Communiqué"
    assert (errors(page), page.context["one"].form["value"].value()) == ({}, "ألف")
    html = page.content.decode()
    assert html.count('<details class="set-up-beside" open>') == 1
    assert html.count("Please correct the errors below.") == 1
    assert not Source.objects.exists()
    # one that is valid is added and chosen, whatever is wrong in the step itself
    page = ed.post(step(programme, "targets"), sent | {"new-source-kind": "document"})
    source = Source.objects.get()
    assert errors(page) == {
        "value": ["“ألف” is not a number. Accepted: 1234.5, 1 234,5 or 1.234,5."]
    }
    assert page.context["one"].form["source"].value() == source.pk
    assert page.context["beside"]["source"].form["title"].value() is None
    assert said(page) == ["Saved: Communiqué"]
    # the list stays as it was chosen; the source that was typed is one of it from now on
    again = {"source": source.pk, "new-source-title": "Discours", "new-source-kind": "article"}
    answer = ed.post(step(programme, "targets"), sent | again | {"value": "40"})
    assert where(answer) == f"{programme.pk}/milestones/"
    assert TargetRevision.objects.get().source == source
    assert Source.objects.count() == 2


def test_each_panel_that_is_filled_is_saved_whichever_button_is_pressed(
    editor: Any, programme: Programme
) -> None:
    ed = signed_in(editor)
    body = {"new-organisation-kind": "ministry", "new-organisation-name_fr": "Ministère"}
    answer = ed.post(step(programme, "partners"), body | {"role": "lead", "do": "more"})
    assert where(answer) == f"{programme.pk}/partners/"
    assert Participation.objects.get().organisation.name_fr == "Ministère"
    # a step with nothing but its panel is not skipped
    body["new-organisation-name_fr"] = "Office"
    page = ed.post(step(programme, "partners"), body | {"do": "next"})
    office = Organisation.objects.get(name_fr="Office")
    assert errors(page) == {"role": ["This field is required."]}
    assert page.context["one"].form["organisation"].value() == office.pk
    # the button of one panel keeps what stands in another
    body["new-organisation-name_fr"] = "Conseil"
    typed = body | {"new-source-title": "Article", "do": "source"}
    page = ed.post(step(programme, "targets"), typed)
    council = Organisation.objects.get(name_fr="Conseil")
    assert page.context["one"].form["responsible"].value() == council.pk
    assert page.context["beside"]["source"].form["title"].value() == "Article"
    assert dict(page.context["beside"]["source"].form.errors) == {
        "kind": ["This field is required."]
    }


@pytest.mark.parametrize("name", ["", "programme/", "partners/", "targets/", "end/"])
def test_programme_of_another_scope_is_not_found(editor: Any, places: Any, name: str) -> None:
    foreign = make_programme(places["MA-REH"], name_fr="Ailleurs")
    address = f"/en/admin/set-up/{foreign.pk}/{name}"
    assert signed_in(editor).get(address).status_code == 404
    assert signed_in(editor).post(address, {"do": "next"}).status_code == 404
    assert signed_in(editor).get(LIST).context["lines"] == []


def test_programme_that_is_only_seen_is_refused(editor: Any, alice: Any, places: Any) -> None:
    national = make_programme(places["MA"], name_fr="National")
    sent = {"role": "lead", "organisation": "1", "do": "next"}
    assert signed_in(editor).get(step(national, "partners")).status_code == 403
    assert signed_in(editor).post(step(national, "partners"), sent).status_code == 403
    own = make_programme(places["MA-ERR"])
    assert signed_in(alice).get(step(own, "partners")).status_code == 403
    assert [signed_in(alice).get(one).status_code for one in (LIST, NEW)] == [403, 403]


def test_choices_of_another_programme_are_refused(
    editor: Any, places: Any, programme: Programme
) -> None:
    other = make_programme(places["MA-ERR"], name_fr="Autre")
    make_centre(places["MA-ERR"]).programmes.add(programme)
    centre = make_centre(places["MA-ERR"], name_fr="Autre")
    centre.programmes.add(other)
    page = signed_in(editor).post(
        step(programme, "milestones"),
        {"kind": "opening", "title_fr": "Ouverture", "centre": centre.pk, "do": "next"},
    )
    assert list(errors(page)) == ["centre"]
    # a programme that a form names is not asked: the address says which
    signed_in(editor).post(
        step(programme, "milestones"),
        {"kind": "launch", "title_fr": "Lancement", "programme": other.pk, "do": "next"},
    )
    assert Milestone.objects.get().programme == programme
    row = make_milestone(programme=other)
    assert signed_in(editor).get(f"{step(programme, 'milestones')}?row={row.pk}").status_code == 404


def test_planned_date_without_a_source_is_asked_for(editor: Any, programme: Programme) -> None:
    sent = {"kind": "launch", "title_fr": "Lancement", "date": "2027", "do": "next"}
    page = signed_in(editor).post(step(programme, "milestones"), sent)
    assert errors(page) == {
        "source": ["Choose where the planned date comes from."],
        "announced": ["Give the date of the announcement."],
    }
    assert not Milestone.objects.exists()


@pytest.mark.slow
def test_two_people_on_one_row_see_each_other(editor: Any, emma: Any, programme: Programme) -> None:
    target = make_target(make_series(programme.territories.get(), programme=programme), editor)
    address = f"{step(programme, 'targets')}?row={target.pk}"
    first, second = signed_in(editor), signed_in(emma)
    seen = second.get(address).context["seen_version"]
    boxes = {"qualifier": "exactly", "due": "2027", "announced": "05/01/2026"}
    boxes |= {"source": target.revisions.get().source_id, "do": "keep"}
    first.post(
        address, boxes | {"value": "20", "seen_version": first.get(address).context["seen_version"]}
    )
    page = second.post(address, boxes | {"value": "30", "seen_version": seen})
    sentence = "Somebody else saved this record while you were editing it."
    assert errors(page)["__all__"][0].startswith(sentence)
    assert target.revisions.get().value == 20
    second.post(address, boxes | {"value": "30", "seen_version": page.context["seen_version"]})
    assert target.revisions.get().value == 30


def test_structure_is_copied_without_figures_and_filled_in_later(
    editor: Any, places: Any, programme: Programme
) -> None:
    body = Organisation.objects.create(code="ofppt", kind="public_operator", name_fr="OFPPT")
    Participation.objects.create(programme=programme, organisation=body, role="lead")
    series = make_series(
        places["MA-ERR"], programme=programme, name_fr="Lauréats", interval_months=6
    )
    make_target(series, editor)
    Target.objects.update(responsible=body)
    make_milestone(programme=programme, kind="launch", title_fr="Lancement")
    ed = signed_in(editor)
    answer = ed.post(NEW, {"name_ar": "مدينة أخرى", "copied": programme.pk, "do": "next"})
    made = Programme.objects.exclude(pk=programme.pk).get()
    assert where(answer) == f"{made.pk}/partners/"
    assert list(made.territories.all()) == [places["MA-ERR"]]
    assert made.participations.get().organisation == body
    target = Target.objects.get(series__programme=made)
    assert (target.series.name_fr, target.series.interval_months, target.responsible) == (
        "Lauréats",
        6,
        body,
    )
    assert (target.is_public, target.revisions.count()) == (False, 0)
    milestone = Milestone.objects.get(programme=made)
    assert (milestone.title_fr, milestone.statements.count()) == ("Lancement", 0)

    page = ed.get(step(made, "end"))
    assert [str(title) for title, _url in page.context["unsaid"]] == ["Targets", "Milestones"]
    (line,) = ed.get(step(made, "targets")).context["lines"]
    assert (line.name, line.notes, line.button.text) == (
        "Lauréats – \u2068مدينة أخرى\u2069 – Errachidia",
        ("Its value, date and source are still missing.",),
        "Fill in",
    )
    boxes = {"value": "40", "qualifier": "exactly", "due": "2028", "announced": "05/01/2026"}
    answer = ed.post(line.button.url, boxes | {"source": make_source().pk, "do": "keep"})
    assert where(answer) == f"{made.pk}/targets/"
    assert target.revisions.get().value == 40


def test_copy_is_followed_as_what_it_copies_but_for_the_parts_of_a_sum(
    editor: Any, places: Any, programme: Programme
) -> None:
    kinds = {
        "milestones": {"counted_kind": "city", "figures": "milestones"},
        "parts": {"figures": "parts"},
        "own": {"delay_days": 30},
    }
    for code, columns in kinds.items():
        indicator = make_indicator(code=code, measure="running_total")
        series = make_series(places["MA-ERR"], programme=programme, indicator=indicator, **columns)
        make_target(series, editor)
    signed_in(editor).post(NEW, {"name_fr": "Autre", "copied": programme.pk, "do": "next"})
    copied = Series.objects.filter(programme__name_fr="Autre").order_by("indicator__code")
    assert list(copied.values_list("indicator__code", "figures", "counted_kind", "delay_days")) == [
        ("milestones", "milestones", "city", 0),
        ("own", "own", "", 30),
        ("parts", "own", "", 0),
    ]


def test_copy_leaves_out_what_lies_elsewhere(editor: Any, places: Any) -> None:
    national = make_programme(places["MA"], name_fr="National")
    chief = _chief()
    for place in ("MA-ERR", "MA-REH"):
        make_target(make_series(places[place], programme=national), chief)
    sent = {"name_fr": "Le nôtre", "territories": [places["MA-ERR"].pk], "copied": national.pk}
    signed_in(editor).post(NEW, sent | {"do": "next"})
    copied = Target.objects.filter(series__programme__name_fr="Le nôtre")
    assert [row.series.territory for row in copied] == [places["MA-ERR"]]
    # the territories of the country are not theirs: said, and nothing stays
    page = signed_in(editor).post(NEW, {"name_fr": "Le leur", "copied": national.pk, "do": "next"})
    assert errors(page) == {
        "__all__": [
            "A programme is changed by those to whom all its territories, or the programme itself, are assigned."
        ]
    }
    assert not Programme.objects.filter(name_fr="Le leur").exists()


def _chief() -> Any:
    return make_member("chief", "administrator", "MA")


def test_indicator_is_added_by_those_who_keep_the_country(editor: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"])
    page = signed_in(editor).get(step(programme, "targets"))
    assert list(page.context["beside"]) == ["source", "organisation"]
    sent = {"new-indicator-name_ar": "الشباب المكوَّنون", "new-indicator-unit_ar": "شاب"}
    sent |= {"new-indicator-measure": "running_total", "do": "indicator"}
    page = signed_in(_chief()).post(step(programme, "targets", "ar"), sent)
    indicator = Indicator.objects.get()
    assert page.context["one"].form["indicator"].value() == indicator.pk


def test_home_list_and_record_lead_to_it(editor: Any, alice: Any, programme: Programme) -> None:
    link = f'href="{reverse("admin:set_up")}"'
    ed = signed_in(editor)
    for address in ("/fr/admin/", "/fr/admin/programmes/programme/"):
        html = ed.get(address).content.decode()
        assert "Mettre en place un programme" in html
        assert "/fr/admin/set-up/" in html
    assert link.replace("/en/", "/fr/") not in signed_in(alice).get("/fr/admin/").content.decode()
    page = ed.get(f"/en/admin/programmes/programme/{programme.pk}/change/")
    assert f"/en/admin/set-up/{programme.pk}/" in page.content.decode()


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("name", ["targets", "milestones", "partners", "end"])
def test_step_asks_no_more_for_thirty_rows_than_for_one(
    editor: Any, places: Any, programme: Programme, name: str
) -> None:
    ed, address, counts = signed_in(editor), step(programme, name), []
    ed.get(address)
    for number in (1, 29):
        for _row in range(number):
            body = Organisation.objects.create(
                code=f"body-{Organisation.objects.count()}", kind="ministry", name_fr="Ministère"
            )
            Participation.objects.create(programme=programme, organisation=body, role="partner")
            milestone = make_milestone(programme=programme)
            if name != "end":
                make_statement(milestone, editor)
                make_target(make_series(places["MA-ERR"], programme=programme), editor)
        with CaptureQueriesContext(connection) as queries:
            ed.get(address)
        counts.append(len(queries))
    assert counts[1] == counts[0]


@pytest.mark.parametrize("key", ["9" * 30, "²"])
def test_source_that_cannot_be_one_is_refused(key: str, editor: Any, programme: Programme) -> None:
    answer = signed_in(editor).post(step(programme, "targets"), {"source": key, "do": "keep"})
    assert "source" in errors(answer)
