"""The grid: figures of one's own scope on one page, kept as drafts while they are typed, submitted together."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape as html_of

from programmes import services
from programmes.admin.review.review_steps import mark_of
from programmes.models import Measurement, Series, Source
from programmes.selectors.desk.entry import entry_rows
from tests import builders as public
from tests.admin.builders import (
    make_indicator,
    make_measurement,
    make_series,
    make_source,
    make_superuser,
)
from tests.admin.conftest import signed_in
from tests.conftest import make_member

GRID, ROWS = "/en/admin/figures/", "/en/admin/figures/rows/"
MOST_QUERIES = 20
SPACES = str.maketrans({"\xa0": " ", "\u202f": " "})


def _common(**values: str) -> dict[str, str]:
    return {"as_of": "31/01/2026", "source": str(Source.objects.get(title="Bilan").pk)} | values


def _sent(series: Series, value: str, **boxes: str) -> dict[str, str]:
    return {f"r{series.pk}-{name}": text for name, text in {"value": value, **boxes}.items()}


def _keep(user: Any, series: Series, value: str, **boxes: str) -> dict[str, Any]:
    answers = signed_in(user).post(ROWS, _common() | _sent(series, value, **boxes)).json()
    return answers[str(series.pk)]


def _said(response: Any) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request)]


@pytest.fixture
def source(places: Any) -> Source:
    return make_source(title="Bilan")


@pytest.fixture
def series(places: Any, source: Source) -> Series:
    """A total at 1,000 of the 15,000 that were promised."""
    found = public.make_series("total", territory=places["MA-ERR"])
    public.make_target("total", series=found, value=15000, due="2026-12-31")
    public.make_measurement(found, "2024-05-29", 1000)
    return found


def test_row_shows_the_last_figure_and_the_promise_and_only_its_boxes(
    alice: Any, series: Series
) -> None:
    page = signed_in(alice).get(GRID)
    (line,) = page.context["lines"]
    assert line.last.translate(SPACES) == "1,000, as of 29 May 2024"
    assert line.promised == "15,000 by 31 December 2026"
    html = page.content.decode()
    assert f'name="r{series.pk}-value"' in html
    assert f'name="r{series.pk}-numerator"' not in html
    assert f'name="r{series.pk}-period_start"' not in html


def test_ratio_has_a_fraction_and_a_period_has_its_start(alice: Any, places: Any) -> None:
    ratio = make_series(places["MA-ERR"], indicator=make_indicator(measure="ratio"))
    period = make_series(places["MA-ERR"], indicator=make_indicator(measure="per_period"))
    public.make_measurement(period, "2025-12-31", 10, period_start=date(2025, 1, 1))
    html = signed_in(alice).get(f"{GRID}?show=all").content.decode()
    assert f'name="r{ratio.pk}-numerator"' in html
    assert f'name="r{period.pk}-period_start" value="01/01/2026"' in html


def test_row_is_kept_as_a_draft_and_changed_in_place(alice: Any, series: Series) -> None:
    answer = _keep(alice, series, "1 200", note="Recompté")
    row = Measurement.objects.get(state="draft")
    assert answer == {
        "errors": {},
        "common": {"as_of": [], "source": []},
        "doubts": [],
        "draft": row.pk,
        "seen": str(mark_of(row.changed_at)),
        "kept": "Kept as a draft: 1,200, as of 31 January 2026",
    }
    assert (row.value, row.note, row.entered_by, row.as_of_on) == (
        1200,
        "Recompté",
        alice,
        date(2026, 1, 31),
    )
    _keep(alice, series, "١٣٠٠", draft=str(row.pk), seen=answer["seen"])
    row = Measurement.objects.get(state="draft")
    assert row.value == 1300
    story = signed_in(alice).get(f"/en/admin/programmes/measurement/{row.pk}/history/")
    moved = [
        (one.label, one.old, one.new) for part in story.context["entries"] for one in part.moved
    ]
    assert moved == [("Value", "1,200", "1,300"), ("Note – English", "Recompté", "–")]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("12a", "“12a” is not a number. Accepted: 1234.5, 1 234,5 or 1.234,5."),
        ("-3", "A count cannot be below zero."),
    ],
)
def test_what_is_not_understood_is_said_at_its_box(
    alice: Any, series: Series, value: str, sentence: str
) -> None:
    assert _keep(alice, series, value)["errors"] == {"value": [sentence]}
    assert not Measurement.objects.filter(state="draft").exists()


def test_date_and_source_are_asked_for_where_nobody_gave_them(alice: Any, series: Series) -> None:
    answers = signed_in(alice).post(ROWS, _sent(series, "1200")).json()
    assert answers[str(series.pk)]["common"] == {
        "as_of": ["Give the date that the figures speak of: here for all of them, or in each row."],
        "source": ["Choose where the figures come from: here for all of them, or in each row."],
    }


NOT_KEPT = "Not kept yet: the date or source for all figures is to be corrected."


def test_what_is_wrong_with_the_date_of_all_is_said_at_its_box_and_not_in_each_row(
    alice: Any, places: Any, series: Series
) -> None:
    other = public.make_series("other", territory=places["MA-ERR"])
    sent = _common(as_of="31 novembre 2026") | _sent(series, "1200") | _sent(other, "x")
    answers = signed_in(alice).post(ROWS, sent).json()
    (said,) = answers[str(series.pk)]["common"]["as_of"]
    assert said.startswith("“31 novembre 2026”")
    assert answers[str(series.pk)]["errors"] == {"__all__": [NOT_KEPT]}
    assert list(answers[str(other.pk)]["errors"]) == ["value"]
    # a row with a date of its own does not mind
    mine = signed_in(alice).post(ROWS, sent | _sent(series, "1200", as_of="2025")).json()
    assert mine[str(series.pk)]["errors"] == {}
    assert mine[str(series.pk)]["common"] == {"source": []}


def test_form_says_once_what_is_wrong_with_the_date_of_all(
    alice: Any, places: Any, series: Series
) -> None:
    other = public.make_series("other", territory=places["MA-ERR"])
    sent = _common(do="submit", as_of="31/11/2026") | _sent(series, "1200") | _sent(other, "30")
    page = signed_in(alice).post(f"{GRID}?show=all", sent)
    assert _said(page) == [NOT_KEPT]
    (said,) = page.context["common_errors"]["as_of"]
    html = page.content.decode()
    assert html.count(html_of(said)) == 1
    assert not any(line.is_apart for line in page.context["lines"])
    assert not Measurement.objects.filter(state="draft").exists()


def test_row_says_otherwise_than_the_page(alice: Any, series: Series) -> None:
    make_source(title="Arrêté")
    _keep(alice, series, "1200", as_of="2025", source="MAP – Arrêté (20 February 2026)")
    row = Measurement.objects.get(state="draft")
    assert (row.as_of.notation, row.source.title) == ("2025", "Arrêté")


def test_absurd_figure_is_told_with_both_values_and_stays_until_it_is_confirmed(
    alice: Any, series: Series
) -> None:
    answer = _keep(alice, series, "1490000")
    assert [text.translate(SPACES) for text in answer["doubts"]] == [
        "1,490,000 is ten times the value before it, or more: 1,000 on 29/05/2024.",
        "1,490,000 is more than what was promised: 15,000.",
    ]
    client, sent = signed_in(alice), _common(do="submit") | _sent(series, "1490000")
    page = client.post(GRID, sent)
    assert Measurement.objects.get(value=1490000).state == "draft"
    assert _said(page) == ["1 figure is unusual: look at it, and say why it is right."]
    (line,) = page.context["lines"]
    assert len(line.doubts) == 2
    confirmed = _sent(series, "1490000", looked="on", confirmation="Total national")
    response = client.post(GRID, sent | confirmed)
    assert response.status_code == 302
    row = Measurement.objects.get(value=1490000)
    assert (row.state, row.events.get().note) == ("submitted", "Total national")
    assert _said(response) == ["1 figure submitted for review."]


def test_good_rows_are_submitted_and_the_others_keep_what_was_typed(
    alice: Any, series: Series, places: Any
) -> None:
    other = make_series(places["MA-ERR"])
    sent = _common(do="submit") | _sent(series, "1200") | _sent(other, "deux mille")
    page = signed_in(alice).post(GRID, sent)
    assert Measurement.objects.get(value=1200).state == "submitted"
    lines = {line.key: line for line in page.context["lines"]}
    assert lines[other.pk].boxes["value"] == "deux mille"
    assert list(lines[other.pk].errors) == ["value"]
    assert _said(page) == [
        "1 figure submitted for review.",
        "1 row could not be read: what is wrong stands in it.",
    ]


def test_what_waits_for_review_is_not_asked_for_again(alice: Any, series: Series) -> None:
    signed_in(alice).post(GRID, _common(do="submit") | _sent(series, "1200"))
    page = signed_in(alice).get(GRID)
    (line,) = page.context["lines"]
    assert line.waiting == ["1,200, as of 31 January 2026: submitted by alice, awaits review"]
    assert f"r{series.pk}-value" not in page.content.decode()


def test_every_figure_that_waits_stands_in_its_row(alice: Any, series: Series) -> None:
    for day, value in (("2025-12-31", 1200), ("2026-01-31", 1300)):
        services.submit(make_measurement(series, alice, value=value, as_of=day), by=alice)
    (line,) = signed_in(alice).get(GRID).context["lines"]
    assert line.waiting == [
        "1,300, as of 31 January 2026: submitted by alice, awaits review",
        "1,200, as of 31 December 2025: submitted by alice, awaits review",
    ]


def test_what_another_person_typed_over_a_draft_is_said_to_be_theirs(
    alice: Any, reviewer: Any, series: Series
) -> None:
    admin = make_superuser("root")
    row = make_measurement(series, admin, value=2100, as_of="31/01/2026")
    row.value = Decimal(2222)
    services.submit(services.change_draft(row, by=alice), by=alice)
    (line,) = signed_in(alice).get(GRID).context["lines"]
    assert line.waiting == ["2,222, as of 31 January 2026: submitted by alice, awaits review"]
    desk = signed_in(reviewer).get(f"/en/admin/review/figures/{row.pk}/").content.decode()
    said = " ".join(re.sub(r"<[^>]+>", "", desk[desk.index("Entered by") :]).split())
    assert said.startswith("Entered by root · Last changed by alice · Open the record")


def test_row_of_another_scope_is_refused_and_the_rest_goes_through(
    bob: Any, series: Series, places: Any
) -> None:
    own = make_series(places["MA-REH"])
    page = signed_in(bob).post(GRID, _common(do="submit") | _sent(series, "1200") | _sent(own, "7"))
    assert page.context["foreign"] == ["This figure lies outside your territories and programmes."]
    assert list(Measurement.objects.exclude(state="published").values_list("series", "state")) == [
        (own.pk, "submitted")
    ]
    assert "total" not in page.content.decode()
    assert _keep(bob, series, "1")["errors"] == {
        "__all__": ["This figure lies outside your territories and programmes."]
    }


def test_many_rows_are_kept_at_once_and_each_has_its_own_answer(
    alice: Any, series: Series, places: Any
) -> None:
    other = make_series(places["MA-ERR"])
    sent = _common() | _sent(series, "12a") | _sent(other, "7")
    answers = signed_in(alice).post(ROWS, sent).json()
    assert {key: one["kept"] for key, one in answers.items()} == {
        str(series.pk): "",
        str(other.pk): "Kept as a draft: 7, as of 31 January 2026",
    }
    assert signed_in(alice).get(ROWS).status_code == 403


def test_draft_of_an_earlier_day_keeps_its_date_and_source(
    alice: Any, series: Series, places: Any
) -> None:
    old, new = series, make_series(places["MA-ERR"])
    _keep(alice, old, "1200")
    _keep(alice, new, "7")
    earlier = timezone.now() - timedelta(days=1)
    Measurement.objects.filter(series=old, state="draft").update(changed_at=earlier)
    lines = {one.key: one for one in signed_in(alice).get(f"{GRID}?show=all").context["lines"]}
    own = {key: (one.boxes["as_of"], one.boxes["source"]) for key, one in lines.items()}
    assert own == {old.pk: ("31/01/2026", "MAP – Bilan (20 February 2026)"), new.pk: ("", "")}
    later = _common(as_of="15/02/2026") | _sent(new, "7") | _sent(old, "1200")
    boxes = lines[old.pk].boxes
    later |= {f"r{old.pk}-{name}": boxes[name] for name in ("as_of", "source", "draft", "seen")}
    signed_in(alice).post(GRID, later | {"do": "submit"})
    rows = Measurement.objects.filter(state="submitted")
    assert dict(rows.values_list("series", "as_of_on")) == {
        old.pk: date(2026, 1, 31),
        new.pk: date(2026, 2, 15),
    }


def test_same_row_twice_with_two_values_is_refused(alice: Any, series: Series) -> None:
    sent = _common(do="submit") | {f"r{series.pk}-value": ["1200", "1300"]}
    page = signed_in(alice).post(GRID, sent)
    (line,) = page.context["lines"]
    assert line.errors == {"__all__": ["This row was sent twice, with two values."]}
    assert not Measurement.objects.exclude(state="published").exists()


def test_two_people_on_one_row_see_each_other(alice: Any, series: Series) -> None:
    anas = make_member("anas", "contributor", "MA-ERR")
    _keep(anas, series, "1250")
    answer = _keep(alice, series, "1200")
    assert answer["errors"] == {
        "__all__": [
            "anas entered 1,250 here while you were typing. Nothing of yours is saved yet: leave it, or change a box "
            "once more to keep yours in its place."
        ]
    }
    assert Measurement.objects.get(state="draft").value == 1250
    # she has seen it, and keeps hers
    _keep(alice, series, "1200", draft=str(answer["draft"]), seen=answer["seen"])
    row = Measurement.objects.get(state="draft")
    assert (row.value, row.entered_by, row.changed_by) == (1200, anas, alice)


def test_row_submitted_meanwhile_is_said(alice: Any, series: Series) -> None:
    answer = _keep(alice, series, "1200")
    services.submit(Measurement.objects.get(state="draft"), by=alice)
    again = _keep(alice, series, "1300", draft=str(answer["draft"]), seen=answer["seen"])
    assert again["errors"] == {"__all__": ["Only a draft, or what was returned, can be changed."]}


def test_emptied_row_takes_its_own_draft_with_it(alice: Any, series: Series) -> None:
    answer = _keep(alice, series, "1200")
    _keep(alice, series, "", draft=str(answer["draft"]), seen=answer["seen"])
    assert not Measurement.objects.filter(state="draft").exists()


def test_returned_figure_stands_in_its_row_with_the_reason(
    alice: Any, reviewer: Any, series: Series
) -> None:
    signed_in(alice).post(GRID, _common(do="submit") | _sent(series, "1200"))
    services.send_back(Measurement.objects.get(value=1200), by=reviewer, note="Vérifier")
    (line,) = signed_in(alice).get(GRID).context["lines"]
    assert (line.boxes["value"], line.reason, line.is_open) == ("1200", "Vérifier", True)


def test_five_thousand_rows_are_answered(alice: Any, series: Series) -> None:
    sent = _common(do="submit") | {f"r{10**6 + n}-value": "1" for n in range(4000)}
    page = signed_in(alice).post(GRID, sent | _sent(series, "1200"))
    assert page.status_code == 200
    many = {f"r{n}-value": "1" for n in range(5001)}
    assert signed_in(alice).post(GRID, many).status_code == 400


def test_new_source_is_added_and_chosen(alice: Any, series: Series) -> None:
    sent = {"do": "source", "as_of": "31/01/2026", "source": "", **_sent(series, "1200")}
    sent |= {"new-kind": "report", "new-title": "Rapport de janvier", "new-date": "02/2026"}
    page = signed_in(alice).post(GRID, sent)
    added = Source.objects.get(title="Rapport de janvier")
    assert (page.context["common"]["source"], added.code, added.entered_by) == (
        str(added.pk),
        "rapport-de-janvier",
        alice,
    )
    assert Measurement.objects.get(state="draft").source == added


def test_who_enters_no_figures_has_no_grid(reviewer: Any, charlie: Any, series: Series) -> None:
    page = signed_in(reviewer).get(GRID)
    assert page.status_code == 403
    assert "Your role or your territories" in page.content.decode()
    assert signed_in(charlie).get(GRID).context["lines"] == []


def test_queries_do_not_grow_with_rows(alice: Any, places: Any, source: Source) -> None:
    counts = []
    for more in (1, 29):
        for _one in range(more):
            series = make_series(places["MA-ERR"])
            public.make_measurement(series, "2024-05-29", 1000)
            row = Measurement(series=series, value=Decimal(1), source=source)
            row.as_of = public.day("2026-01-01")
            services.record(row, by=alice)
        client = signed_in(alice)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{GRID}?show=all")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= MOST_QUERIES


def test_late_and_due_are_told_apart(alice: Any, places: Any) -> None:
    today = timezone.localdate()
    for code, days in (("due", 400), ("late", 800), ("fresh", 10)):
        series = public.make_series(code, territory=places["MA-ERR"])
        public.make_target(code, series=series, value=15000, due="2040-12-31")
        public.make_measurement(series, (today - timedelta(days=days)).isoformat(), 1)

    def shown(query: str) -> set[str]:
        lines = signed_in(alice).get(GRID + query).context["lines"]
        return set(
            Series.objects.filter(pk__in=[one.key for one in lines]).values_list("code", flat=True)
        )

    assert shown("") == {"due", "late"}
    assert (shown("?show=due"), shown("?show=late")) == ({"due"}, {"late"})
    assert shown("?show=all") == {"due", "late", "fresh"}
    assert shown(f"?series={Series.objects.get(code='fresh').pk}") == {"fresh"}


def test_latest_draft_of_several_stands_in_its_row(alice: Any, series: Series) -> None:
    for on, value in (("2025-12-31", 1200), ("2025-06-30", 1100)):
        public.make_measurement(series, on, value, draft=True, entered_by=alice)
    (row,) = entry_rows([series.pk])
    assert row.draft
    assert row.draft.value == 1100


def test_note_is_typed_in_the_language_of_the_grid(alice: Any, series: Series) -> None:
    _keep(alice, series, "1 200", note="Recounted")
    row = Measurement.objects.get(state="draft")
    assert (row.note_en, row.note_fr, row.note_ar) == ("Recounted", None, None)
    row.note_fr = "Recompté"
    services.change_draft(row, by=alice)
    page = signed_in(alice).get(GRID.replace("/en/", "/ar/") + "?show=all")
    html = page.content.decode()
    assert "ملاحظة للعموم – العربية</span>" in html
    # another language's note stands in none of its boxes, and stays
    assert f'name="r{series.pk}-note" value=""' in html
    _keep(alice, series, "1 200", draft=str(row.pk), seen=str(mark_of(row.changed_at)))
    row.refresh_from_db()
    assert (row.note_en, row.note_fr) == ("", "Recompté")
