"""Statements on milestones: planned, reached, cancelled."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from programmes import services
from programmes.admin.base import search_in
from programmes.admin.forms.filters import EnteredByFilter
from programmes.admin.review.reviewed import ReviewedAdmin
from programmes.models import MilestoneStatement


@admin.register(MilestoneStatement)
class MilestoneStatementAdmin(ReviewedAdmin):
    list_display = (
        "milestone",
        "kind",
        "date",
        "date_text",
        "announced",
        "source_shown",
        "state_shown",
        "entered_by_shown",
    )
    list_filter = ("state", EnteredByFilter, "kind")
    list_select_related = ("milestone", "source", "entered_by")
    search_fields = search_in("milestone__code", "milestone__*title", "wording")
    autocomplete_fields = ("milestone", "source", "corrects")
    fixed = ("milestone",)
    copied = ("milestone", "kind", "date", "announced", "source")
    printed = ("date_text", "wording")
    fieldsets = (
        (None, {"fields": ("milestone", "kind", "date", "date_text")}),
        (
            _("Who said so, and when"),
            {"fields": ("announced", "source", "wording", "wording_language")},
        ),
        (
            _("If it changes what was said before"),
            {
                "fields": ("reason", "corrects"),
                "description": _("A correction gives its own reason. The public reads it."),
            },
        ),
    )
    read = (
        (
            None,
            {
                "fields": (
                    "milestone",
                    "number",
                    "kind",
                    "date",
                    "date_text",
                    "announced",
                    "source",
                    "wording",
                    "wording_language",
                    "reason",
                    "corrects",
                    "entered_by_shown",
                    "entered_at",
                )
            },
        ),
    )

    def enter(self, row: Any, *, by: User) -> Any:
        return services.state(row, by=by)
