"""Names in another script than the page keep their own direction, and turn round nothing that stands beside them."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from programmes import services
from programmes.admin.forms.labels import label_of, review_label
from programmes.models import Series
from programmes.selectors.wording.texts import direction_of, named_apart
from tests.admin.builders import (
    make_indicator,
    make_measurement,
    make_programme,
    make_series,
    make_target,
)
from tests.admin.conftest import signed_in

ARABIC = "برنامج التكوين 2030"
APART = f"\u2068{ARABIC}\u2069"


@pytest.fixture
def series(places: Any) -> Series:
    """Young people, of a programme with an Arabic name alone."""
    programme = make_programme(places["MA-ERR"], name_fr="", name_ar=ARABIC)
    indicator = make_indicator(name_fr="Jeunes formés", name_ar="شباب مكوَّنون")
    return make_series(places["MA-ERR"], indicator=indicator, programme=programme)


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("fr", ARABIC, APART),
        ("fr", "JobInTech", "JobInTech"),
        ("fr", "2026", "2026"),
        ("ar", ARABIC, ARABIC),
        ("ar", "JobInTech", "\u2068JobInTech\u2069"),
        ("ar", "ورشة JobInTech", "\u2068ورشة JobInTech\u2069"),
    ],
)
def test_name_is_isolated_where_it_has_letters_of_the_other_direction(
    language: str, name: str, words: str
) -> None:
    with translation.override(language):
        assert named_apart(name) == words


def test_labels_isolate_each_name(series: Series, root: Any) -> None:
    figure = make_measurement(series, root, as_of="31/12/2025", value=2500)
    name = f"Jeunes formés – {APART} – Errachidia"
    with translation.override("fr"):
        assert label_of(series) == name
        assert review_label(figure) == f"{name} – 31 décembre 2025 : 2\u202f500"
    with translation.override("ar"):
        assert label_of(series) == f"شباب مكوَّنون – {ARABIC} – \u2068Errachidia\u2069"


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [
        ("fr", f"{APART} – no 1", "ltr"),
        ("ar", "\u2068JobInTech\u2069 – 2026", "rtl"),
        ("fr", ARABIC, "auto"),
        ("fr", "JobInTech – 2026", "auto"),
    ],
)
def test_line_of_isolated_names_runs_as_the_page_does(
    language: str, text: str, direction: str
) -> None:
    with translation.override(language):
        assert direction_of(text) == direction


def test_desk_prints_a_submission_in_the_direction_of_its_page(
    series: Series, alice: Any, root: Any
) -> None:
    figure = services.submit(make_measurement(series, alice, value=2500), by=alice)
    client, name = signed_in(root), f"Jeunes formés – {APART} – Errachidia"
    page = client.get(f"/fr/admin/review/figures/{figure.pk}/").content.decode()
    assert f'<h1><bdi dir="ltr">{name} – ' in page
    assert f'<span dir="ltr">{name}</span>' in page
    queue = client.get("/fr/admin/review/").content.decode()
    assert f'<bdi dir="ltr">{name} – ' in queue


def test_list_title_options_and_message_show_it_isolated(series: Series, root: Any) -> None:
    target, client = make_target(series, root), signed_in(root)
    name = f"Jeunes formés – {APART} – Errachidia"
    assert name in client.get(reverse("admin:programmes_target_changelist")).content.decode()
    page = reverse("admin:programmes_target_change", args=[target.pk])
    assert f"<title>{name} : 15\u202f000 à l’horizon 2026 |" in client.get(page).content.decode()
    options = client.get(
        "/fr/admin/autocomplete/?app_label=programmes&model_name=measurement&field_name=series"
    ).json()["results"]
    assert [one["text"] for one in options] == [name]
    answer = client.post(page, {"code": target.code})
    [said] = [str(one) for one in get_messages(answer.wsgi_request)]
    assert f"{name} : 15\u202f000 à l’horizon 2026" in said


def test_lines_of_the_desk_show_it_isolated(series: Series, root: Any, alice: Any) -> None:
    figure = make_measurement(series, alice)
    services.submit(figure, by=alice)
    html = signed_in(root).get(reverse("admin:review_desk")).content.decode()
    assert f"Jeunes formés – {APART} – Errachidia – 1er février 2026 : 1\u202f000" in html


def test_files_carry_no_such_marks(series: Series, root: Any) -> None:
    make_target(series, root)
    client = signed_in(root)
    for address in ("/fr/admin/quality/export/", "/fr/admin/programmes/series/export/?format=csv"):
        answer = client.get(address, follow=True)
        text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
        assert "\u2068" not in text
    assert str(series) == f"Jeunes formés – {ARABIC} – Errachidia"
