"""Proposals to change, show, withdraw or set aside: reviewed like figures, old beside new."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.admin.base import search_in
from programmes.admin.forms.filters import EnteredByFilter
from programmes.admin.forms.labels import (
    code_sign,
    find_records,
    found_record,
    label_of,
    review_label,
)
from programmes.admin.forms.panels import Button, change_url
from programmes.admin.forms.record_search import QuickList
from programmes.admin.review.plain_values import (
    ColumnValue,
    column_values,
    columns_words,
    proposed_changes,
)
from programmes.admin.review.proposals import shown_with
from programmes.admin.review.reviewed import ReviewedAdmin
from programmes.admin.transfer.attachments import attachment_answer, proposed_files
from programmes.models import Amendment
from programmes.models.review import Reviewed
from programmes.selectors.wording.texts import direction_of


class AmendmentList(QuickList):
    """The records that the shown proposals speak of are read once for each table."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        find_records(self.result_list)


@admin.register(Amendment)
class AmendmentAdmin(ReviewedAdmin):
    corrects = ""
    fixed = ()
    list_display = (
        "kind",
        "record_shown",
        "columns",
        "state_shown",
        "entered_by_shown",
        "entered_at",
    )
    list_display_links = ("kind",)
    list_filter = ("state", EnteredByFilter, "kind")
    list_select_related = ("entered_by", "source")
    search_fields = search_in("key", "*reason")
    autocomplete_fields = ("source",)
    readonly_fields = ("record_shown", "changes_shown")
    fieldsets = (
        (None, {"fields": ("record_shown", "changes_shown")}),
        (gettext_lazy("Why"), {"fields": ("reason", "source")}),
    )
    read = (
        (
            None,
            {
                "fields": (
                    "record_shown",
                    "changes_shown",
                    "reason",
                    "source",
                    "applied_at",
                    "entered_by_shown",
                    "entered_at",
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Proposals start from the record that they speak of."""
        return False

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[AmendmentList]:
        return AmendmentList

    @admin.display(description=gettext_lazy("record"))
    def record_shown(self, obj: Amendment) -> SafeString | str:
        record = found_record(obj)
        if record is None:
            return code_sign(obj.key)
        name = review_label(record) if isinstance(record, Reviewed) else label_of(record)
        return format_html(
            '{} – <a href="{}"><bdi dir="{}">{}</bdi></a>',
            capfirst(obj.model._meta.verbose_name),
            change_url(record),
            direction_of(name),
            name,
        )

    @admin.display(description=gettext_lazy("columns"), empty_value="–")
    def columns(self, obj: Amendment) -> str | None:
        return columns_words(obj) or None

    @admin.display(description=gettext_lazy("what changes"))
    def changes_shown(self, obj: Amendment) -> SafeString | str:
        """Old beside new; of what changes no column, what happens to the record."""
        also, told = list[str](), list[ColumnValue]()
        if obj.kind == Amendment.Kind.SHOWING and obj.applied_at is None:
            record = found_record(obj)
            if record is not None:
                also, told = shown_with(record), column_values(record)
        return render_to_string(
            "admin/programmes/_changes.html",
            {
                "changes": proposed_changes(obj),
                "words": _HAPPENS.get(obj.kind, ""),
                "also": also,
                "told": told,
                "files": [
                    Button(reverse("admin:programmes_amendment_file", args=[obj.pk, number]), label)
                    for number, (label, _name) in enumerate(proposed_files(obj))
                ],
            },
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        name = "programmes_amendment_file"
        return [path("<int:object_id>/file/<int:number>/", view, name=name), *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: int, number: int) -> FileResponse:
        """A file that a proposal brings, for whoever may see the proposal: it is looked at before it is published."""
        obj = self.get_object(request, str(object_id))
        files = [] if obj is None else proposed_files(obj)
        if obj is None or number >= len(files):
            raise Http404(_("There is no such file."))
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return attachment_answer(files[number][1], f"{obj.key}-{obj.pk}-{number + 1}")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> Any:
        obj = options.get("obj")
        if obj is not None:
            context["title"] = capfirst(obj.get_kind_display())
        return super().render_change_form(request, context, *args, **options)


_HAPPENS: dict[str, Any] = {
    Amendment.Kind.SHOWING: gettext_lazy("The public sees this record, for good."),
    Amendment.Kind.WITHDRAWAL: gettext_lazy("The record is marked as withdrawn; its page stays."),
    Amendment.Kind.SETTING_ASIDE: gettext_lazy(
        "The record is kept beside another source that is preferred."
    ),
    Amendment.Kind.BLANKING: gettext_lazy(
        "The names and offices of a signatory were removed, from history and files too."
    ),
}
