"""The review log, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from programmes.admin.base import TrackerAdmin
from programmes.admin.forms.labels import RELATED, find_records, label_of
from programmes.admin.forms.mixins import ReadOnlyAdmin
from programmes.admin.forms.panels import change_url
from programmes.admin.forms.record_search import QuickList
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


class ReviewLogList(QuickList):
    """The records that the shown proposals speak of are read once for each table."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        find_records(one.amendment for one in self.result_list if one.amendment)


@admin.register(ReviewEvent)
class ReviewEventAdmin(ReadOnlyAdmin, TrackerAdmin):
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
        return format_html('<a href="{}">{}</a>', change_url(row), label_of(row))

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ReviewLogList]:
        return ReviewLogList
