"""Targets: one form makes a promise; its page shows where it stands, what was announced and what was measured."""

from dataclasses import replace
from typing import Any, TypeAlias, TypedDict

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import WithAnnotations

from programmes import services
from programmes.admin.base import TrackerHistoryAdmin, search_in
from programmes.admin.forms.filters import StatusFilter, by_programme, by_region
from programmes.admin.forms.labels import (
    RELATED,
    figure_words,
    label_of,
    state_mark,
    with_announcements,
    written,
)
from programmes.admin.forms.panels import (
    Button,
    Panel,
    list_url,
    listed,
    listed_measurements,
    listed_replies,
    listed_targets,
)
from programmes.admin.forms.record_forms import LabelledChoiceField
from programmes.admin.review.review_steps import seen_mark
from programmes.admin.review.sealing import VisibilityFilter
from programmes.admin.scope import keeps, rows_of
from programmes.admin.tables.promise_form import PLACE, PROMISE_FIELDSETS, PromiseForm
from programmes.models import (
    EDITABLE,
    Measurement,
    Reply,
    Series,
    Standing,
    Target,
    TargetRevision,
)
from programmes.models.target import ORIGINAL_IS_EARLIER, others_for_original
from programmes.selectors.pages.targets import promise_of
from programmes.selectors.promises.shares_check import sum_of_shares
from programmes.type_names import certain, staff_request


class _ReadForLists(TypedDict):
    announcements: list[TargetRevision]
    today: list[Standing]


# a target as `get_queryset` reads it: with its announcements, the last first, and where it stands today
ListedTarget: TypeAlias = "WithAnnotations[Target, _ReadForLists]"


@admin.register(Target)
class TargetAdmin(TrackerHistoryAdmin):
    fixed = ("code", "series")
    list_display = (
        "label",
        "promised",
        "due_shown",
        "due_printed",
        "state_shown",
        "status_today",
        "responsible",
        "visibility",
    )
    list_filter = (
        VisibilityFilter,
        StatusFilter,
        by_region("series__territory"),
        by_programme("series__programme"),
    )
    list_select_related = ("responsible",)
    search_fields = search_in(
        "code",
        "series__*name",
        "series__indicator__*name",
        "series__programme__*name",
        "series__programme__other_spellings",
        "series__centre__*name",
        "series__territory__*name",
        "series__territory__other_spellings",
    )
    autocomplete_fields = ("series", "agreement", "responsible", "share_of")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "series_shown",
                    "responsible",
                    "agreement",
                    "share_of",
                    "code",
                ),
                "description": gettext_lazy(
                    "What is promised, and by when, is in the announcements below: a change is announced, "
                    "never typed over."
                ),
            },
        ),
    )
    readonly_fields = ("series_shown",)

    # Lists

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        today = Standing.objects.at(timezone.localdate())
        rows = with_announcements(super().get_queryset(request))
        return rows.prefetch_related(Prefetch("standings", today, to_attr="today"))

    @admin.display(description=gettext_lazy("what is promised"), ordering="series")
    def label(self, obj: Target) -> str:
        return label_of(obj.series)

    @admin.display(description=gettext_lazy("promised value"))
    def promised(self, obj: ListedTarget) -> str:
        return figure_words(obj.series, obj.announcements[0]) if obj.announcements else ""

    @admin.display(description=gettext_lazy("due date"))
    def due_shown(self, obj: ListedTarget) -> str:
        return written(obj.announcements[0].due) if obj.announcements else ""

    @admin.display(description=TargetRevision._meta.get_field("due_text").verbose_name)
    def due_printed(self, obj: ListedTarget) -> str:
        return obj.announcements[0].due_text if obj.announcements else ""

    @admin.display(description=gettext_lazy("last announcement"))
    def state_shown(self, obj: ListedTarget) -> str:
        return state_mark(obj.announcements[0]) if obj.announcements else ""

    @admin.display(description=StatusFilter.title)
    def status_today(self, obj: ListedTarget) -> str:
        return obj.today[0].get_status_display() if obj.today else ""

    @admin.display(description=gettext_lazy("what is promised"))
    def series_shown(self, obj: Target) -> str:
        return label_of(obj.series)

    # The one form of a new promise

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (*self.autocomplete_fields, *PLACE, "source")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return PROMISE_FIELDSETS if obj is None else super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else super().get_readonly_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm[Any]]:
        if obj is None:
            options["form"] = PromiseForm.bound_to(self, request)
        return super().get_form(request, obj, change=change, **options)

    def write(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        if change:
            super().write(request, obj, form, change)
            return
        assert isinstance(form, PromiseForm)
        target = services.promise(form.revision(), by=staff_request(request).user, **form.terms())
        obj.__dict__.update(target.__dict__)

    def extra_boxes(self, obj: Target) -> dict[str, forms.Field]:
        """Which announcement is the original one, once one was published."""
        if obj.original_id is None:
            return {}
        column = Target._meta.get_field("original")
        box = LabelledChoiceField(
            TargetRevision.objects.filter(
                pk__in=[
                    obj.original_id,
                    *(row.pk for row in others_for_original(certain(obj.original))),
                ]
            )
            .select_related(*RELATED[TargetRevision])
            .order_by("announced_on", "number"),
            label=capfirst(column.verbose_name),
            help_text=ORIGINAL_IS_EARLIER,
            error_messages={"invalid_choice": ORIGINAL_IS_EARLIER},
            initial=obj.original_id,
        )
        return {"original": box}

    # Its page

    def get_panels(self, request: HttpRequest, obj: Target) -> list[Panel]:
        return [
            self._standing(obj),
            self._announcements(request, obj),
            self._measurements(request, obj),
            self._shares(request, obj),
            self._replies(request, obj),
        ]

    def _standing(self, obj: Target) -> Panel:
        shown = promise_of(obj.code, timezone.localdate())
        html = render_to_string(
            "admin/programmes/_standing.html",
            {"line": shown and shown.line, "sentence": shown and shown.sentence},
        )
        return Panel(_("Where it stands today"), html=html)

    def _announcements(self, request: HttpRequest, obj: Target) -> Panel:
        return listed(
            _("Announcements and revisions"),
            rows_of(request, TargetRevision)
            .filter(target=obj)
            .select_related("source", *RELATED[TargetRevision])
            .order_by("number"),
            (
                _("No."),
                _("Kind"),
                _("Value"),
                _("Due date"),
                _("As printed"),
                _("Announced on"),
                _("State"),
            ),
            lambda row: (
                str(row.number),
                row.get_kind_display(),
                figure_words(row.target.series, row),
                written(row.due),
                row.due_text,
                written(row.announced),
                state_mark(row),
            ),
            all_url=list_url(TargetRevision, target__id__exact=obj.pk),
            buttons=[
                *self._submit_buttons(request, obj),
                *self.add_buttons(request, TargetRevision, _("Announce a change"), target=obj.pk),
            ],
        )

    def _submit_buttons(self, request: HttpRequest, obj: Target) -> list[Button]:
        """The way on for an announcement that is still a draft."""
        if not request.user.has_perm("programmes.submit_targetrevision"):
            return []
        drafts = rows_of(request, TargetRevision).filter(target=obj, state__in=EDITABLE)
        row = drafts.order_by("number").last()
        if row is None or not keeps(request, row):
            return []
        address = reverse("admin:programmes_targetrevision_review", args=[row.pk, "submit"])
        words = _("Submit announcement no. %(number)s for review") % {"number": row.number}
        return [Button(f"{address}?seen={seen_mark(row)}", words)]

    def _measurements(self, request: HttpRequest, obj: Target) -> Panel:
        return listed_measurements(
            rows_of(request, Measurement).filter(series=obj.series_id),
            all_url=list_url(Measurement, series__id__exact=obj.series_id),
            buttons=self.add_buttons(
                request, Measurement, _("Add a measurement"), series=obj.series_id
            )
            if obj.series.figures == Series.Figures.OWN
            else [],
        )

    def _shares(self, request: HttpRequest, obj: Target) -> Panel:
        total = sum_of_shares(obj, timezone.localdate())
        panel = listed_targets(
            _("Announced shares of this target"),
            rows_of(request, Target).filter(share_of=obj),
            all_url=list_url(Target, share_of__id__exact=obj.pk),
        )
        if total is None:
            return panel
        words = (
            _("The announced shares add up to the whole.")
            if total.adds_up
            else _("The announced shares do not add up to the whole: %(difference)s.")
            % {"difference": total.difference}
        )
        return replace(panel, html=format_html('<p class="{}">{}</p>', "sum-of-shares", words))

    def _replies(self, request: HttpRequest, obj: Target) -> Panel:
        return listed_replies(
            rows_of(request, Reply).filter(target=obj),
            buttons=self.add_buttons(request, Reply, _("Add a reply"), target=obj.pk),
        )
