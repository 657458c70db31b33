"""What every screen of the staff's site has in common.

Scope comes from access everywhere: lists, records, choices, actions. A write that a service or the scope refuses
is undone whole, and the form comes back with what was typed and the reason.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from programmes import access
from programmes.admin.conflicts import ConflictMixin
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import RELATED, label_of, written
from programmes.admin.forms.mixins import DeletedRecords, ScopedFields
from programmes.admin.forms.panels import Button, Panel
from programmes.admin.forms.record_forms import TrackerForm, WriteRefusedError, precise_form
from programmes.admin.forms.record_search import (
    CountedPaginator,
    FoldedSearch,
    QuickList,
    RobustList,
)
from programmes.admin.history import HistoryAdmin, ReadableChanges
from programmes.admin.review.sealing import SealedScreen
from programmes.admin.review.translations import (
    MissingTranslationFilter,
    OwnLanguageFirst,
    translation_marks,
)
from programmes.admin.review.why_hidden import hidden_by
from programmes.admin.scope import adds_to, forget, keeps, removes, sees
from programmes.admin.transfer.files import FilesAdmin
from programmes.languages import CODES
from programmes.models import FrozenRowError
from programmes.models.columns import precise_dates
from programmes.models.review import RecordPart
from programmes.type_names import staff_request

OUTSIDE = "outside"


class TrackerAdmin(
    FilesAdmin,
    ConflictMixin,
    RobustList,
    DeletedRecords,
    ScopedFields,
    FoldedSearch,
    admin.ModelAdmin[Any],
):
    """A table of the tracker.

    code_from: the text of which a new record's code is made where none is typed; its box is folded.
    fixed: columns that are set once, when the record is made.
    """

    form: type[TrackerForm] = TrackerForm
    code_from = ""
    fixed: tuple[str, ...] = ("code",)
    list_per_page = 50
    paginator = CountedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    save_on_top = False

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self.form = precise_form(self.form, model)
        for name, label in precise_dates(model).items():
            setattr(self, name, _precise_column(name, label))

    # Scope

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = self.in_sight(request, super().get_queryset(request))
        listed = self.list_select_related
        related = (*RELATED.get(self.model, ()), *(() if isinstance(listed, bool) else listed))
        return rows.select_related(*related) if related else rows

    def in_sight(self, request: HttpRequest, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Those of the rows that the person may see."""
        return access.visible(rows, staff_request(request).user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and adds_to(request, self.model)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or sees(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or keeps(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or removes(request, obj))

    # Forms

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm[Any]]:
        is_read = change and not self.has_change_permission(request, obj)
        if is_read:
            options["fields"] = []
        form = super().get_form(request, obj, change=change, **options)
        assert issubclass(form, TrackerForm)
        form.request, form.code_from = request, self.code_from
        if is_read:
            # a date with its precision is a box that the form declares
            form.base_fields.clear()
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What an address fills in, but for what cannot name a record."""
        found = super().get_changeform_initial_data(request)
        for field in (*self.opts.fields, *self.opts.many_to_many):
            if field.is_relation and field.name in found:
                given = found[field.name]
                if field.many_to_many:
                    found[field.name] = list(filter(can_be_key, given))
                elif not can_be_key(given):
                    del found[field.name]
        return found

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        """A code is the last thing on a form, and folded, but where a new record has none unless it is typed."""
        fieldsets = list(super().get_fieldsets(request, obj))
        is_typed = obj is None and not self.code_from
        if is_typed or not any("code" in part["fields"] for _title, part in fieldsets):
            return fieldsets
        found = [
            (title, {**part, "fields": [name for name in part["fields"] if name != "code"]})
            for title, part in fieldsets
        ]
        folded = {
            "fields": ["code"],
            "classes": ["collapse"],
            "description": _(
                "It is part of addresses and files. Left empty, it is made of the name."
            ),
        }
        return [*((title, part) for title, part in found if part["fields"]), (_("Code"), folded)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            names = {field.name for field in self.opts.fields}
            held = access.held_columns(staff_request(request).user, self.model)
            # a part stays with its record
            owner = [self.model.owner_name] if issubclass(self.model, RecordPart) else []
            fixed = [*self.fixed, *owner, *sorted(held)]
            fields += [name for name in fixed if name in names and name not in fields]
        return list(dict.fromkeys(fields))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except WriteRefusedError as refused:
            # all of it was undone: the same form once more, with the reason and what was typed
            staff_request(request).refusal = refused.error
            forget(request)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        if change:
            self.refuse_stale(request, obj, form)
        with refusals():
            self.write(request, obj, form, change)

    def write(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        """Saves the record; tables with a rule call their service instead."""
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Any], formsets: list[Any], change: bool
    ) -> None:
        with refusals():
            super().save_related(request, form, formsets, change)
        forget(request)
        self.refuse_outside(request, form.instance)

    def refuse_outside(self, request: HttpRequest, obj: models.Model) -> None:
        """Raises WriteRefusedError where a record, as just written, is not the person's own."""
        if not keeps(request, obj):
            raise WriteRefusedError(
                ValidationError(access.outside_sentence(self.model), code=OUTSIDE)
            )

    # Lists

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[QuickList]:
        return QuickList

    def action_checkbox(self, obj: models.Model) -> SafeString:
        """The box that chooses a row: the same as Django's, without a template for each."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            _("Select this object for an action - {}").format(label_of(obj)),
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: Any = messages.INFO,
        *args: Any,
        **options: Any,
    ) -> None:
        """Django names a record as files do, often by its code; people read its name."""
        if names := getattr(request, "saved_name", None):
            is_safe = isinstance(message, SafeString)
            code, name = (escape(one) if is_safe else one for one in names)
            named = re.compile(rf"([>“«]\s?){re.escape(code)}(\s?[<”»])")
            message = named.sub(lambda found: f"{found[1]}{name}{found[2]}", str(message))
            message = mark_safe(message) if is_safe else message  # both names are escaped
        super().message_user(request, message, level, *args, **options)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        staff_request(request).saved_name = (str(obj), label_of(obj))
        return super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        staff_request(request).saved_name = (str(obj), label_of(obj))
        return super().response_change(request, obj)

    # Removal

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """While the record is there, its name is kept for the message that says it is gone."""
        rows: Any = list(queryset)  # read once; Django only goes through them
        if len(rows) == 1:
            staff_request(request).saved_name = (str(rows[0]), label_of(rows[0]))
        return super().log_deletions(request, rows)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except FrozenRowError as error:
            messages.error(request, str(error))
        except ProtectedError:
            messages.error(request, _("Other records depend on this one: it cannot be removed."))
        return self.response_post_save_change(request, None)

    # Pages

    def get_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        """Read-only lists under the form of a record."""
        return []

    def all_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        """The same, with those that all tables have."""
        return self.get_panels(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        obj = options.get("obj")
        if obj is not None and not context.get("is_popup"):
            context["subtitle"] = label_of(obj)
            context["panels"] = self.all_panels(request, obj)
            context["hidden_by"] = hidden_by(self.admin_site, request, obj)
        return super().render_change_form(request, context, *args, **options)

    def add_buttons(
        self, request: HttpRequest, model: type[models.Model], text: str, **initial: Any
    ) -> list[Button]:
        """A button that adds a record of a table, some of it filled in, where the person may."""
        screen = self.admin_site.get_model_admin(model)
        allowed = screen.has_add_permission(request)
        return [Button(add_url(model, **initial), text)] if allowed else []


class TrackerHistoryAdmin(SealedScreen, TrackerAdmin, HistoryAdmin):
    """A table that keeps its history."""

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> ReadableChanges:
        return ReadableChanges(self.model, historical_record)

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """An earlier state, and the return to it: under the same rules as any other change."""
        noted = staff_request(request)
        noted.is_return = request.method == "POST"
        try:
            with transaction.atomic():
                response = super().history_form_view(request, object_id, version_id, extra_context)
                if noted.is_return:
                    forget(request)
                    self.refuse_outside(request, self.model._default_manager.get(pk=object_id))
        except WriteRefusedError as refused:
            messages.error(request, " ".join(refused.error.messages))
            return HttpResponseRedirect(request.path)
        return response


class TranslatedAdmin(OwnLanguageFirst, TrackerHistoryAdmin, TranslationAdmin[Any]):
    """A table with columns in each language of the site."""

    @admin.display(description=gettext_lazy("languages"))
    def languages(self, obj: Any) -> str:
        """Which languages a record still lacks, from columns already read."""
        return translation_marks(obj)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), MissingTranslationFilter]


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what a service or a model refuses into a WriteRefusedError, so that nothing of the write stays."""
    try:
        yield
    except ValidationError as error:
        raise WriteRefusedError(error) from error
    except (PermissionDenied, FrozenRowError) as error:
        raise WriteRefusedError(ValidationError(str(error))) from error


def add_url(model: type[models.Model], **initial: Any) -> str:
    """The address of an empty form of a table, some of it filled in."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    query = "&".join(f"{name}={value}" for name, value in initial.items() if value is not None)
    return f"{address}?{query}" if query else address


def search_in(*paths: str) -> tuple[str, ...]:
    """Search columns: a translated one stands for all languages."""
    return tuple(column for path in paths for column in _columns(path))


def _columns(path: str) -> tuple[str, ...]:
    stem, _dot, name = path.rpartition("*")
    return tuple(f"{stem}{name}_{code}" for code in CODES) if "*" in path else (path,)


def _precise_column(name: str, label: Any) -> Callable[[Any], str]:
    @admin.display(description=label, ordering=f"{name}_on", empty_value="–")
    def column(obj: Any) -> str:
        return written(getattr(obj, name))

    column.__name__ = name
    return column
