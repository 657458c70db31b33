"""Promises that moved, what became of them, and the pictures that show it."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from django.test import Client

from programmes.models import Programme
from programmes.public.pictures import images
from tests.builders import (
    make_agreement,
    make_centre,
    make_indicator,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_statement,
    make_target,
    published_by_two,
)

pytestmark = pytest.mark.django_db
ON = "?on=2026-11-28"
PNG = b"\x89PNG\r\n\x1a\n"


def read(path: str, language: str = "en") -> str:
    response = Client().get(f"/{language}/{path}")
    assert response.status_code == 200, path
    return response.content.decode()


def text(html: str) -> str:
    words = re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1].split("</main>", 1)[0])
    return " ".join(words.replace("\u202f", " ").split())


def make_cities() -> None:
    """Two cities promised for 2023, then for 2027; one opened late, one is overdue."""
    programme, office = make_programme("cmc"), make_organisation()
    series = make_series(
        "open",
        programme=programme,
        figures="milestones",
        counted_kind="city",
        name_fr="Nombre de cités ouvertes",
    )
    target = make_target(
        "cities",
        series=series,
        value=2,
        due="2023",
        announced="2021-01-01",
        responsible=office,
        agreement=make_agreement(programmes=[programme]),
    )
    make_revision(target, 2, value=2, due="2026-2027", announced="2025-06-01")
    for code, region, reached in (
        ("north", make_region("MA-01", "Tanger"), "2024-09-06"),
        ("south", make_region("MA-10", "Guelmim-Oued Noun"), ""),
    ):
        centre = make_centre(code, territory=region, programmes=[programme])
        opening = make_milestone(f"opening-{code}", centre=centre)
        make_statement(opening, "planned", "2023", "2022-03-10")
        if reached:
            make_statement(opening, "reached", reached, reached, number=2)


def test_move_is_told_with_what_it_was_by_how_much_and_that_it_came_too_late() -> None:
    make_cities()
    for path in ("", "targets/cities/", "status/", "status/?sort=moved", "programmes/cmc/"):
        found = text(read(path + (ON if "?" not in path else ON.replace("?", "&"))))
        assert "Promise moved: 2023 → 2026-2027 training year" in found, path
        assert "44 months later, after its due date had passed" in found, path


def test_first_publication_is_no_move_and_its_update_says_from_what_to_what() -> None:
    make_cities()
    target = make_target("still", due="2030", value=2)
    assert "Promise moved" not in text(read(f"targets/still/{ON}"))
    published_by_two(
        make_revision(
            target, 2, value=3, due="2031", announced="2024-05-01", draft=True, reason="Plus tard"
        )
    )
    updates = text(read("updates/"))
    assert "from 2 for 2030 to 3 for 2031" in updates


def test_board_says_what_became_of_promises_now_and_as_first_made() -> None:
    make_cities()
    found = text(read(f"status/{ON}"))
    assert "Promises that were moved: 1 , 1 of them after the due date" in found
    assert "Missed or without a result at the date first promised: 1" in found
    listed = text(read("status/?sort=overdue&on=2024-06-01"))
    assert "longest overdue first" in listed
    assert Client().get("/en/status/?sort=name").status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["organisations/ofppt/", "agreements/agreement/", "programmes/cmc/", "regions/MA/"]
)
def test_each_page_of_promises_has_their_record(path: str) -> None:
    make_cities()
    assert "Promises that were moved: 1" in text(read(path + ON))


def test_centres_over_time_say_in_words_what_is_drawn() -> None:
    make_cities()
    for path in (ON, f"programmes/cmc/{ON}"):
        found = text(read(path))
        assert "Openings: 1 of 2, 0 within the dates announced, 1 after them" in found
        assert "Tanger" in found
        assert "5 months late planned for 2023; opened: 6 September 2024" in found
        assert "34 months overdue" in found


def test_keys_explain_what_is_drawn_and_nothing_else() -> None:
    make_cities()
    html = read(ON)
    keys = [
        re.findall(r"</(?:svg|span)> ([^<]+)</li>", one)
        for one in html.split('class="legend">')[1:]
    ]
    assert [
        "first date announced", "past the first date", "open to trainees",
    ] in keys  # fmt: skip
    assert ["opened late", "not open, the date has passed"] in keys
    image = Client().get(f"/en/programmes/cmc/centres.svg{ON}").content.decode()
    assert re.findall(r'class="image__legend"[^>]*>([^<]+)<', image) == [
        "first date announced", "past the first date", "open to trainees",
    ]  # fmt: skip
    assert "tile-sign" not in read(f"regions/{ON}")


def test_opening_on_a_day_that_is_not_known_is_neither_in_time_nor_drawn_on_a_day() -> None:
    make_cities()
    centre = make_centre("cmc-3", programmes=[Programme.objects.get(code="cmc")])
    milestone = make_milestone("opening-3", centre=centre)
    make_statement(milestone, "planned", "2023-04", "2022-01-01")
    make_statement(milestone, "reached", "2023-04..2024-01", "2024-02-01", 2)
    html = read(f"programmes/cmc/{ON}")
    assert "Openings: 2 of 3, 0 within the dates announced, 1 after them" in text(html)
    assert "perhaps late: the day is not known" in text(html)
    assert html.count('class="lane-between"') == 2  # the lane and the key
    assert html.count('class="lane-dot"') == 2  # the other one and the key


def test_a_delay_in_arabic_agrees_with_its_number_and_has_no_stretched_letter() -> None:
    make_cities()
    found = text(read(f"programmes/cmc/{ON}", "ar"))
    assert "التأخر: 5 أشهر" in found
    assert "تأخر مستمر: 34 شهرا" in found
    assert "\u0640" not in found


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize(
    "path", ["programmes/cmc/centres", "targets/cities/chart", "status/over-time"]
)
def test_chart_is_a_file_that_stands_alone_with_its_source_line(language: str, path: str) -> None:
    make_cities()
    for code in ("one", "two"):
        make_target(code)
    image = Client().get(f"/{language}/{path}.svg{ON}")
    assert image["Content-Type"] == "image/svg+xml"
    words = [one.text or "" for one in ElementTree.fromstring(image.content).iter()]
    assert any(word.startswith(f"http://localhost:8000/{language}/") for word in words)
    assert "var(" not in image.content.decode()
    picture = Client().get(f"/{language}/{path}.png{ON}")
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(PNG)
    assert Client().get(f"/{language}/{path}.gif{ON}").status_code == 404


@pytest.mark.parametrize("path", ["programmes/cmc/centres.svg", "targets/cities/chart.svg"])
def test_words_of_a_promise_are_drawn_over_the_line_of_the_other(path: str) -> None:
    make_cities()
    image = Client().get(f"/en/{path}{ON}").content.decode()
    line = re.search(r'<line class="(chart__)?pole (chart__pole|pole)--original"', image)
    words = image.index(">Promised: 2 · 2026-2027 training year<")
    assert line
    assert line.start() < words
    sheet = image[: image.index("</style>")]
    for name in (".pole-t {", ".chart .chart__flag {"):
        rule = sheet[sheet.index(name) :].partition("}")[0]
        assert "paint-order: stroke;" in rule
        assert "stroke-width: 8px;" in rule


def test_words_of_an_arabic_picture_keep_their_direction() -> None:
    make_cities()
    image = Client().get(f"/ar/programmes/cmc/centres.svg{ON}").content.decode()
    assert "\u2067الالتزام: 2 · السنة التكوينية \u20662026-2027\u2069\u2069" in image


@pytest.mark.slow
def test_every_page_names_its_picture_and_both_shapes_are_made() -> None:
    make_cities()
    for path, picture in (
        ("", "share/link.png"),
        ("targets/cities/", "share/target/cities/link.png"),
        ("programmes/cmc/", "share/programme/cmc/link.png"),
        ("regions/MA-01/", "share/territory/MA-01/link.png"),
        ("agreements/agreement/", "share/agreement/agreement/link.png"),
        ("organisations/ofppt/", "share/organisation/ofppt/link.png"),
        ("methodology/", "share/link.png"),
    ):
        html = read(path)
        assert f'<meta property="og:image" content="http://localhost:8000/en/{picture}">' in html
        for shape, size in (("link", (1200, 630)), ("message", (1080, 1080))):
            image = Client().get(f"/en/{picture.replace('link', shape)}")
            assert image["Content-Type"] == "image/png"
            assert tuple(int.from_bytes(image.content[at : at + 4]) for at in (16, 20)) == size
    assert Client().get("/en/share/programme/none/link.png").status_code == 404
    assert Client().get("/en/share/other.png").status_code == 404


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("shape", ["link", "message"])
@pytest.mark.parametrize("page", ["", "target/cities/", "programme/cmc/"])
def test_lines_of_a_shared_picture_keep_inside_it_and_off_its_foot(
    page: str, shape: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_cities()
    monkeypatch.setattr(images, "rendered", lambda image, zoom: image.encode())
    drawing = Client().get(f"/{language}/share/{page}{shape}.png{ON}").content
    height, inside = {"link": (630, 1072), "message": (1080, 936)}[shape]
    sizes = {"title": 42, "promised": 36, "small": 28, "dated": 30, "status": 30}
    *lines, foot = [
        (float(one.get("y", "")), one.get("class", ""), one.text or "", one.get("font-size"))
        for one in sorted(
            ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text"),
            key=lambda one: float(one.get("y", "")),
        )
    ]
    assert foot[1] == "share__credit"
    assert height - 40 < foot[0] < height - 20
    assert lines[-1][0] <= foot[0] - 40
    for _y, kind, words, small in lines:
        size = small if kind == "share__moved" else sizes.get(kind.removeprefix("share__"))
        if size:
            assert images.width_of(words, float(size)) <= inside, words


def test_shared_picture_of_a_moved_promise_says_how_it_stands_as_first_promised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_cities()
    monkeypatch.setattr(images, "rendered", lambda image, zoom: image.encode())
    drawing = Client().get(f"/en/share/target/cities/link.png{ON}").content.decode()
    assert ">As first promised: Not met by the due date<" in drawing
    assert ">Promised: 2 by the 2026-2027 training year<" in drawing


@pytest.mark.parametrize("shape", ["link", "message"])
@pytest.mark.parametrize("value", [34000, 30000])
def test_shared_picture_tells_the_move_however_long_the_title_and_the_promise_are(
    shape: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a title and a promise of two lines each, and a move of two or three
    indicator = make_indicator(
        "long", unit_fr="places dans les cités des métiers, internats compris"
    )
    series = make_series(
        "long",
        indicator=indicator,
        name_fr="Nombre de places pédagogiques ouvertes aux stagiaires " * 2,
    )
    made = make_target("long", series=series, value=34000, due="2023-2024", announced="2021-01-01")
    make_revision(made, 2, value=value, due="2026-2027", announced="2025-06-01")
    make_measurement(series, "2026-02-20", 20000)
    monkeypatch.setattr(images, "rendered", lambda image, zoom: image.encode())
    drawing = Client().get(f"/fr/share/target/long/{shape}.png{ON}").content.decode()
    assert drawing.count('class="share__title"') >= 2
    assert drawing.count('class="share__promised"') == 2
    small = " ".join(re.findall(r'class="share__moved"[^>]*>([^<]*)', drawing))
    small = small.replace("\u202f", " ").replace("\u00a0", " ")
    assert small.startswith("Promesse déplacée : ")
    assert "36 mois plus tard" in small
    assert "après l’échéance" in small
    # three lines of a link's picture are full of a move of value and date
    assert ("Selon l’engagement initial :" in small) == (shape == "message" or value == 34000)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["programmes/cmc/embed/", "regions/MA-01/embed/", "regions/embed/"]
)
def test_embed_may_be_framed_and_says_what_the_page_says(path: str) -> None:
    make_cities()
    response = Client().get(f"/en/{path}{ON}")
    assert response.status_code == 200
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert not response.cookies


def test_calendar_lists_what_comes_and_what_passed_and_is_a_file_too() -> None:
    make_cities()
    make_target("soon", due="2026-12-31", announced="2025-01-01")
    found = text(read(f"calendar/{ON}"))
    assert "31 December 2026 in 33 days" in found
    assert "Jalon opening-south (in French) : opening to trainees Guelmim-Oued Noun" in found
    response = Client().get(f"/en/calendar.ics{ON}")
    lines = response.content.decode().split("\r\n")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "UID:target-soon@localhost:8000" in lines
    assert max(len(line.encode()) for line in lines) <= 75


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            "Jeunes formés\u00a0: promis\u00a0: 15\u202f000\u00a0\\; 1\u202f000 (au 29 mai 2024)",
        ),
        ("ar", "الشباب المكوَّنون: الالتزام: 15.000؛ 1.000 (إلى غاية 29 ماي 2024)"),
        ("en", "Young people trained: promised: 15\\,000\\; 1\\,000 (as of 29 May 2024)"),
    ],
)
def test_calendar_file_writes_numbers_as_its_language_does(language: str, said: str) -> None:
    target = make_target("soon", due="2026-12-31", value=15_000)
    make_measurement(target.series, "2024-05-29", 1000)
    response = Client().get(f"/{language}/calendar.ics{ON}")
    assert f"SUMMARY:{said}\r\n" in response.content.decode().replace("\r\n ", "")


def test_last_known_figure_says_how_far_how_long_ago_and_when_it_is_due() -> None:
    target = make_target(
        "trained", value=15000, baseline=0, baseline_on=date(2021, 1, 1), due="2026-12-31"
    )
    make_measurement(target.series, "2024-05-29", 1000)
    found = text(read(f"targets/trained/{ON}"))
    assert "Last known: 7%, 29 months ago; due in 33 days" in found


def test_region_shows_every_figure_of_the_place_and_its_centres() -> None:
    region = make_region("MA-01", "Tanger")
    centre = make_centre("north", territory=region)
    promised = make_series("beds", territory=region, centre=centre, name_fr="Lits", name_en="Beds")
    make_target("beds-target", series=promised)
    make_measurement(promised, "2024-01-01", 448)
    make_measurement(promised, "2023-01-01", 300)
    other = make_series(
        "places", territory=region, role="context", name_fr="Places", name_en="Places"
    )
    make_measurement(other, "2024-01-01", 3000)
    works = make_milestone("works-north", "works_start", centre=centre)
    make_statement(works, "reached", "2022-03-10", "2022-03-10")
    found = text(read("regions/MA-01/"))
    assert "Beds 448 as of 1 January 2024" in found
    assert "300 as of 1 January 2023" in found
    assert "Places 3,000" in found
    assert "Start of works, 10 March 2022" in found


def test_one_figure_is_compared_region_by_region() -> None:
    for code, name, value in (("MA-01", "Tanger", 100), ("MA-09", "Souss-Massa", 50)):
        series = make_series(f"s-{code}", territory=make_region(code, name))
        make_measurement(series, "2024-01-01", value)
    html = read("regions/?figure=people-trained")
    assert html.index('width="100.0%"') < html.index('width="50.0%"')
    assert Client().get("/en/regions/?figure=none").status_code == 400


def test_week_writes_a_figure_with_its_date_as_the_calendar_does() -> None:
    target = make_target("soon", due="2026-12-31", value=15_000)
    make_measurement(target.series, "2024-05-29", 1000)
    for path in ("", "calendar/"):
        assert "promised: 15,000; 1,000 (as of 29 May 2024)" in text(read(path + ON)), path


def test_card_of_the_country_counts_what_its_page_counts() -> None:
    make_target("national", due="2024")
    make_target("regional", series=make_series("regional", territory=make_region()), due="2024")
    for path in ("regions/MA/", "regions/MA/embed/"):
        assert "Due date passed, no result 1 " in f"{text(read(path))} ", path


def test_picture_of_centres_of_which_no_date_is_known_is_drawn() -> None:
    programme = make_programme("cmc")
    counted = {"figures": "milestones", "counted_kind": "city"}
    series = make_series("open", programme=programme, **counted)
    target = make_target("cities", series=series, value=2, due="2023", announced="2021-01-01")
    make_revision(target, 2, value=2, due="2026-2027", announced="2025-06-01")
    make_centre("north", programmes=[programme], sources=[make_source()])
    assert Client().get(f"/en/programmes/cmc/centres.svg{ON}").status_code == 200
