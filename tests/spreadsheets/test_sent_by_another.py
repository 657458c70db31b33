"""A file that one person sends and another applies: neither publishes its rows."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from programmes import services
from programmes.models import Category, Dimension, Measurement, State
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.repairs import repair
from tests.builders import make_series, make_source
from tests.conftest import make_member
from tests.spreadsheets.test_job_states import signed_in

pytestmark = pytest.mark.django_db
FILE = b"series,as_of,value,source\ns,2024-01-31,5,source\n"


@pytest.fixture
def people() -> dict[str, Any]:
    """Two administrators of the country and a reviewer."""
    make_series("s", programme=None)
    make_source()
    roles = {"amal": "administrator", "badr": "administrator", "rachida": "reviewer"}
    return {name: make_member(name, role, "MA") for name, role in roles.items()}


def test_neither_who_sent_nor_who_applied_a_file_publishes_its_figure(
    people: dict[str, Any],
) -> None:
    job = jobs.check(jobs.send("measurements", FILE, "figures.csv", by=people["amal"]))
    jobs.apply(job, by=people["badr"])
    row = services.submit(Measurement.objects.get(), by=people["badr"])
    for name, sentence in (
        ("amal", "You changed this record: another reviewer must decide on it."),
        ("badr", "You entered this record: another reviewer must decide on it."),
    ):
        with pytest.raises(PermissionDenied) as refused:
            services.publish(row, by=people[name])
        assert str(refused.value) == sentence
    assert services.publish(row, by=people["rachida"]).state == State.PUBLISHED


MILLE = b"series,as_of,value,source\ns,2024-01-31,mille,source\n"
CHANGED = "You changed this record: another reviewer must decide on it."
ADDRESS = "/en/admin/programmes/measurement/import/{}/"


def published_by_another(people: dict[str, Any], row: Measurement, hand: str) -> None:
    """Whoever had a hand in a row does not publish it; the reviewer does."""
    with pytest.raises(PermissionDenied) as refused:
        services.publish(row, by=people[hand])
    assert str(refused.value) == CHANGED
    assert services.publish(row, by=people["rachida"]).state == State.PUBLISHED


def test_who_typed_a_cell_in_the_preview_of_anothers_file_does_not_publish_it(
    people: dict[str, Any],
) -> None:
    job = jobs.check(jobs.send("measurements", MILLE, "figures.csv", by=people["amal"]))
    typed = {"do": "repair", "cell-0": "value", "was-0": "mille", "now-0": "9000"}
    signed_in(people["badr"]).post(ADDRESS.format(job.pk), typed)
    job.refresh_from_db()
    jobs.apply(job, by=people["amal"])
    row = services.submit(Measurement.objects.get(), by=people["amal"])
    assert (row.value, row.entered_by) == (9000, people["amal"])
    published_by_another(people, row, "badr")


def test_a_cell_that_was_accepted_is_not_typed_over_in_the_preview(people: dict[str, Any]) -> None:
    job = jobs.check(jobs.send("measurements", FILE, "figures.csv", by=people["amal"]))
    typed = {"do": "repair", "cell-0": "value", "was-0": "5", "now-0": "9000", "rows-0": "2"}
    address = ADDRESS.format(job.pk).replace("/en/", "/fr/")
    page = signed_in(people["badr"]).post(address, typed, follow=True).content.decode()
    assert (
        "Seules les cellules refusées ou à confirmer peuvent être ressaisies ici. Corrigez les autres dans le fichier,"
        " puis renvoyez-le."
    ) in page
    job.refresh_from_db()
    assert jobs.apply(job, by=people["amal"]).state == "applied"
    assert Measurement.objects.get().value == 5


def test_who_says_what_a_column_means_for_another_does_not_publish_its_rows(
    people: dict[str, Any],
) -> None:
    content = b"a,b,c,d\ns,2024-01-31,5,source\n"
    job = jobs.send("measurements", content, "figures.csv", by=people["amal"], to_map=True)
    meanings = {"means-A": "series", "means-B": "as_of", "means-D": "source", "same-value": "9000"}
    form = {"first": "1", "count": "1", **meanings}
    signed_in(people["badr"]).post(f"{ADDRESS.format(job.pk)}columns/", form)
    job.refresh_from_db()
    jobs.apply(job, by=people["amal"])
    row = services.submit(Measurement.objects.get(), by=people["amal"])
    assert row.value == 9000
    published_by_another(people, row, "badr")


@pytest.mark.parametrize(
    "asked", [{"do": "round"}, {"do": "check", "number_format": "1.234,5"}, {"do": "forget"}]
)
def test_who_says_how_anothers_file_is_read_does_not_publish_its_rows(
    people: dict[str, Any], asked: dict[str, str]
) -> None:
    job = jobs.check(jobs.send("measurements", MILLE, "figures.csv", by=people["amal"]))
    job = jobs.check(repair(job, [("value", "mille", "5", [])], by=people["amal"]))
    signed_in(people["badr"]).post(ADDRESS.format(job.pk), asked)
    job.refresh_from_db()
    if asked["do"] == "forget":
        job = jobs.check(repair(job, [("value", "mille", "5", [])], by=people["amal"]))
    jobs.apply(job, by=people["amal"])
    published_by_another(
        people, services.submit(Measurement.objects.get(), by=people["amal"]), "badr"
    )


def test_who_only_looks_at_anothers_file_again_publishes_its_rows(people: dict[str, Any]) -> None:
    job = jobs.check(jobs.send("measurements", FILE, "figures.csv", by=people["amal"]))
    signed_in(people["badr"]).post(ADDRESS.format(job.pk), {"do": "check"})
    job.refresh_from_db()
    jobs.apply(job, by=people["amal"])
    row = services.submit(Measurement.objects.get(), by=people["amal"])
    assert services.publish(row, by=people["badr"]).state == State.PUBLISHED


def test_shares_of_a_file_that_another_applied_bar_its_sender_from_their_figure(
    people: dict[str, Any],
) -> None:
    people["carim"] = make_member("carim", "contributor", "MA")
    dimension = Dimension.objects.create(code="seks", name_fr="Sexe")
    Category.objects.create(dimension=dimension, code="female", name_fr="Femmes")
    entered = jobs.check(jobs.send("measurements", FILE, "figures.csv", by=people["carim"]))
    jobs.apply(entered, by=people["carim"])
    row = Measurement.objects.get()
    content = f"measurement,dimension,category,value\n{row.ref},seks,female,2\n".encode()
    job = jobs.check(jobs.send("measurement-shares", content, "s.csv", by=people["amal"]))
    jobs.apply(job, by=people["badr"])
    row = services.submit(Measurement.objects.get(), by=people["carim"])
    published_by_another(people, row, "amal")
