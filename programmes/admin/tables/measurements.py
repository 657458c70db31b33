"""Measurements and their breakdown."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import ForeignKey, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programmes import services
from programmes.admin.base import search_in
from programmes.admin.forms.filters import EnteredByFilter, by_programme, by_region
from programmes.admin.forms.inlines import PartsInline
from programmes.admin.forms.labels import RELATED, label_of, measured_words
from programmes.admin.forms.ratios import RatioForm, as_typed
from programmes.admin.review.reviewed import ReviewedAdmin
from programmes.admin.review.unusual import UnusualForm, UnusualScreen
from programmes.models import Measurement, MeasurementShare, Series


class MeasurementForm(UnusualForm, RatioForm):
    ratio_boxes = ("value",)

    def stored_series(self) -> Series | None:
        series: Series | None = self.instance.series
        return series

    def typed_series(self) -> Series | None:
        return self.cleaned_data.get("series")


class ShareInline(PartsInline):
    model = MeasurementShare
    autocomplete_fields = ("category",)
    fields = ("category", "value")


@admin.register(Measurement)
class MeasurementAdmin(UnusualScreen, ReviewedAdmin):
    form = MeasurementForm
    corrects = "supersedes"
    fixed = ()
    list_display = ("label", "figure", "as_of", "source_shown", "state_shown", "entered_by_shown")
    list_filter = (
        "state",
        EnteredByFilter,
        by_region("series__territory"),
        by_programme("series__programme"),
    )
    list_select_related = ("source", "entered_by")
    search_fields = search_in(
        "ref",
        "series__code",
        "series__*name",
        "series__indicator__*name",
        "series__programme__*name",
        "series__centre__*name",
        "series__centre__other_spellings",
        "series__territory__*name",
        "series__territory__other_spellings",
    )
    autocomplete_fields = ("series", "source", "supersedes")
    copied = (
        "series",
        "period_start",
        "as_of",
        "value",
        "numerator",
        "denominator",
        "qualifier",
        "source",
        "note",
    )
    fieldsets = (
        (None, {"fields": ("series", "as_of", "period_start")}),
        (
            _("The figure"),
            {
                "fields": ("value", ("numerator", "denominator"), "qualifier"),
                "description": _(
                    "Give the value; or, for a ratio, how many (numerator) out of how many (denominator). A ratio is "
                    "typed as a percentage: 73 for 73 %."
                ),
            },
        ),
        (_("Where it comes from"), {"fields": ("source", "note")}),
        (_("If it corrects a published figure"), {"fields": ("supersedes", "reason")}),
    )
    read = (
        (
            None,
            {
                "fields": (
                    "series_shown",
                    "figure",
                    "as_of",
                    "period_start",
                    "source",
                    "note",
                    "supersedes",
                    "reason",
                    "ref",
                    "entered_by_shown",
                    "entered_at",
                )
            },
        ),
    )
    inlines = (ShareInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Series come in a query of their own: joins of many tables take the database longer to plan than to run."""
        series = Series.objects.select_related(*RELATED[Series])
        rows = super().get_queryset(request).select_related(None)
        return rows.select_related(*self.list_select_related).prefetch_related(
            Prefetch("series", queryset=series)
        )

    @admin.display(description=_("what is counted"), ordering="series")
    def label(self, obj: Measurement) -> str:
        return label_of(obj.series)

    @admin.display(description=_("what is counted"))
    def series_shown(self, obj: Measurement) -> str:
        return label_of(obj.series)

    @admin.display(description=_("figure"))
    def figure(self, obj: Measurement) -> str:
        return measured_words(obj)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        """Who enters a figure need not meet the word *series*: it is what is counted."""
        if db_field.name == "series":
            options["label"] = capfirst(_("what is counted"))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def enter(self, row: Any, *, by: User) -> Any:
        return services.record(row, by=by)

    def copy_of(self, row: Any) -> dict[str, Any]:
        return super().copy_of(row) | {"value": as_typed(row.series, row.value)}
