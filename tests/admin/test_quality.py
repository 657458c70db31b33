"""The quality list names what is at fault in a person's own records, page by page and as a file."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes.selectors.desk.quality import CHECKS
from tests import builders as public
from tests.admin.builders import (
    make_centre,
    make_measurement,
    make_programme,
    make_series,
    published,
)
from tests.admin.conftest import signed_in

PAGE, FILE = "/en/admin/quality/", "/en/admin/quality/export/"
MOST_QUERIES = 25


def _counts(client: Any, **query: str) -> dict[str, str]:
    lines = client.get(PAGE, query).context["lines"]
    return {line.key: line.count for line in lines if not line.is_clean}


def _fill(place: Any, root: Any) -> None:
    """One fault of most kinds at a place."""
    programme = make_programme(place)
    series = make_series(place, programme=programme)
    for on, value in (("01/02/2020", 5), ("01/02/2021", 51)):
        row = make_measurement(series, root, as_of=on, value=value)
        published(row, root, confirmation="Compté ainsi")
    whole = public.make_target(f"whole-{series.pk}", series=series)
    part = make_series(place, programme=programme, indicator=series.indicator)
    public.make_target(f"part-{part.pk}", series=part, share_of=whole, value=400)
    centre = public.show(make_centre(place))
    opening = public.make_milestone(f"opening-{centre.pk}", centre=centre)
    public.make_statement(opening, "reached", "2022-10-01", "2022-10-02")


def test_each_kind_of_fault_is_found_in_ones_own_territory_alone(
    root: Any, editor: Any, bob: Any, charlie: Any, places: Any
) -> None:
    _fill(places["MA-ERR"], root)
    found = _counts(signed_in(editor))
    assert {key: count for key, count in found.items() if "translation" not in key} == {
        "recent-target": "2",
        "jump-measurement": "1",
        "sum-target": "1",
        "baseline-target": "2",
        "places-centre": "1",
        "source-programme": "1",
        "source-centre": "1",
    }
    assert {key for key in _counts(signed_in(bob)) if "translation" not in key} == set()
    assert signed_in(charlie).get(PAGE).status_code == 403
    assert signed_in(charlie).get(FILE).status_code == 403


def test_sum_has_no_baseline_of_its_own(root: Any) -> None:
    for code, figures in (("own", "own"), ("whole", "parts")):
        public.make_target(code, series=public.make_series(code, figures=figures))
    assert _counts(signed_in(root))["baseline-target"] == "1"


def test_list_of_each_check_shows_as_many_rows_as_it_counts(root: Any, places: Any) -> None:
    _fill(places["MA-ERR"], root)
    client = signed_in(root)
    for key, count in _counts(client).items():
        page = client.get(PAGE, {"check": key}).context["page"]
        assert str(page.paginator.count) == count, key
        assert all(client.get(one.url).status_code == 200 for one in page.object_list)


def test_detail_says_by_how_much(root: Any, places: Any) -> None:
    _fill(places["MA-ERR"], root)
    client = signed_in(root)
    (sums,) = client.get(PAGE, {"check": "sum-target"}).context["page"].object_list
    (jump,) = client.get(PAGE, {"check": "jump-measurement"}).context["page"].object_list
    assert sums.detail.startswith("−600")
    assert jump.detail == "51 on 1 February 2021; the figure before it: 5"


def test_territory_narrows_the_list(root: Any, places: Any) -> None:
    _fill(places["MA-ERR"], root)
    client = signed_in(root)
    for code, expected in (("MA-ERR", "1"), ("MA-08", "1"), ("MA-REH", None)):
        assert _counts(client, territory=code).get("jump-measurement") == expected, code


def test_unknown_check_or_territory_is_not_found(root: Any) -> None:
    client = signed_in(root)
    assert client.get(PAGE, {"check": "nothing"}).status_code == 404
    assert client.get(PAGE, {"territory": "../x"}).status_code == 404


def test_file_holds_the_rows_and_runs_no_formula(
    root: Any, editor: Any, bob: Any, places: Any
) -> None:
    public.show(make_centre(places["MA-ERR"], name_fr="=HYPERLINK(1)"))
    text = _file(signed_in(editor), check="source-centre")
    assert text.startswith("\ufeffCheck,Table,Record,Code,Detail,Address")
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK(1)" not in text
    assert "HYPERLINK" not in _file(signed_in(bob))


def _file(client: Any, **query: str) -> str:
    return client.get(FILE, query).getvalue().decode()


@pytest.mark.slow
def test_queries_do_not_grow_with_rows(root: Any, editor: Any, places: Any) -> None:
    addresses = [PAGE, f"{PAGE}?territory=MA-08", *(f"{PAGE}?check={key}" for key in CHECKS)]
    clients = [signed_in(root), signed_in(editor)]
    _fill(places["MA-ERR"], root)
    few = [_queries(client, address) for client in clients for address in addresses]
    for _more in range(4):
        _fill(places["MA-ERR"], root)
    many = [_queries(client, address) for client in clients for address in addresses]
    assert many == few
    assert max(few) <= MOST_QUERIES


def _queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_no_check_finds_anything_where_there_is_nothing(db: Any, root: Any) -> None:
    assert {check.rows(root, timezone.localdate()).count() for check in CHECKS.values()} == {0}
