"""Announcements of targets, and the intermediate values they name."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from programmes import services
from programmes.admin.base import TrackerAdmin, search_in
from programmes.admin.forms.filters import EnteredByFilter, by_programme, by_region
from programmes.admin.forms.inlines import PartsInline
from programmes.admin.forms.labels import RELATED, figure_words, label_of, plain_figure
from programmes.admin.forms.ratios import PartRatioForm, RatioForm, as_typed, series_of
from programmes.admin.review.reviewed import ReviewedAdmin
from programmes.admin.review.reviewed_parts import ReviewedPartAdmin
from programmes.admin.review.unusual import UnusualForm, UnusualScreen
from programmes.admin.scope import rows_of
from programmes.models import Series, Target, TargetRevision, Waypoint
from programmes.models.target import present_announcement

# What a change of a target usually leaves as it was. What was printed elsewhere is not among it.
KEPT = ("value", "qualifier", "sense", "due", "baseline", "baseline_on")
SAID = ("announced", "source", "wording", "wording_language")


class RevisionForm(UnusualForm, RatioForm):
    ratio_boxes = ("value", "baseline")

    def stored_series(self) -> Series | None:
        return series_of(self.instance)

    def typed_series(self) -> Series | None:
        target = self.cleaned_data.get("target") or (
            self.instance.target_id and self.instance.target
        )
        return target.series if target else None


class WaypointInline(PartsInline):
    model = Waypoint
    form = PartRatioForm
    fields = ("on", "value")


@admin.register(TargetRevision)
class TargetRevisionAdmin(UnusualScreen, ReviewedAdmin):
    form = RevisionForm
    fixed = ("target",)
    list_display = (
        "label",
        "number",
        "kind",
        "promised",
        "due",
        "due_text",
        "announced",
        "source_shown",
        "state_shown",
    )
    list_filter = (
        "state",
        EnteredByFilter,
        "kind",
        by_region("target__series__territory"),
        by_programme("target__series__programme"),
    )
    list_select_related = ("source",)
    search_fields = search_in(
        "target__code",
        "wording",
        "target__series__*name",
        "target__series__indicator__*name",
        "target__series__programme__*name",
        "target__series__territory__*name",
    )
    autocomplete_fields = ("target", "source", "corrects")
    copied = ("target", *KEPT, "definition", "announced", "source")
    printed = ("due_text", "wording")
    fieldsets = (
        (None, {"fields": ("target", "kind")}),
        (
            _("What is promised"),
            {
                "fields": (("value", "qualifier", "sense"), "due", "due_text"),
                "description": _("A ratio is typed as a percentage: 73 for 73 %."),
            },
        ),
        (_("From where it is counted"), {"fields": (("baseline", "baseline_on"), "definition")}),
        (_("Who said so, and when"), {"fields": SAID}),
        (
            _("If it changes what was said before"),
            {
                "fields": ("reason", "corrects"),
                "description": _(
                    "An announcement that moves what was promised (value, word before the value, due date, baseline, "
                    "intermediate values, sense, definition) gives its own reason; so does a correction. The public "
                    "reads it."
                ),
            },
        ),
    )
    read = (
        (
            None,
            {
                "fields": (
                    "target_shown",
                    "number",
                    "kind",
                    "promised",
                    "sense",
                    "due",
                    "due_text",
                    "baseline_shown",
                    "baseline_on",
                    "definition",
                    *SAID,
                    "reason",
                    "corrects",
                    "entered_by_shown",
                    "entered_at",
                )
            },
        ),
    )
    inlines = (WaypointInline,)

    @admin.display(description=_("target"), ordering="target")
    def label(self, obj: TargetRevision) -> str:
        return label_of(obj.target.series)

    @admin.display(description=_("target"))
    def target_shown(self, obj: TargetRevision) -> str:
        return label_of(obj.target.series)

    @admin.display(description=_("promised value"), ordering="value")
    def promised(self, obj: TargetRevision) -> str:
        return figure_words(obj.target.series, obj)

    @admin.display(description=_("baseline"))
    def baseline_shown(self, obj: TargetRevision) -> str:
        return "" if obj.baseline is None else plain_figure(obj.target.series, obj.baseline)

    def enter(self, row: Any, *, by: User) -> Any:
        return services.revise(row, by=by)

    def copy_of(self, row: Any) -> dict[str, Any]:
        return super().copy_of(row) | _typed(row) | {"kind": TargetRevision.Kind.CORRECTION}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A change of a target starts from the figures and days of its present announcement, or before any is published
        from those of the last draft; its words are its own."""
        initial = super().get_changeform_initial_data(request)
        if "corrects" in initial or "target" not in initial:
            return initial
        target = rows_of(request, Target).filter(pk=initial["target"]).first()
        present = present_announcement(target.pk) if target else None
        if target and present is None:
            present = target.revisions.order_by("-number").first()
        if present is None:
            return initial
        return {name: getattr(present, name) for name in KEPT} | _typed(present) | initial


def _typed(row: TargetRevision) -> dict[str, Any]:
    series = row.target.series
    return {name: as_typed(series, getattr(row, name)) for name in RevisionForm.ratio_boxes}


@admin.register(Waypoint)
class WaypointAdmin(ReviewedPartAdmin, TrackerAdmin):
    owner = "revision"
    list_display = ("revision_shown", "on", "value_shown")
    list_select_related = tuple(f"revision__{path}" for path in RELATED[TargetRevision])
    search_fields = ("revision__target__code",)
    autocomplete_fields = ("revision",)
    fields = ("revision", "on", "value")

    @admin.display(description=_("revision"))
    def revision_shown(self, obj: Waypoint) -> str:
        return self.owner_label(obj)

    @admin.display(description=_("value"))
    def value_shown(self, obj: Waypoint) -> str:
        return plain_figure(obj.revision.target.series, obj.value)
