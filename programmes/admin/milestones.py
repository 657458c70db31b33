"""Milestones."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.filters import Awaited, by_programme, by_region
from programmes.admin.labels import written
from programmes.admin.panels import Panel, list_url, listed
from programmes.admin.reviewed import state_mark
from programmes.admin.scope import rows_of
from programmes.models import Milestone, MilestoneStatement, Reply


@admin.register(Milestone)
class MilestoneAdmin(TranslatedAdmin):
    code_from = "title_fr"
    list_display = ("title", "kind", "about", "languages", "is_public")
    list_filter = (
        "kind",
        Awaited,
        "is_public",
        by_region("centre__territory"),
        by_programme("programme"),
    )
    list_select_related = ("programme", "centre", "agreement")
    search_fields = search_in(
        "code",
        "*title",
        "programme__*name",
        "centre__*name",
        "centre__other_spellings",
        "agreement__*title",
    )
    autocomplete_fields = ("programme", "centre", "agreement")
    fieldsets = (
        (
            None,
            {
                "fields": ("kind", "title", "programme", "centre", "agreement"),
                "description": gettext_lazy(
                    "A milestone belongs to one programme, one centre or one agreement. Its dates are in its "
                    "statements."
                ),
            },
        ),
        (None, {"fields": ("code", "is_public")}),
    )

    @admin.display(description=gettext_lazy("belongs to"))
    def about(self, obj: Milestone) -> str:
        return str(obj.programme or obj.centre or obj.agreement)

    def get_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        return [
            listed(
                _("What was said of it"),
                rows_of(request, MilestoneStatement)
                .filter(milestone=obj)
                .select_related("source")
                .order_by("number"),
                (_("Statement"), _("Date"), _("Announced on"), _("State"), _("Source")),
                lambda row: (
                    row.get_kind_display(),
                    row.date_text or written(row.date),
                    written(row.announced),
                    state_mark(row),
                    str(row.source),
                ),
                all_url=list_url(MilestoneStatement, milestone__id__exact=obj.pk),
                buttons=self.adding(
                    request, MilestoneStatement, _("Add a statement"), milestone=obj.pk
                ),
            ),
            listed(
                _("Replies"),
                rows_of(request, Reply).filter(milestone=obj).select_related("organisation"),
                (_("Organisation"), _("Date")),
                lambda row: (str(row.organisation), written(row.date)),
                buttons=self.adding(request, Reply, _("Add a reply"), milestone=obj.pk),
            ),
        ]
