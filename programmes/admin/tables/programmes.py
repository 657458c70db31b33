"""Programmes, who takes part in them, and their stages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.admin.base import TrackerHistoryAdmin, TranslatedAdmin, search_in
from programmes.admin.forms.inlines import PartsInline, TranslatedPartsInline
from programmes.admin.forms.panels import (
    Button,
    Panel,
    list_url,
    listed,
    listed_milestones,
    listed_targets,
)
from programmes.admin.review.sealing import PublicState, VisibilityFilter
from programmes.admin.scope import rows_of
from programmes.admin.setup.views import sets_up
from programmes.models import (
    Agreement,
    Centre,
    Milestone,
    Participation,
    Programme,
    Stage,
    Target,
)


class ParticipationInline(PartsInline):
    model = Participation
    autocomplete_fields = ("organisation",)
    fields = ("role", "organisation")


class StageInline(TranslatedPartsInline):
    model = Stage
    fields = ("number", "name")


@admin.register(Programme)
class ProgrammeAdmin(TranslatedAdmin):
    code_from = "name"
    list_display = ("name", "parent", "start", "end", "languages", "visibility")
    list_filter = (VisibilityFilter,)
    list_select_related = ("parent",)
    search_fields = search_in("code", "*name", "other_spellings")
    autocomplete_fields = ("parent", "territories", "sectors", "sources")
    fieldsets = (
        (None, {"fields": ("name", "summary")}),
        (None, {"fields": ("parent", "start", "end", "territories", "sectors", "sources")}),
        (
            gettext_lazy("Search and publication"),
            {
                "fields": (
                    "other_spellings",
                    "code",
                )
            },
        ),
    )
    inlines = (ParticipationInline, StageInline)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"set_up_url": reverse("admin:set_up")} if sets_up(request) else {}
        return super().changelist_view(request, more | (extra_context or {}))

    def public_state(self, request: HttpRequest, obj: Programme) -> PublicState | None:
        """With the way back to where its setting up stands, as long as the public does not see it."""
        state = super().public_state(request, obj)
        if state is not None and not obj.is_public and self.has_change_permission(request, obj):
            address = reverse("admin:set_up_resume", args=[obj.pk])
            state.buttons.append(Button(address, _("Go on setting it up")))
        return state

    def get_panels(self, request: HttpRequest, obj: Programme) -> list[Panel]:
        return [
            self._targets(request, obj),
            self._milestones(request, obj),
            self._centres(request, obj),
            self._agreements(request, obj),
        ]

    def _targets(self, request: HttpRequest, obj: Programme) -> Panel:
        rows = rows_of(request, Target).filter(series__programme=obj)
        return listed_targets(
            _("Targets"),
            rows,
            all_url=list_url(Target, programme=obj.pk),
            buttons=self.add_buttons(request, Target, _("Add a target"), programme=obj.pk),
        )

    def _milestones(self, request: HttpRequest, obj: Programme) -> Panel:
        return listed_milestones(
            rows_of(request, Milestone).filter(programme=obj),
            all_url=list_url(Milestone, programme__id__exact=obj.pk),
            buttons=self.add_buttons(request, Milestone, _("Add a milestone"), programme=obj.pk),
        )

    def _centres(self, request: HttpRequest, obj: Programme) -> Panel:
        return listed(
            _("Centres"),
            rows_of(request, Centre).filter(programmes=obj).select_related("territory"),
            (_("Centre"), _("Kind"), _("Territory")),
            lambda row: (str(row), row.get_kind_display(), str(row.territory)),
            all_url=list_url(Centre, programme=obj.pk),
            buttons=self.add_buttons(request, Centre, _("Add a centre"), programmes=obj.pk),
        )

    def _agreements(self, request: HttpRequest, obj: Programme) -> Panel:
        return listed(
            _("Agreements"),
            rows_of(request, Agreement).filter(programmes=obj),
            (_("Agreement"), _("Kind")),
            lambda row: (str(row), row.get_kind_display()),
            all_url=list_url(Agreement, programme=obj.pk),
            buttons=self.add_buttons(request, Agreement, _("Add an agreement"), programmes=obj.pk),
        )


@admin.register(Participation)
class ParticipationAdmin(TrackerHistoryAdmin):
    list_display = ("programme", "role", "organisation")
    list_filter = ("role",)
    list_select_related = ("programme", "organisation")
    search_fields = search_in("programme__code", "programme__*name", "organisation__*name")
    autocomplete_fields = ("programme", "organisation")
    fields = ("programme", "role", "organisation")


@admin.register(Stage)
class StageAdmin(TranslatedAdmin):
    list_display = ("programme", "number", "name", "languages")
    list_display_links = ("programme", "name")
    list_select_related = ("programme",)
    search_fields = search_in("programme__code", "programme__*name", "*name")
    autocomplete_fields = ("programme",)
    fields = ("programme", "number", "name")
