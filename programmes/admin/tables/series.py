"""Series: the followed figures."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import access, services
from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.forms.filters import ReportingFilter, by_programme, by_region
from programmes.admin.forms.labels import RELATED, label_of
from programmes.admin.forms.panels import (
    Panel,
    list_url,
    listed,
    listed_measurements,
    listed_targets,
)
from programmes.admin.forms.record_forms import TrackerForm
from programmes.admin.scope import rows_of
from programmes.models import Measurement, Series, Target
from programmes.type_names import staff_request


class SeriesForm(TrackerForm):
    def _name_of(self, cleaned: dict[str, Any]) -> str:
        """The code of a series is made of those of what it joins, as where a target makes it."""
        names = ("indicator", "territory", "programme", "centre")
        chosen: list[Any] = [cleaned.get(name) for name in names]
        return services.SeriesIdentity(*chosen).stem


@admin.register(Series)
class SeriesAdmin(TranslatedAdmin):
    form = SeriesForm
    code_from = "indicator"
    list_display = ("label", "programme", "centre", "territory", "role", "interval_months")
    list_filter = ("role", ReportingFilter, by_region("territory"), by_programme("programme"))
    list_select_related = ("indicator", "programme", "centre", "territory")
    search_fields = search_in(
        "code",
        "*name",
        "indicator__*name",
        "programme__*name",
        "programme__other_spellings",
        "centre__*name",
        "centre__other_spellings",
        "territory__*name",
        "territory__other_spellings",
    )
    autocomplete_fields = ("indicator", "territory", "programme", "centre", "areas", "part_of")
    fieldsets = (
        (
            None,
            {
                "fields": ("indicator", "programme", "centre", "territory", "areas"),
                "description": gettext_lazy(
                    "What is counted, of which programme or centre, and where. Once a figure or a target of the series "
                    "is published, these no longer change."
                ),
            },
        ),
        (
            gettext_lazy("Its figures"),
            {
                "fields": (
                    "figures",
                    "part_of",
                    "counted_kind",
                    ("interval_months", "delay_days"),
                )
            },
        ),
        (None, {"fields": ("role", "name", "code")}),
    )

    @admin.display(description=gettext_lazy("what is followed"), ordering="indicator")
    def label(self, obj: Series) -> str:
        return obj.name or str(obj.indicator)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        # the name of a series is optional: an empty one is not a missing translation
        return list(self.list_filter)

    def write(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        twin = None
        if not change:
            place = services.SeriesIdentity(obj.indicator, obj.territory, obj.programme, obj.centre)
            twin = services.twin_series(place)
        super().write(request, obj, form, change)
        if twin is not None and access.may_change(staff_request(request).user, twin):
            messages.warning(
                request,
                _(
                    "Another series already follows the same indicator at the same place: %(series)s. "
                    "If they count the same thing, keep only one."
                )
                % {"series": label_of(twin)},
            )

    def get_panels(self, request: HttpRequest, obj: Series) -> list[Panel]:
        return [
            listed_targets(
                _("Targets"),
                rows_of(request, Target).filter(series=obj),
                all_url=list_url(Target, series__id__exact=obj.pk),
            ),
            listed_measurements(
                rows_of(request, Measurement).filter(series=obj),
                all_url=list_url(Measurement, series__id__exact=obj.pk),
                buttons=self.add_buttons(
                    request, Measurement, _("Add a measurement"), series=obj.pk
                )
                if obj.figures == Series.Figures.OWN
                else [],
            ),
            listed(
                _("Its part series"),
                rows_of(request, Series).filter(part_of=obj).select_related(*RELATED[Series]),
                (_("What is followed"),),
                lambda row: (label_of(row),),
                all_url=list_url(Series, part_of__id__exact=obj.pk),
            ),
        ]
