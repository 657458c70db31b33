"""Publishing submitted figures one by one: ours, a stock admin action, and the two statements that it needs at least.

Each figure is on a series of its own that nothing published rests on yet, so that each publication seals one.
"""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from programmes import services
from programmes.models import Measurement, ReviewEvent, State
from programmes.services.lock import publication_lock
from tests.benchmarks.figures import make_drafts

FIGURES = 1000


def submitted(user: Any) -> list[Measurement]:
    """Figures that wait for review."""
    make_drafts(FIGURES, user)
    rows = Measurement.objects.filter(state=State.DRAFT).order_by("pk")
    return [services.submit(row, by=user) for row in rows]


def reviewer() -> Any:
    """Another superuser: nobody publishes their own."""
    return get_user_model().objects.get_or_create(
        username="reviewer", defaults={"is_staff": True, "is_superuser": True}
    )[0]


@transaction.atomic
def a_moment() -> datetime:
    """A moment of the clock: no other is let into the table."""
    with publication_lock() as at:
        return at


def publish_ours(rows: list[Measurement], by: Any) -> None:
    for row in rows:
        services.publish(row, by=by)


def publish_stock(rows: list[Measurement], by: Any) -> None:
    """What an action of the stock admin does: each record read, changed, checked, saved and logged."""
    kind, at = ContentType.objects.get_for_model(Measurement).pk, a_moment()
    for row in rows:
        with transaction.atomic():
            stored = Measurement.objects.select_for_update().get(pk=row.pk)
            stored.state, stored.published_at = State.PUBLISHED, at
            stored.full_clean()
            stored.save()
            LogEntry.objects.create(
                user_id=by.pk,
                content_type_id=kind,
                object_id=row.pk,
                object_repr=str(row),
                action_flag=CHANGE,
                change_message="published",
            )


def publish_floor(rows: list[Measurement], by: Any) -> None:
    """One statement on the row and one in the review log."""
    # not through its own queryset, which refuses steps of review
    table, at = models.QuerySet(Measurement), a_moment()
    for row in rows:
        with transaction.atomic():
            table.filter(pk=row.pk).update(state=State.PUBLISHED, published_at=at)
            ReviewEvent.objects.create(
                measurement=row, from_state=State.SUBMITTED, to_state=State.PUBLISHED, by=by
            )


PUBLISHING = {"ours": publish_ours, "stock": publish_stock, "floor": publish_floor}
