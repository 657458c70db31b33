"""The diary of review, to be read."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from programmes.admin.base import TrackerAdmin
from programmes.admin.labels import RELATED, label_of, review_label
from programmes.admin.mixins import OnlyShown
from programmes.admin.panels import change_url
from programmes.models import (
    Amendment,
    Measurement,
    MilestoneStatement,
    Reply,
    ReviewEvent,
    TargetRevision,
)

RECORDS = {
    "measurement": Measurement,
    "revision": TargetRevision,
    "statement": MilestoneStatement,
    "reply": Reply,
    "amendment": Amendment,
}


@admin.register(ReviewEvent)
class ReviewEventAdmin(OnlyShown, TrackerAdmin):
    list_display = ("at", "record", "from_state", "to_state", "by", "note")
    list_filter = ("to_state",)
    list_select_related = (
        "by",
        *(f"{name}__{path}" for name, model in RECORDS.items() for path in RELATED.get(model, ())),
        "amendment",
    )
    date_hierarchy = "at"
    actions = None
    fields = ("at", "record", "from_state", "to_state", "by", "note")

    @admin.display(description=_("record"))
    def record(self, obj: ReviewEvent) -> SafeString:
        row = next(row for name in RECORDS if (row := getattr(obj, name)) is not None)
        label = review_label(row) if isinstance(row, Amendment | Reply) else label_of(row)
        return format_html('<a href="{}">{}</a>', change_url(row), label)
