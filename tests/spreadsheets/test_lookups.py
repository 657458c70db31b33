"""Records are found by code, HCP code or any spelling of their name; one that fits two is not guessed."""

import csv
from typing import Any

import pytest

from programmes.models import Organisation, Sector, Territory
from programmes.spreadsheets.columns.cells import RowCell, RowsCell
from programmes.spreadsheets.columns.lookups import Lookups
from programmes.spreadsheets.importing.sample import FOLDER, data_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def lookups() -> Lookups:
    """The lookups of an account that sees all, over the territories that come with the tracker."""
    with (FOLDER / "territories.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    made: dict[str, Territory] = {}
    for row in rows:
        made[row["code"]] = Territory.objects.create(
            **{name: row[name] for name in ("code", "hcp_code", "kind", "name_fr", "name_ar")},
            name_en=row["name_en"],
            parent=made.get(row["parent"]),
            other_spellings=row["other_spellings"].replace("|", "\n"),
        )
    return Lookups(data_account())


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    [
        *("MA-REH", "ma-reh", "MA REH", "07.427", 7.427, "7,427", "Rehamna", "RHAMNA", "rhamna "),
        *("الرحامنة", "الرحامنه", "الرّحامنـة"),
    ],
)
def test_territory_is_found_by_any_spelling(typed: Any, lookups: Lookups) -> None:
    assert RowCell(Territory).clean(typed, lookups=lookups).code == "MA-REH"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Préfecture de Meknès", "MA-MEK"),
        ("عمالة مكناس", "MA-MEK"),
        ("Province de Rehamna", "MA-REH"),
        ("Rabat Prefecture", "MA-RAB"),
        ("Béni Mellal-Khénifra (MA-05)", "MA-05"),
        ("Région de l’Oriental", "MA-02"),
        ("Meknès (Fès-Meknès)", "MA-MEK"),
        ("Région de Marrakech", ""),
        ("جهة مراكش", ""),
        ("Région de Casablanca", ""),
        ("Préfecture de l'Oriental", ""),
        ("Béni Mellal-Khénifra (MA-03)", ""),
        ("Préfecture de Meknès (MA-05)", ""),
        ("Meknès (Béni Mellal-Khénifra)", ""),
    ],
)
def test_kind_beside_a_name_and_code_in_brackets_say_the_same_as_the_record(
    typed: str, code: str, lookups: Lookups
) -> None:
    """Else it is read as nothing without a question."""
    cell = RowCell(Territory)
    found = cell.clean(typed, lookups=lookups)
    asked = cell.doubt(typed, found, lookups)
    if code:
        assert (found.code, asked) == (code, None)
    else:
        assert asked is not None
        assert asked.sentence.startswith(f"“{typed}” is read as ")


def test_brackets_that_fit_several_records_say_the_same_as_one_of_them(lookups: Lookups) -> None:
    Territory.objects.filter(code="MA-REH").update(other_spellings="Fès-Meknès")
    cell = RowCell(Territory)
    for typed, code, is_asked in (
        ("Meknès (Fès-Meknès)", "MA-MEK", False),
        ("Rehamna (Fès-Meknès)", "MA-REH", False),
        ("Settat (Fès-Meknès)", "MA-SET", True),
    ):
        found = cell.clean(typed, lookups=lookups)
        asked = cell.doubt(typed, found, lookups)
        assert (found.code, asked is not None) == (code, is_asked)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("fes meknes", "MA-03"),
        (3.0, "MA-03"),
        ("03", "MA-03"),
        ("l oriental", "MA-02"),
        ("Tanger Tétouan-Al Hoceïma", "MA-01"),
        ("المملكة المغربيه", "MA"),
    ],
)
def test_region_is_found_by_any_spelling(typed: Any, code: str, lookups: Lookups) -> None:
    assert RowCell(Territory).clean(typed, lookups=lookups).code == code


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed", ["Atlantis", "13", "MA-XX", "07.4270001", "-", "شرق", "NaN", "inf"]
)
def test_unknown_territory_is_refused(typed: str, lookups: Lookups) -> None:
    with pytest.raises(ValueError, match="neither the code"):
        RowCell(Territory).clean(typed, lookups=lookups)


def test_name_of_two_records_lists_them(lookups: Lookups) -> None:
    Organisation.objects.create(code="a-1", kind="other", name_fr="Métiers d'art")
    Organisation.objects.create(
        code="a-2", kind="other", name_fr="Artisanat", other_spellings="METIERS D’ART"
    )
    with pytest.raises(ValueError, match=r"Artisanat \(a-2\), Métiers d'art \(a-1\)"):
        RowCell(Organisation).clean("métiers d'Art", lookups=lookups)
    assert RowCell(Organisation).clean("a-1", lookups=lookups).code == "a-1"
    assert RowCell(Organisation).clean("A-2", lookups=lookups).code == "a-2"


def test_code_comes_before_the_name_of_another(lookups: Lookups) -> None:
    Sector.objects.create(code="soins", name_fr="Santé A")
    Sector.objects.create(code="autre", name_fr="Soins")
    assert RowCell(Sector).clean("soins", lookups=lookups).code == "soins"
    assert RowCell(Sector).clean("SOINS", lookups=lookups).code == "soins"


def test_organisation_is_found_by_its_acronym(lookups: Lookups) -> None:
    Organisation.objects.create(code="x-y", kind="other", name_fr="Office", acronym="O.X.Y.")
    assert RowCell(Organisation).clean("o.x.y.", lookups=lookups).code == "x-y"


def test_several_records_are_found_by_name_once_each(lookups: Lookups) -> None:
    found = RowsCell(Territory).clean("MA-03| Fès Meknès |Rhamna", lookups=lookups)
    assert [row.code for row in found] == ["MA-03", "MA-REH"]


def test_record_that_the_file_makes_is_found_by_name(lookups: Lookups) -> None:
    cell = RowCell(Sector)
    with pytest.raises(ValueError, match="neither the code"):
        cell.clean("Nouveau métier", lookups=lookups)
    coming = Sector(code="nouveau", name_fr="Nouveau métier")
    lookups.expect(coming, "code")
    assert cell.clean("nouveau MÉTIER", lookups=lookups) is coming


def test_table_is_read_once(lookups: Lookups, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        for typed in ("MA-REH", "Rhamna", "fes meknes", "07.427"):
            RowCell(Territory).clean(typed, lookups=lookups)
