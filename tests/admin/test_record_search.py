"""Staff find a record by any spelling of any of its names, in any language."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.admin.forms import record_search
from programmes.models import Agreement, Centre, Measurement
from tests.admin.builders import (
    make_centre,
    make_measurement,
    make_programme,
    make_series,
    make_world,
)
from tests.admin.conftest import signed_in


def found(client: Any, table: str, question: str) -> list[Any]:
    response = client.get(f"/fr/admin/programmes/{table}/", {"q": question})
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


@pytest.mark.parametrize(
    "question",
    ["errachidia", "ERRACHIDIA", "er-rachidia", "École", "ecole numerique", "الرشيدية", "الرّشيديه",
     "المدرسة", "centre-1337", "numérique  école", "dar taliba"],
)  # fmt: skip
def test_centre_is_found_by_any_spelling(root: Any, places: Any, question: str) -> None:
    centre = make_centre(
        places["MA-ERR"],
        code="centre-1337",
        name_fr="École numérique",
        name_ar="المدرسة الرقمية بالرشيدية",
        other_spellings="Er-Rachidia\nDar Taliba",
    )
    make_centre(places["MA-REH"], name_fr="Maison des jeunes", name_ar="دار الشباب")
    assert found(signed_in(root), "centre", question) == [centre]


def test_every_word_must_be_found_and_signs_alone_find_nothing(root: Any, places: Any) -> None:
    make_centre(places["MA-ERR"], name_fr="École numérique")
    client = signed_in(root)
    for question in ("école jeunes", "-", "'", "\u202e", "x" * 10_000):
        assert found(client, "centre", question) == [], question
    assert len(found(client, "centre", "   ")) == Centre.objects.count() == 1


def test_figure_is_found_by_its_reference_and_by_what_its_series_is_about(
    root: Any, alice: Any, places: Any
) -> None:
    programme = make_programme(places["MA-ERR"], name_fr="JobInTech", name_ar="جوب إن تك")
    mine = make_measurement(make_series(places["MA-ERR"], programme=programme), root)
    other = make_measurement(make_series(places["MA-REH"]), root)
    client = signed_in(root)
    for question in (mine.ref, mine.ref[:6].upper(), "job-in tech", "جوب ان", mine.series.code):
        assert found(client, "measurement", question) == [mine], question
    assert found(client, "measurement", "rhamna") == [other]
    # what lies elsewhere is not found either
    assert found(signed_in(alice), "measurement", "rhamna") == []


def test_agreement_of_two_programmes_is_listed_once(root: Any, places: Any) -> None:
    agreement = make_world(places["MA-ERR"], root)[Agreement]
    for name in ("Numérique un", "Numérique deux"):
        agreement.programmes.add(make_programme(places["MA-ERR"], name_fr=name))
    assert found(signed_in(root), "agreement", "numerique") == [agreement]


def test_search_asks_no_more_of_the_database_with_more_rows(root: Any, places: Any) -> None:
    client = signed_in(root)
    counts = []
    for _round in range(2):
        for _more in range(15):
            make_measurement(make_series(places["MA-ERR"]), root)
        with CaptureQueriesContext(connection) as queries:
            found(client, "measurement", "errachidia")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_long_list_says_more_than_instead_of_counting_on(
    root: Any, places: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(record_search, "MOST_COUNTED", 2)
    series = make_series(places["MA-ERR"])
    client = signed_in(root)
    for day in range(1, 4):
        page = client.get("/fr/admin/programmes/measurement/").content.decode()
        assert "plus de" not in page
        make_measurement(series, root, as_of=f"0{day}/02/2026")
    page = client.get("/fr/admin/programmes/measurement/").content.decode()
    assert "plus de 2\u00a0: recherchez ou filtrez pour voir les autres" in page
    assert Measurement.objects.count() == 3
