"""Replies of the responsible bodies: reviewed like figures."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from programmes import services
from programmes.admin.base import search_in
from programmes.admin.forms.filters import EnteredByFilter
from programmes.admin.forms.labels import label_of
from programmes.admin.review.reviewed import ReviewedAdmin
from programmes.models import Reply


@admin.register(Reply)
class ReplyAdmin(ReviewedAdmin):
    code_from = "text"
    corrects = ""
    list_display = (
        "organisation",
        "date",
        "about",
        "source_shown",
        "state_shown",
        "entered_by_shown",
    )
    list_filter = ("state", EnteredByFilter)
    list_select_related = ("milestone", "source", "entered_by")
    search_fields = search_in(
        "code", "*text", "organisation__*name", "target__code", "milestone__code"
    )
    autocomplete_fields = ("target", "milestone", "organisation", "source")
    fieldsets = (
        (None, {"fields": ("target", "milestone", "organisation", "date", "text", "source")}),
        (None, {"fields": ("code",)}),
    )
    read = (
        (
            None,
            {
                "fields": (
                    "target",
                    "milestone",
                    "organisation",
                    "date",
                    "text",
                    "source",
                    "code",
                    "entered_by_shown",
                    "entered_at",
                )
            },
        ),
    )

    @admin.display(description=_("target"))
    def about(self, obj: Reply) -> str:
        return label_of(obj.target or obj.milestone)

    def enter(self, row: Any, *, by: User) -> Any:
        return services.reply(row, by=by)
