"""A road into the data more ends where CONTRIBUTING.md says: a command that enters figures is added to a copy, tried as
the other roads are, and held to the tests of rooms and commands."""

from pathlib import Path

import pytest

from tests.scratch import add_before, make_copy, run_in

COMMAND = '''"""`manage.py record_figure`: enters a figure as a draft, in the name of a member of staff."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from programmes import services
from programmes.calculations.dates import DateError, PreciseDate
from programmes.models import Measurement, Series, Source


class Command(BaseCommand):
    help = "Enters a figure as a draft, in the name of a member of staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("series", "as_of", "value", "source"):
            parser.add_argument(name)
        parser.add_argument("--by", required=True, help="the account that enters it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = Measurement(
                series=Series.objects.get(code=options["series"]),
                value=Decimal(options["value"]),
                source=Source.objects.get(code=options["source"]),
            )
            row.as_of = PreciseDate.parse(options["as_of"])
            by = get_user_model().objects.get(username=options["by"])
            row = services.record(row, by=by)
        except PermissionDenied:
            raise CommandError(f"{options['by']} enters no figures of this series.") from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except (ObjectDoesNotExist, InvalidOperation, DateError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(row.ref)
'''
TEST = '''"""Figures that a command enters."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programmes.models import Measurement, State
from tests.builders import day, make_measurement, make_region, make_series, make_source
from tests.conftest import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> None:
    for code in ("MA-04", "MA-07"):
        make_region(code)
    make_series("trained", territory=make_region("MA-07"))
    make_source("bilan")
    make_member("amina", "contributor", "MA-07")
    make_member("badr", "contributor", "MA-04")


def told(*words: str) -> str:
    out = StringIO()
    call_command("record_figure", *words, stdout=out)
    return out.getvalue().strip()


@pytest.mark.usefixtures("places")
def test_figure_arrives_as_a_draft_of_whoever_enters_it() -> None:
    ref = told("trained", "2024-05-31", "0", "bilan", "--by", "amina")

    row = Measurement.objects.get(ref=ref)
    assert (row.state, row.value, row.as_of, row.entered_by.username) == (
        State.DRAFT, 0, day("2024-05-31"), "amina",
    )


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("2024-05-31", "1", "bilan", "--by", "badr"), "badr enters no figures of this series."),
        (("2024-05-31", "1", "nowhere", "--by", "amina"), "Source matching query does not exist."),
        (("2024-05-31", "1", "bilan"), "--by"),
    ],
)
def test_others_enter_nothing(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        told("trained", *words)
    assert not Measurement.objects.exists()


@pytest.mark.usefixtures("places")
def test_what_is_published_stays_beside_it() -> None:
    published = make_measurement(make_series("trained"), "2024-05-31", 10)
    told("trained", "2024-05-31", "999", "bilan", "--by", "amina")

    published.refresh_from_db()
    assert (published.state, published.value) == (State.PUBLISHED, 10)
'''
HELD_TO = ("tests/test_recorded_figure.py", "tests/test_architecture.py")


def add_road(copy: Path) -> None:
    """The steps of CONTRIBUTING.md: through the service, in somebody's name, as a draft, and tried."""
    (copy / "programmes/management/commands/record_figure.py").write_text(COMMAND)
    (copy / "tests/test_recorded_figure.py").write_text(TEST)


@pytest.mark.long
def test_a_road_into_the_data_is_added_where_contributing_says(tmp_path: Path) -> None:
    copy = make_copy(tmp_path)
    add_road(copy)

    run_in(copy, "-m", "pytest", "-q", "-n", "0", "-m", "not long", *HELD_TO)
    run_in(copy, "manage.py", "makemigrations", "--check", "--dry-run")


@pytest.mark.long
def test_a_road_past_the_services_is_refused(tmp_path: Path) -> None:
    """What arrives published, or in nobody's name, does not arrive."""
    copy = make_copy(tmp_path)
    add_road(copy)
    add_before(
        copy / "programmes/management/commands/record_figure.py",
        "            row = services.record(row, by=by)",
        '            row.state, row.published_at = "published", "2024-06-01T00:00Z"\n            row.save()\n',
    )
    with pytest.raises(AssertionError, match="FrozenRowError"):
        run_in(copy, "-m", "pytest", "-q", "-n", "0", HELD_TO[0])
