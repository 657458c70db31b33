"""Milestones."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import services
from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.forms.fields import PreciseDateFormField
from programmes.admin.forms.filters import PlannedDateFilter, by_programme, by_region
from programmes.admin.forms.labels import label_of, state_mark, written
from programmes.admin.forms.panels import Panel, list_url, listed, listed_replies
from programmes.admin.forms.record_forms import TrackerForm
from programmes.admin.review.sealing import VisibilityFilter
from programmes.admin.scope import rows_of
from programmes.models import Milestone, MilestoneStatement, Reply
from programmes.models.columns import precise_dates
from programmes.type_names import certain, staff_request

# the boxes of a new milestone's first statement
STATEMENT_BOXES = ("date", "announced", "source")


class NewMilestoneForm(TrackerForm):
    """A new milestone with the date that it is planned for, and who said so, where that is known."""

    date = PreciseDateFormField(label=gettext_lazy("Planned date"), required=False)
    announced = PreciseDateFormField(
        label=capfirst(precise_dates(MilestoneStatement)["announced"]), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.has_statement():
            if "source" not in self.errors and cleaned.get("source") is None:
                self.add_error("source", _("Choose where the planned date comes from."))
            if "announced" not in self.errors and cleaned["announced"].last is None:
                self.add_error("announced", _("Give the date of the announcement."))
        return cleaned

    def has_statement(self) -> bool:
        """Whether something was said of the milestone."""
        dates = [self.cleaned_data.get(name) for name in ("date", "announced")]
        return bool(self.cleaned_data.get("source")) or any(one and one.last for one in dates)

    def statement(self, milestone: Milestone) -> MilestoneStatement:
        """What was said of it, unsaved."""
        row = MilestoneStatement(
            milestone=milestone,
            kind=MilestoneStatement.Kind.PLANNED,
            source=self.cleaned_data["source"],
        )
        row.date, row.announced = self.cleaned_data["date"], self.cleaned_data["announced"]
        return row


@admin.register(Milestone)
class MilestoneAdmin(TranslatedAdmin):
    code_from = "title"
    list_display = ("title", "kind", "about", "languages", "visibility")
    list_filter = (
        "kind",
        PlannedDateFilter,
        VisibilityFilter,
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
        (None, {"fields": ("code",)}),
    )

    # A new milestone takes its planned date

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        if obj is not None:
            return found
        planned = (_("When it is planned for, and who said so"), {"fields": STATEMENT_BOXES})
        return [found[0], planned, *found[1:]]

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (*self.autocomplete_fields, "source")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm[Any]]:
        if obj is None:
            column = MilestoneStatement._meta.get_field("source")
            source = certain(self.formfield_for_dbfield(column, request))
            source.required = False
            options["form"] = type("NewMilestoneForm", (NewMilestoneForm,), {"source": source})
        return super().get_form(request, obj, change=change, **options)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().write(request, obj, form, change)
        if not change and form.has_statement():
            services.state(form.statement(obj), by=staff_request(request).user)

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
                (
                    _("Statement"),
                    _("Date"),
                    _("As printed"),
                    _("Announced on"),
                    _("State"),
                    _("Source"),
                ),
                lambda row: (
                    row.get_kind_display(),
                    written(row.date),
                    row.date_text,
                    written(row.announced),
                    state_mark(row),
                    label_of(row.source),
                ),
                all_url=list_url(MilestoneStatement, milestone__id__exact=obj.pk),
                buttons=self.add_buttons(
                    request, MilestoneStatement, _("Add a statement"), milestone=obj.pk
                ),
            ),
            listed_replies(
                rows_of(request, Reply).filter(milestone=obj),
                buttons=self.add_buttons(request, Reply, _("Add a reply"), milestone=obj.pk),
            ),
        ]
