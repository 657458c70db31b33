"""Centres."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.forms.filters import by_programme, by_region
from programmes.admin.forms.labels import RELATED, label_of, measured_words, state_mark, written
from programmes.admin.forms.panels import Panel, list_url, listed, listed_milestones, listed_targets
from programmes.admin.review.sealing import VisibilityFilter
from programmes.admin.scope import rows_of
from programmes.models import Centre, Measurement, Milestone, Target


@admin.register(Centre)
class CentreAdmin(TranslatedAdmin):
    code_from = "name"
    list_display = ("name", "kind", "territory", "operator", "languages", "visibility")
    list_filter = ("kind", VisibilityFilter, by_region("territory"), by_programme("programmes"))
    list_select_related = ("territory", "operator", "parent")
    search_fields = search_in(
        "code",
        "*name",
        "other_spellings",
        "*locality",
        "territory__*name",
        "territory__other_spellings",
    )
    autocomplete_fields = (
        "parent",
        "territory",
        "serves",
        "operator",
        "sectors",
        "programmes",
        "sources",
    )
    fieldsets = (
        (None, {"fields": ("kind", "name", "parent", "programmes", "operator", "sectors")}),
        (
            gettext_lazy("Place"),
            {"fields": ("territory", "locality", "serves", "latitude", "longitude")},
        ),
        (None, {"fields": ("facilities", "sources")}),
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

    def get_panels(self, request: HttpRequest, obj: Centre) -> list[Panel]:
        return [
            listed_milestones(
                rows_of(request, Milestone).filter(centre=obj),
                all_url=list_url(Milestone, centre__id__exact=obj.pk),
                buttons=self.add_buttons(request, Milestone, _("Add a milestone"), centre=obj.pk),
            ),
            listed(
                _("Measurements"),
                rows_of(request, Measurement)
                .filter(series__centre=obj)
                .select_related(*RELATED[Measurement]),
                (_("What is counted"), _("Figure"), _("As of"), _("State")),
                lambda row: (
                    label_of(row.series),
                    measured_words(row),
                    written(row.as_of),
                    state_mark(row),
                ),
            ),
            listed_targets(
                _("Targets"),
                rows_of(request, Target).filter(series__centre=obj),
                buttons=self.add_buttons(request, Target, _("Add a target"), centre=obj.pk),
            ),
        ]
