"""What people type in the boxes, and what is kept of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import translation

from programmes import services
from programmes.admin.forms.fields import PreciseDateFormField, written_date
from programmes.calculations.dates import PreciseDate, read_date
from programmes.models import (
    Category,
    Dimension,
    Measurement,
    MilestoneStatement,
    Programme,
    Series,
    Source,
    Target,
)
from tests import builders as public
from tests.admin.builders import (
    make_centre,
    make_indicator,
    make_measurement,
    make_milestone,
    make_programme,
    make_series,
    make_source,
    make_statement,
    make_target,
    published,
)
from tests.admin.conftest import signed_in
from tests.admin.posting import as_shown

NO_EVIDENCE = {"evidence-TOTAL_FORMS": 0, "evidence-INITIAL_FORMS": 0}
SHARES = {"shares-TOTAL_FORMS": 0, "shares-INITIAL_FORMS": 0}
WAYPOINTS = {"waypoints-TOTAL_FORMS": 0, "waypoints-INITIAL_FORMS": 0}
PARTS = {
    f"{name}-{form}_FORMS": 0
    for name in ("participations", "stages")
    for form in ("TOTAL", "INITIAL")
}


def _in(language: str, name: str, *args: Any) -> str:
    with translation.override(language):
        return reverse(f"admin:programmes_{name}", args=args)


def _errors(response: Any) -> dict[str, Any]:
    return response.context["adminform"].form.errors if response.status_code == 200 else {}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("typed", ["03/04/2026", "٠٣/٠٤/٢٠٢٦", "3.4.2026", "2026-04-03"])
def test_dates_are_read_day_first_in_every_language(language: str, typed: str, root: Any) -> None:
    response = signed_in(root).post(
        _in(language, "source_add"),
        NO_EVIDENCE | {"kind": "article", "title": "Titre", "date": typed, "read_on": typed},
    )
    assert _errors(response) == {}
    source = Source.objects.get()
    assert (source.date_on, source.read_on) == (date(2026, 4, 3), date(2026, 4, 3))


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_stored_days_come_back_day_first(language: str, root: Any) -> None:
    source = make_source(read_on=date(2026, 4, 3))
    html = signed_in(root).get(_in(language, "source_change", source.pk)).content.decode()
    assert html.count('value="03/04/2026"') == 1
    assert 'value="20/02/2026"' in html


@pytest.mark.parametrize(
    "typed",
    [
        "17/02/2021",
        "02/2021",
        "2021",
        "2021-2022",
        "2023..2024",
        "02/2023..05/2024",
        "01/02/2023..05/03/2023",
    ],
)
def test_a_precise_date_comes_back_as_it_was_typed(typed: str) -> None:
    assert written_date(read_date(typed)) == typed


@pytest.mark.parametrize("typed", ["31/02/2026", "02/17/2021", "17/02/21", "demain", "x" * 900])
def test_impossible_dates_are_refused_with_what_is_accepted(typed: str, root: Any) -> None:
    response = signed_in(root).post(
        _in("en", "source_add"), {"kind": "article", "title": "T", "date": typed}
    )
    assert "17/02/2021" in str(_errors(response)["date"])
    assert not Source.objects.exists()


def test_unknown_date_is_an_empty_box() -> None:
    field = PreciseDateFormField(required=False)
    assert field.clean("") == PreciseDate.unknown()
    assert field.prepare_value(PreciseDate.unknown()) == ""


def test_rule_of_a_date_is_said_at_its_box(root: Any) -> None:
    response = signed_in(root).post(
        _in("en", "programme_add"),
        {"name_fr": "P", "start": "2026", "end": "2024", **PARTS},
    )
    assert "The end lies before the start" in str(_errors(response))
    assert not Programme.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("1 234,5", "1234.5"), ("1.234,5", "1234.5"), ("١٢٣٤٫٥", "1234.5"), ("1\u202f234", "1234")],
)
def test_numbers_are_read_as_people_type_them(
    typed: str, stored: str, alice: Any, places: Any
) -> None:
    series = make_series(places["MA-ERR"], indicator=make_indicator(measure="level"))
    response = _add_figure(alice, series, value=typed)
    assert _errors(response) == {}
    assert Measurement.objects.get().value == Decimal(stored)


def test_number_that_can_be_read_two_ways_is_refused(alice: Any, places: Any) -> None:
    response = _add_figure(alice, make_series(places["MA-ERR"]), value="15.000")
    assert "15000" in str(_errors(response)["value"])


def test_ratio_is_typed_as_a_percentage_and_kept_as_a_part_of_one(alice: Any, places: Any) -> None:
    series = make_series(places["MA-ERR"], indicator=make_indicator(measure="ratio"))
    _add_figure(alice, series, value="73,5")
    row = Measurement.objects.get()
    assert row.value == Decimal("0.735")
    form = signed_in(alice).get(_in("fr", "measurement_change", row.pk)).context["adminform"].form
    assert str(form["value"]).count('value="73,5"') == 1
    assert form.fields["value"].label.endswith("(%)")
    response = _add_figure(alice, series, value="173")
    assert "value" in _errors(response)


def test_figure_is_a_draft_of_the_person_as_of_no_later_than_its_source(
    alice: Any, places: Any
) -> None:
    response = _add_figure(alice, make_series(places["MA-ERR"]), value="12", as_of="02/2026")
    assert response.status_code == 302
    row = Measurement.objects.get()
    assert (row.state, row.entered_by, row.as_of_on) == ("draft", alice, date(2026, 2, 20))


def test_figure_after_its_source_is_refused_at_the_box_of_the_date(alice: Any, places: Any) -> None:
    response = _add_figure(alice, make_series(places["MA-ERR"]), value="12", as_of="03/2026")
    assert "as_of" in _errors(response)


def test_shares_are_kept_with_their_figure(alice: Any, places: Any, root: Any) -> None:
    row = make_measurement(make_series(places["MA-ERR"]), alice)
    category = _category()
    response = signed_in(alice).post(
        _in("fr", "measurement_change", row.pk),
        _figure(row.series, value="1000")
        | {
            "shares-TOTAL_FORMS": 1,
            "shares-0-measurement": row.pk,
            "shares-0-category": category.pk,
            "shares-0-value": "1 400,5",
        },
    )
    assert response.status_code == 302
    assert row.shares.get().value == Decimal("1400.5")


def test_shares_of_a_ratio_are_numbers_of_those_that_its_denominator_counts(
    alice: Any, places: Any
) -> None:
    series = make_series(places["MA-ERR"], indicator=make_indicator(measure="ratio"))
    ratio = {"value": None, "numerator": Decimal(50), "denominator": Decimal(100)}
    row = make_measurement(series, alice, **ratio)
    signed_in(alice).post(
        _in("fr", "measurement_change", row.pk),
        _figure(series, numerator="50", denominator="100")
        | {
            "shares-TOTAL_FORMS": 1,
            "shares-0-measurement": row.pk,
            "shares-0-category": _category().pk,
            "shares-0-value": "60",
        },
    )
    assert row.shares.get().value == Decimal(60)


def test_one_form_makes_the_target_its_series_and_its_first_announcement(
    alice: Any, places: Any
) -> None:
    programme = make_programme(places["MA-ERR"], code="jobintech")
    indicator = make_indicator(code="trained")
    response = signed_in(alice).post(
        _in("ar", "target_add"),
        _promise(programme, indicator, places["MA-ERR"])
        | {"definition_fr": "Inscrits", "definition_ar": "المسجلون"},
    )
    assert _errors(response) == {}
    target = Target.objects.get()
    revision = target.revisions.get()
    assert response.status_code == 302
    assert (target.series.programme, target.series.indicator) == (programme, indicator)
    assert target.code == "jobintech-trained-ma-err"
    assert (revision.value, revision.due, revision.state) == (
        Decimal(15000),
        PreciseDate.of_year(2026),
        "draft",
    )
    assert (revision.baseline, revision.baseline_on) == (Decimal(0), date(2024, 1, 1))
    assert (revision.entered_by, revision.wording_language) == (alice, "fr")
    assert [getattr(revision, f"definition_{one}") or "" for one in ("fr", "ar", "en")] == [
        "Inscrits",
        "المسجلون",
        "",
    ]


def test_target_joins_the_series_that_is_already_followed(alice: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"])
    series = make_series(places["MA-ERR"], programme=programme)
    signed_in(alice).post(
        _in("fr", "target_add"), _promise(programme, series.indicator, places["MA-ERR"])
    )
    assert Target.objects.get().series == series
    assert Series.objects.count() == 1


def test_target_outside_the_scope_is_refused_and_nothing_stays(alice: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"])
    response = signed_in(alice).post(
        _in("en", "target_add"), _promise(programme, make_indicator(), places["MA-REH"])
    )
    assert "outside your territories" in str(_errors(response))
    assert (Target.objects.count(), Series.objects.count()) == (0, 0)


def test_errors_of_an_announcement_are_said_at_their_boxes(alice: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"])
    values = _promise(programme, make_indicator(), places["MA-ERR"])
    response = signed_in(alice).post(
        _in("en", "target_add"), values | {"announced": "01/03/2026", "sense": "at_most"}
    )
    assert {"announced", "sense"} <= set(_errors(response))
    assert not Target.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("fr", "15 000 jeunes"), ("ar", "15 000 jeunes")])
def test_correction_of_an_announcement_carries_no_printed_words_over(
    alice: Any, places: Any, language: str, words: str
) -> None:
    target = make_target(
        make_series(places["MA-ERR"]),
        alice,
        due_text="à l’horizon 2026",
        wording=words,
        wording_language="fr",
    )
    first = published(target.revisions.get(), alice)
    page = signed_in(alice).get(
        _in(language, "targetrevision_add"), {"corrects": first.pk, "target": target.pk}
    )
    form = page.context["adminform"].form
    assert form["value"].value() == "15000"
    assert form["source"].value() == first.source_id
    printed = ("due_text", "wording", "wording_language", "reason_fr")
    assert [form[name].value() or "" for name in printed] == [""] * 4
    html = page.content.decode()
    said = {
        "fr": "Dans la saisie précédente : « {} ». Retapez-le si la source l’imprime ainsi.",
        "ar": "في الإدخال السابق: «{}». أعيدوا كتابته إن كان المصدر يورده كذلك.",
    }[language]
    for text in ("à l’horizon 2026", words):
        assert said.format(text) in html


def test_correction_of_a_statement_carries_no_printed_words_over(alice: Any, places: Any) -> None:
    milestone = make_milestone(centre=make_centre(places["MA-ERR"]))
    row = make_statement(milestone, alice)
    row.wording, row.wording_language, row.date_text = "fin 2027", "fr", "fin de l’année"
    row = published(services.change_draft(row, by=alice), alice)
    page = signed_in(alice).get(_in("fr", "milestonestatement_add"), {"corrects": row.pk})
    form = page.context["adminform"].form
    assert form["date"].value() == "2027"
    assert [form[name].value() or "" for name in ("date_text", "wording", "wording_language")] == [
        ""
    ] * 3
    assert "« fin de l’année »" in page.content.decode()


def test_change_of_a_target_starts_from_its_last_announcement(alice: Any, places: Any) -> None:
    target = make_target(make_series(places["MA-ERR"]), alice)
    client = signed_in(alice)
    address = _in("fr", "targetrevision_add")
    form = client.get(address, {"target": target.pk}).context["adminform"].form
    assert (form["value"].value(), form["due"].value()) == ("15000", "2026")
    printed = ("announced", "source", "due_text", "wording", "definition_fr", "reason_fr")
    assert [form[name].value() or "" for name in printed] == [""] * 6
    response = client.post(
        address,
        {
            "target": target.pk,
            "kind": "announced",
            "value": "12 000",
            "qualifier": "exactly",
            "sense": "at_least",
            "due": "2026-2027",
            "announced": "02/2026",
            "source": make_source().pk,
            "reason_fr": "Retard des travaux",
            "reason_ar": "تأخر الأشغال",
            "definition_fr": "Inscrits",
            "definition_ar": "المسجلون",
            **WAYPOINTS,
        },
    )
    assert _errors(response) == {}
    revision = target.revisions.get(number=2)
    assert (revision.value, revision.due.notation) == (Decimal(12000), "2026-2027")
    assert (revision.reason_fr, revision.reason_ar) == ("Retard des travaux", "تأخر الأشغال")
    assert (revision.definition_fr, revision.definition_ar) == ("Inscrits", "المسجلون")


def test_change_of_a_target_starts_from_the_announcement_in_force(alice: Any, places: Any) -> None:
    target = make_target(make_series(places["MA-ERR"]), alice)
    public.publish(target.revisions.get())
    public.make_revision(target, 2, value=9000, announced="2019-01-01", reason="Retrouvée.")
    form = (
        signed_in(alice)
        .get(_in("fr", "targetrevision_add"), {"target": target.pk})
        .context["adminform"]
        .form
    )
    assert (form["value"].value(), form["due"].value()) == ("15000", "2026")


def test_identity_of_a_target_changes_but_not_its_promise(editor: Any, places: Any) -> None:
    target = make_target(make_series(places["MA-ERR"]), editor)
    client = signed_in(editor)
    form = client.get(_in("fr", "target_change", target.pk)).context["adminform"].form
    assert set(form.fields) == {"responsible", "agreement", "share_of"}
    whole = make_target(make_series(places["MA-ERR"]), editor)
    client.post(_in("fr", "target_change", target.pk), {"share_of": whole.pk})
    target.refresh_from_db()
    assert (target.share_of, target.is_public) == (whole, False)


def test_statement_is_added_from_its_milestone(alice: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"])
    milestone = make_milestone(programme=programme)
    response = signed_in(alice).post(
        _in("fr", "milestonestatement_add"),
        {
            "milestone": milestone.pk,
            "kind": "reached",
            "date": "09/10/2025",
            "announced": "09/10/2025",
            "source": make_source().pk,
        },
    )
    assert _errors(response) == {}
    assert MilestoneStatement.objects.get().number == 1


def test_twin_of_a_series_is_warned_of(root: Any, places: Any) -> None:
    series = make_series(places["MA-ERR"])
    response = signed_in(root).post(
        _in("en", "series_add"),
        {
            "indicator": series.indicator.pk,
            "territory": places["MA-ERR"].pk,
            "role": "progress",
            "figures": "own",
            "interval_months": 12,
            "delay_days": 0,
            "code": "twin",
        },
        follow=True,
    )
    assert Series.objects.count() == 2
    assert next(str(one) for one in response.context["messages"]) == (
        f"Another series already follows the same indicator at the same place: {series}. If they count the same "
        "thing, keep only one."
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Suppression faite : relevé « Inscrits – Errachidia – 31 mai 2024 »."),
        ("ar", "تم الحذف: قيمة مسجلة «المسجلون – \u2068Errachidia\u2069 – 31 ماي 2024»."),
    ],
)
def test_removed_figure_is_told_by_its_name_and_date_in_words(
    language: str, words: str, root: Any, places: Any
) -> None:
    series = make_series(places["MA-ERR"], name_fr="Inscrits", name_ar="المسجلون")
    draft = make_measurement(series, by=root, as_of="31/05/2024")
    response = signed_in(root).post(
        _in(language, "measurement_delete", draft.pk), {"post": "yes"}, follow=True
    )
    assert [str(one) for one in response.context["messages"]] == [
        words.replace(" :", "\xa0:").replace("« ", "«\xa0").replace(" »", "\xa0»")
    ]


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Territoires"), ("ar", "المجالات الترابية")]
)
def test_history_names_a_changed_set_in_the_language_of_its_reader(
    language: str, words: str, root: Any, places: Any
) -> None:
    programme = make_programme()
    with translation.override("en"):
        programme.territories.add(places["MA-ERR"])
    html = signed_in(root).get(_in(language, "programme_history", programme.pk)).content.decode()
    assert html.count(f"<br>{words}") == 1


def test_missing_translations_show_in_lists(root: Any, places: Any) -> None:
    html = signed_in(root).get(_in("en", "territory_changelist")).content.decode()
    assert html.count("العربية missing") == 4
    html = (
        signed_in(root).get(_in("en", "territory_changelist"), {"missing": "ar"}).content.decode()
    )
    assert "Rehamna" in html
    assert 'lang="ar"' in signed_in(root).get(_in("en", "territory_add")).content.decode()


@pytest.mark.parametrize("words", ["Rhamna", "الرحامنة", "Rehamna", "MA-REH"])
def test_search_finds_any_spelling_in_any_language(words: str, root: Any, places: Any) -> None:
    response = signed_in(root).get(_in("ar", "territory_changelist"), {"q": words})
    assert [row.code for row in response.context["cl"].result_list] == ["MA-REH"]


def test_stale_form_is_refused_and_shows_what_was_saved(
    root: Any, editor: Any, places: Any
) -> None:
    programme = make_programme(places["MA-ERR"])
    address = _in("en", "programme_change", programme.pk)
    first, second = signed_in(editor), signed_in(root)
    seen = first.get(address).context["seen_version"]
    values = {
        "name_fr": "Le premier",
        "seen_version": seen,
        "territories": places["MA-ERR"].pk,
        **PARTS,
    }
    assert first.post(address, values).status_code == 302
    response = second.post(address, values | {"name_fr": "Le second"})
    assert "Le premier" in str(_errors(response))
    assert Programme.objects.get().name_fr == "Le premier"
    again = values | {"name_fr": "Le second", "seen_version": response.context["seen_version"]}
    assert second.post(address, again).status_code == 302
    assert Programme.objects.get().name_fr == "Le second"


@pytest.mark.parametrize(
    ("measure", "start", "first", "second", "saved"),
    [
        ("ratio", None, {"value": "73.5"}, {"value": "60"}, ["Value (%), as saved: 73.5"]),
        (
            "per_period",
            date(2026, 1, 1),
            {"value": "1200.5", "period_start": "15/01/2026"},
            {"value": "9", "period_start": "16/01/2026"},
            ["Start of the period, as saved: 15 January 2026", "Value, as saved: 1200.5"],
        ),
    ],
)
def test_stale_form_shows_what_was_saved_as_it_is_typed(
    measure: str,
    start: date | None,
    first: dict[str, str],
    second: dict[str, str],
    saved: list[str],
    root: Any,
    alice: Any,
    places: Any,
) -> None:
    series = make_series(places["MA-ERR"], indicator=make_indicator(measure=measure))
    row = make_measurement(series, alice, value=Decimal("0.5"), period_start=start)
    client, address = signed_in(alice), _in("en", "measurement_change", row.pk)
    boxes = as_shown(client, address)
    boxes["seen_version"] = client.get(address).context["seen_version"]
    assert signed_in(root).post(address, boxes | first).status_code == 302
    response = client.post(address, boxes | second)
    assert list(_errors(response)["__all__"])[1:] == saved


def test_names_lose_signs_that_turn_the_direction(root: Any) -> None:
    signed_in(root).post(_in("fr", "sector_add"), {"name_fr": "Num\u202eérique<b>"})
    html = signed_in(root).get(_in("fr", "sector_changelist")).content.decode()
    assert "Numérique&lt;b&gt;" in html


def test_history_says_who_changed_what(root: Any, editor: Any, places: Any) -> None:
    programme = make_programme(places["MA-ERR"])
    signed_in(editor).post(
        _in("fr", "programme_change", programme.pk),
        {
            "name_fr": "Autre nom",
            "start": "02/2026",
            "territories": places["MA-ERR"].pk,
            **PARTS,
        },
    )
    html = signed_in(root).get(_in("en", "programme_history", programme.pk)).content.decode()
    assert "Autre nom" in html
    # a date with its precision is one column
    assert '<del dir="auto">–</del> → <ins dir="auto">February 2026</ins>' in html
    assert '<ins dir="auto">month</ins>' not in html
    assert "ed" in html


def test_return_to_a_state_outside_the_scope_is_refused(editor: Any, places: Any) -> None:
    centre = make_centre(places["MA-REH"])
    centre.territory = places["MA-ERR"]
    centre.save()
    first = centre.history.earliest()
    signed_in(editor).post(
        f"/fr/admin/programmes/centre/{centre.pk}/history/{first.pk}/",
        {"kind": "centre", "name_fr": "Centre", "territory": places["MA-REH"].pk},
    )
    centre.refresh_from_db()
    assert centre.territory == places["MA-ERR"]


def _category() -> Any:
    dimension = Dimension.objects.create(code="sex", name_fr="Sexe")
    return Category.objects.create(dimension=dimension, code="women", name_fr="Femmes")


def _figure(series: Series, **values: Any) -> dict[str, Any]:
    return {
        "series": series.pk,
        "as_of": "01/02/2026",
        "qualifier": "exactly",
        "source": make_source().pk,
        **SHARES,
    } | values


def _add_figure(user: Any, series: Series, **values: Any) -> Any:
    return signed_in(user).post(_in("fr", "measurement_add"), _figure(series, **values))


def _promise(programme: Any, indicator: Any, territory: Any) -> dict[str, Any]:
    return {
        "programme": programme.pk,
        "indicator": indicator.pk,
        "territory": territory.pk,
        "value": "15 000",
        "qualifier": "exactly",
        "sense": "at_least",
        "due": "2026",
        "due_text": "à l'horizon 2026",
        "baseline": "0",
        "baseline_on": "01/01/2024",
        "announced": "05/01/2026",
        "source": make_source().pk,
        "wording": "15 000 jeunes",
        "wording_language": "fr",
    }


def test_account_keeps_what_was_given_to_it_alone(root: Any, alice: Any) -> None:
    """The form offers the roles; what was given before stays on it."""
    held = Permission.objects.get(codename="add_sector")
    alice.user_permissions.add(held)
    address = reverse("admin:auth_user_change", args=[alice.pk])
    fields = signed_in(root).get(address).context["adminform"].form.fields
    offered = {row.codename for row in fields["user_permissions"].queryset}
    assert offered == {"add_sector"}
    assert fields["groups"].queryset.count() == Group.objects.count()


def test_name_of_another_script_keeps_its_order_among_arabic_words(root: Any, places: Any) -> None:
    centre = make_centre(
        places["MA-ERR"], name_ar="مركز", name_fr="Centre", locality_fr="1337 Benguerir"
    )
    pages = {
        language: signed_in(root).get(_in(language, "centre_change", centre.pk)).content.decode()
        for language in ("fr", "ar")
    }
    assert "<title>مركز (\u20681337 Benguerir\u2069) |" in pages["ar"]
    assert "<title>Centre (1337 Benguerir) |" in pages["fr"]


def test_permissions_of_a_role_are_named_in_the_readers_language(root: Any) -> None:
    group = Group.objects.get(name="contributor")
    page = signed_in(root).get(f"/ar/admin/auth/group/{group.pk}/change/").content.decode()
    assert "القيم المسجلة – تعديل" in page
    assert "Can change" not in page
    assert "selectfilter" not in page
