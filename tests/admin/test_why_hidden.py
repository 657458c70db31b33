"""A record's page says what keeps the public from seeing it, with the page that mends it."""

from typing import Any

import pytest

from programmes.models import Programme
from tests.admin.builders import (
    make_measurement,
    make_milestone,
    make_programme,
    make_series,
    make_target,
    published,
)
from tests.admin.conftest import signed_in
from tests.admin.posting import address_of


def _told(row: Any, user: Any) -> list[tuple[str, str, str]]:
    page = signed_in(user).get(address_of(row, "change"))
    return [(one.words, one.name, one.url) for one in page.context["hidden_by"]]


NOT_SHOWN = "Pas encore montré : il l’est avec ce qui est publié dessus, ou par une étape."


@pytest.fixture
def programme(places: Any) -> Programme:
    return make_programme(places["MA-ERR"], name_fr="Plan")


def test_a_target_of_a_hidden_programme_names_the_programme_and_the_missing_announcement(
    root: Any, places: Any, programme: Programme
) -> None:
    target = make_target(make_series(places["MA-ERR"], programme=programme), root)
    own, announced = _told(target, root)[:2]
    assert own == (NOT_SHOWN, "", "")
    assert announced[:2] == ("Aucune annonce n’en a été publiée.", "Annonces")
    assert announced[2].endswith(f"/targetrevision/?target__id__exact={target.pk}")
    assert (
        "Il repose sur ce qui n’a pas encore été montré (programme) :",
        "Plan",
        address_of(programme, "change"),
    ) in _told(target, root)


def test_a_draft_says_its_state_and_what_hides_it(
    root: Any, places: Any, programme: Programme
) -> None:
    row = make_measurement(make_series(places["MA-ERR"], programme=programme), root)
    told = _told(row, root)
    assert told[0] == ("Son état : brouillon.", "", "")
    assert [name for _words, name, _url in told[1:]].count("Plan") == 1


def test_what_the_public_sees_has_no_such_list(
    root: Any, places: Any, programme: Programme
) -> None:
    row = make_measurement(make_series(places["MA-ERR"], programme=programme), root)
    published(row, root)
    row.refresh_from_db()
    programme.refresh_from_db()
    assert (_told(row, root), _told(programme, root)) == ([], [])


def test_a_milestone_of_a_hidden_programme(root: Any, programme: Programme) -> None:
    told = _told(make_milestone(programme=programme), root)
    assert [name for _words, name, _url in told] == ["", "Plan"]
