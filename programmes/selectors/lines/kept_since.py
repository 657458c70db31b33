"""Since when the site keeps what it said: nothing can be asked of an earlier moment."""

from datetime import datetime

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from programmes.models import PublicationClock, ReviewEvent, Standing, State
from programmes.models.review_event import RECORDS


def kept_since() -> datetime | None:
    """The moment of the first publication; None before it. One query."""
    # the review log is in the order of time; what was written down without it, by its own first row
    published = Coalesce(*(f"{name}__published_at" for name in RECORDS))
    steps = ReviewEvent.objects.filter(to_state=State.PUBLISHED).order_by("pk")
    found = (
        PublicationClock.objects.filter(pk=PublicationClock.ONLY)
        .annotate(
            step=Subquery(steps.annotate(moment=published).values("moment")[:1]),
            standing=Subquery(Standing.objects.order_by("pk").values("known_from")[:1]),
        )
        .values_list("step", "standing")
        .first()
    )
    return min(filter(None, found or ()), default=None)
