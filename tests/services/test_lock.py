"""One lock and one clock for whatever is published."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from programmes.models import PublicationClock
from programmes.models.guards import guards_lifted
from programmes.services.lock import publication_lock


@pytest.mark.django_db
def test_moments_rise_strictly_and_the_last_is_kept() -> None:
    before = timezone.now()
    moments = []
    for _turn in range(50):
        with transaction.atomic(), publication_lock() as moment:
            moments.append(moment)
    assert moments == sorted(set(moments))
    assert before < moments[0]
    assert PublicationClock.objects.values_list("pk", "last").get() == (1, moments[-1])


@pytest.mark.django_db
def test_clock_that_went_back_gives_a_microsecond_after_the_last_moment() -> None:
    ahead = datetime(2999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    with guards_lifted("a clock that ran ahead"):
        PublicationClock.objects.update_or_create(pk=1, defaults={"last": ahead})
    with publication_lock() as moment:
        assert moment == ahead + timedelta(microseconds=1)


@pytest.mark.django_db
@pytest.mark.parametrize("days", [2, 400_000])
def test_clock_does_not_leap_ahead(days: int) -> None:
    """Whoever could put it ahead would give all that is published after a moment that is not yet."""
    with publication_lock() as moment:
        pass
    with (
        pytest.raises(DatabaseError, match="does not leap ahead of the moment that it is"),
        transaction.atomic(),
    ):
        PublicationClock.objects.update(last=moment + timedelta(days=days))
    assert PublicationClock.objects.get().last == moment


@pytest.mark.django_db
def test_taken_twice_in_one_transaction_it_gives_a_later_moment() -> None:
    with publication_lock() as first, publication_lock() as second:
        assert first < second


@pytest.mark.django_db
def test_row_that_a_flush_took_away_is_made_anew() -> None:
    with guards_lifted("a flush"):
        PublicationClock.objects.all().delete()
    with publication_lock() as moment:
        assert PublicationClock.objects.values_list("pk", "last").get() == (1, moment)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE programmes_publicationclock SET last = '2020-01-01 00:00:00+00:00'",
        "UPDATE programmes_publicationclock SET last = last",
        "DELETE FROM programmes_publicationclock",
    ],
)
def test_clock_is_never_put_back(statement: str) -> None:
    with publication_lock() as moment:
        pass
    with (
        pytest.raises(DatabaseError, match="the clock, which only rises"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert PublicationClock.objects.get().last == moment


@pytest.mark.django_db
def test_what_is_undone_gives_its_moment_back() -> None:
    with publication_lock() as first:
        pass
    with transaction.atomic():
        with publication_lock() as second:
            assert second > first
        transaction.set_rollback(True)
    assert PublicationClock.objects.get().last == first


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(TransactionManagementError), publication_lock():
        pass


@pytest.mark.django_db
def test_migration_makes_the_row() -> None:
    assert PublicationClock.objects.filter(pk=PublicationClock.ONLY).exists()
