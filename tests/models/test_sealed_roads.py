"""On each road the model itself refuses, with its sentence, what the database would refuse after it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import override

from programmes.models import (
    Category,
    Centre,
    Dimension,
    FrozenRowError,
    Programme,
    Series,
    Signature,
    Source,
)
from programmes.models.guards import guards_lifted
from programmes.models.sealed import SealedError, seal, unsealed_below
from tests.builders import (
    make_agreement,
    make_centre,
    make_indicator,
    make_measurement,
    make_organisation,
    make_programme,
    make_series,
    make_source,
    make_sum,
    show,
)

pytestmark = pytest.mark.django_db

RELIED_ON = (
    "The public relies on this record: {} can only be changed by an amendment, which says in public what changed and "
    "why. Propose a change."
)
SHOWN = "New records start hidden and are shown through review."
KEPT = "The public relies on this record: it is never removed. It can be withdrawn, with a reason."


def refused(kind: type[Exception], sentence: str, step: Callable[[], object]) -> None:
    with override("en"):
        with pytest.raises(kind) as error, transaction.atomic():
            step()
        assert type(error.value) is kind
        assert str(error.value) == sentence


@pytest.fixture
def sealed() -> Series:
    return show(make_series("sealed"))


@pytest.fixture
def free() -> Series:
    return make_series("free", indicator=make_indicator("free"))


def test_queryset_changes_what_is_free_and_refuses_what_is_sealed(
    sealed: Series, free: Series
) -> None:
    sentence = RELIED_ON.format("reporting interval in months")
    both = Series.objects.filter(pk__in=[sealed.pk, free.pk])
    refused(SealedError, sentence, lambda: both.update(interval_months=3))
    sealed.interval_months = free.interval_months = 3
    refused(
        SealedError,
        sentence,
        lambda: Series.objects.bulk_update([free, sealed], ["interval_months"]),
    )
    assert Series.objects.filter(pk=free.pk).update(interval_months=6) == 1
    free.interval_months = 4
    assert Series.objects.bulk_update([free], ["interval_months"]) == 1
    with guards_lifted("a moment of its own"):
        assert Series.objects.bulk_update([sealed], ["interval_months"]) == 1
    assert list(both.order_by("code").values_list("interval_months", flat=True)) == [4, 3]


def test_nothing_is_sealed_but_by_review(free: Series) -> None:
    now = timezone.now()
    rows = Series.objects.filter(pk=free.pk)
    refused(FrozenRowError, SHOWN, lambda: rows.update(sealed_at=now))
    free.sealed_at = now
    refused(FrozenRowError, SHOWN, lambda: rows.bulk_update([free], ["sealed_at"]))
    refused(FrozenRowError, SHOWN, free.save)

    def made(**columns: Any) -> Source:
        return Source(kind="article", title="A", publisher="B", language="fr", **columns)

    refused(
        FrozenRowError,
        SHOWN,
        lambda: Source.objects.bulk_create([made(code="a"), made(code="b", sealed_at=now)]),
    )
    refused(
        FrozenRowError,
        SHOWN,
        lambda: Source.objects.bulk_create(
            [made(code="a")],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["title"],
        ),
    )
    assert len(Source.objects.bulk_create([made(code="a"), made(code="b")])) == 2
    assert Source.objects.filter(code__in=["a", "b"]).count() == 2


def test_what_is_sealed_is_removed_on_no_road(sealed: Series, free: Series) -> None:
    both = Series.objects.filter(pk__in=[sealed.pk, free.pk])
    refused(FrozenRowError, KEPT, sealed.delete)
    refused(FrozenRowError, KEPT, both.delete)
    refused(FrozenRowError, KEPT, lambda: both._raw_delete("default"))
    assert both.count() == 2
    assert Series.objects.filter(pk=free.pk).delete()[0] == 1
    other = make_series("other", indicator=make_indicator("other"))
    Series.objects.filter(pk=other.pk)._raw_delete("default")
    assert not Series.objects.filter(pk=other.pk).exists()


def test_child_rows_are_sealed_with_their_record_on_each_road() -> None:
    bodies = [make_organisation(code) for code in ("one", "two")]
    seen, hidden = (
        make_agreement("seen", is_public=False),
        make_agreement("hidden", is_public=False),
    )
    kept, free = (
        Signature.objects.create(agreement=row, organisation=bodies[0]) for row in (seen, hidden)
    )
    show(seen)
    sentence = RELIED_ON.format("signatures")
    rows = Signature.objects.filter(pk__in=[kept.pk, free.pk])
    kept.office_fr = free.office_fr = "Directrice"
    moved = Signature(pk=free.pk, agreement=seen, organisation=bodies[1])
    for step in (
        lambda: rows.update(office_fr="Directrice"),
        lambda: Signature.objects.bulk_update([free, kept], ["office_fr"]),
        lambda: Signature.objects.bulk_update([moved], ["agreement"]),
        lambda: Signature.objects.bulk_create([Signature(agreement=seen, organisation=bodies[1])]),
        rows.delete,
        lambda: rows._raw_delete("default"),
        kept.save,
        kept.delete,
        lambda: Signature(pk=kept.pk, agreement=hidden, organisation=bodies[1]).save(),
    ):
        refused(SealedError, sentence, step)
    assert rows.count() == 2
    assert Signature.objects.bulk_update([free], ["office_fr"]) == 1
    made = Signature.objects.bulk_create([Signature(agreement=hidden, organisation=bodies[1])])
    assert Signature.objects.get(pk=free.pk).office == "Directrice"
    assert Signature.objects.filter(pk=free.pk).delete()[0] == 1
    Signature.objects.filter(pk=made[0].pk)._raw_delete("default")
    assert list(Signature.objects.all()) == [kept]


def test_sets_are_sealed_from_both_ends() -> None:
    centre, free = make_centre("seen"), make_centre("hidden", is_public=False)
    one, two = make_programme("one"), make_programme("two")
    with guards_lifted("before it was shown"):
        centre.programmes.add(one)
    free.programmes.add(one, two)
    sentence = RELIED_ON.format("programmes")
    for step in (
        lambda: centre.programmes.add(two),
        lambda: centre.programmes.remove(one),
        lambda: centre.programmes.clear(),
        lambda: two.centres.add(centre),
        lambda: one.centres.remove(centre),
        lambda: one.centres.clear(),
    ):
        refused(SealedError, sentence, step)
    centre.programmes.add(one)  # what stands is no change
    two.centres.clear()
    assert {row.code: list(row.programmes.all()) for row in Centre.objects.all()} == {
        "seen": [one],
        "hidden": [one],
    }


def test_what_a_record_rests_on_is_found_once_and_sealed_once(sealed: Series) -> None:
    first = Programme.objects.get(pk=sealed.programme_id).sealed_at
    again = make_series("again", indicator=sealed.indicator, programme=sealed.programme)
    assert unsealed_below(again) == [again]
    source = make_source()
    centre = make_centre(
        "resting", is_public=False, sources=[source], programmes=[sealed.programme]
    )
    below = unsealed_below(centre)
    assert {str(type(one).__name__) for one in below} == {"Centre", "Source", "Territory"}
    assert len(below) == len({(type(one), one.pk) for one in below})
    with guards_lifted("a moment of its own"):
        seal([sealed.programme], timezone.now())
    assert Programme.objects.get(pk=sealed.programme_id).sealed_at == first


def below(row: models.Model) -> set[str]:
    """The records that a row rests on and that are not sealed yet, by table and code."""
    return {f"{type(one).__name__} {getattr(one, 'code', one.pk)}" for one in unsealed_below(row)}


def test_what_a_row_rests_on_is_found_in_columns_sets_parts_and_sums() -> None:
    programme = make_programme("named", is_public=False)
    agreement = make_agreement("signed", is_public=False, programmes=[programme])
    Signature.objects.create(agreement=agreement, organisation=make_organisation("signs"))
    assert below(agreement) == {"Agreement signed", "Programme named", "Organisation signs"}

    apart = make_programme("apart", is_public=False)
    whole = make_sum("whole", programme=None)
    part = make_series("part", programme=apart, part_of=whole)
    counted = {"Series whole", "Series part", "Programme apart", "Indicator people-trained"}
    assert below(whole) == counted | {"Territory MA"}

    dimension = Dimension.objects.create(code="sex", name_fr="Sexe")
    women = Category.objects.create(dimension=dimension, code="women", name_fr="Femmes")
    figure = make_measurement(part, "2023", 5, draft=True)
    figure.shares.create(category=women, value=2)
    kinds = {"Source source", "Category women", "Dimension sex"}
    assert below(figure) == counted | kinds | {"Territory MA"}
    show(part)
    assert below(figure) == kinds


def test_empty_column_of_what_is_sealed_is_filled_by_an_amendment_alone() -> None:
    programme = make_programme("smaller")
    assert programme.parent is None
    programme.parent = make_programme("larger")
    refused(SealedError, RELIED_ON.format("part of"), programme.save)
