"""Records that the public relies on: their sealed columns are shown, and changed by a proposal alone."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.fields import TranslationField

from programmes import services
from programmes.admin.forms.labels import written
from programmes.admin.forms.panels import Button, change_url
from programmes.admin.forms.record_forms import WriteRefusedError
from programmes.admin.forms.screen_parts import HistoryPart
from programmes.admin.review.plain_values import columns_words
from programmes.admin.review.proposals import ProposalMixin, box_names, is_proposing
from programmes.calculations.dates import PreciseDate
from programmes.models.review import translated_columns
from programmes.models.sealed import (
    KEPT,
    Sealed,
    SealedError,
    SealedPart,
    Showable,
    columns_of,
    part_name,
    sealed_parts,
)
from programmes.models.sealed_values import value_of
from programmes.type_names import staff_request


@dataclass(frozen=True)
class PublicState:
    """What the public sees of a record, for its page. also: what hangs on that for whoever keeps it."""

    words: str
    also: str
    buttons: list[Button]


def visibility_words(record: Showable) -> str:
    """Whether the public sees a record, and since when."""
    if record.withdrawn_at is not None:
        return _("withdrawn since %(day)s") % {"day": _day(record.withdrawn_at)}
    if record.sealed_at is not None:
        return _("shown since %(day)s") % {"day": _day(record.sealed_at)}
    return _("not yet shown")


def _day(moment: Any) -> str:
    return written(PreciseDate.of_day(timezone.localdate(moment)))


class VisibilityFilter(admin.SimpleListFilter):
    """Of records that are shown by a step of review: where they stand."""

    title = gettext_lazy("shown to the public")
    parameter_name = "visibility"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("hidden", gettext_lazy("not yet shown")),
            ("shown", gettext_lazy("shown")),
            ("withdrawn", gettext_lazy("withdrawn")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        match self.value():
            case "hidden":
                return queryset.filter(is_public=False)
            case "shown":
                return queryset.filter(is_public=True, withdrawn_at=None)
            case "withdrawn":
                return queryset.exclude(withdrawn_at=None)
        return queryset


def sealed_boxes(stored: models.Model) -> list[str]:
    """The boxes of a stored record that its form only shows. An empty translation beside a filled one stays open."""
    if not isinstance(stored, Sealed) or stored.sealed_at is None:
        return []
    model = type(stored)
    found = ["is_public"] if hasattr(stored, "is_public") else []
    for name in model.sealed:
        boxes = box_names(model, name)
        if name in translated_columns(model):
            boxes = [box for box in boxes if getattr(stored, box)] or boxes
        found += boxes
    return found


def owner_is_sealed(part: models.Model) -> bool:
    """Whether a child row belongs to a record that the public relies on."""
    return isinstance(part, SealedPart) and getattr(part, part.owner_name).sealed_at is not None


class SealedScreen(ProposalMixin, HistoryPart):
    """What the screen of a table with sealed columns does beside the others."""

    # Forms

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if is_proposing(request):
            return []
        fields = list(super().get_readonly_fields(request, obj))
        if obj is None or getattr(request, "is_unsealed", False):
            return fields
        return [*fields, *(box for box in self._sealed_boxes(request, obj) if box not in fields)]

    def _sealed_boxes(self, request: HttpRequest, obj: Any) -> list[str]:
        """As the record is stored: an earlier state of it may say that nobody relied on it yet."""
        if getattr(request, "is_history", False):
            obj = self.model._base_manager.get(pk=obj.pk)
        return sealed_boxes(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if is_proposing(request):
            return True
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or not owner_is_sealed(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        kept = obj is not None and obj.pk is not None
        return allowed and not (kept and (owner_is_sealed(obj) or getattr(obj, "sealed_at", None)))

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        if change and isinstance(obj, Sealed) and not getattr(request, "is_return", False):
            self._refuse_typed_over(request, obj)
        super().save_model(request, obj, form, change)

    def _refuse_typed_over(self, request: HttpRequest, obj: Any) -> None:
        """Says so where a form sends another value for a sealed column: it was opened before, or is forged."""
        stored = self.model._base_manager.get(pk=obj.pk)
        boxes = set(sealed_boxes(stored))
        if not boxes:
            return
        noted = staff_request(request)
        noted.is_unsealed = True
        try:
            form = self.get_form(request, stored, change=True)(
                request.POST, request.FILES, instance=stored
            )
            sets, inlines = self._create_formsets(request, stored, change=True)
        finally:
            noted.is_unsealed = False
        sent = request.POST.keys() | request.FILES.keys()
        typed = {box for box in form.changed_data if box in boxes and box in sent}
        columns = [name for name in self.model.sealed if typed & set(box_names(self.model, name))]
        columns += typed & {"is_public"}
        columns += [
            part_name(inline.model)
            for inline, formset in zip(inlines, sets, strict=True)
            if inline.model in sealed_parts(self.model) and _is_typed_over(formset, sent)
        ]
        if columns:
            raise WriteRefusedError(forms.ValidationError(str(SealedError(self.model, columns))))

    # Returns to an earlier state

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        staff_request(request).is_history = True
        return super().history_form_view(request, object_id, version_id, extra_context)

    def write(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        """A return to an earlier state writes what is open at once, and proposes the rest."""
        if not getattr(request, "is_return", False):
            super().write(request, obj, form, change)
            return
        stored = self.model._base_manager.get(pk=obj.pk)
        earlier = _earlier_values(stored, obj) if isinstance(obj, Sealed) else {}
        columns = {field.name: field.attname for field in self.opts.concrete_fields}
        for name in self.get_readonly_fields(request, stored):
            # what can no longer change does not change by way of the history either
            if name in columns:
                setattr(obj, columns[name], getattr(stored, columns[name]))
        super().write(request, obj, form, change)
        if earlier and (said := self._propose_return(request, obj, earlier)):
            messages.warning(request, said)

    def _propose_return(self, request: HttpRequest, obj: Any, earlier: dict[str, Any]) -> str:
        stored = self.model._base_manager.get(pk=obj.pk)
        made = services.propose_change(stored, earlier, by=staff_request(request).user, reason="")
        if made is None:
            return ""
        text = _(
            "The public relies on this record: %(columns)s return by a proposal, which is kept as a draft. What nobody "
            "relies on has returned at once."
        ) % {"columns": columns_words(made)}
        link = format_html(
            '<a href="{}">{}</a>', change_url(made), _("Give its reason and submit it")
        )
        return format_html("{} {}", text, link)

    # Pages

    @admin.display(description=gettext_lazy("shown to the public"), ordering="sealed_at")
    def visibility(self, obj: Any) -> str:
        return visibility_words(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        obj = options.get("obj")
        if obj is not None and not context.get("is_popup"):
            context["public_state"] = self.public_state(request, obj)
        return super().render_change_form(request, context, *args, **options)

    def public_state(self, request: HttpRequest, obj: Any) -> PublicState | None:
        """What stands above the form; None for what nobody relies on and nobody shows."""
        if owner_is_sealed(obj):
            owner = getattr(obj, obj.owner_name)
            screen = self.admin_site.get_model_admin(type(owner))
            assert isinstance(screen, ProposalMixin)
            return PublicState(
                "",
                _("This is part of a record that the public relies on."),
                screen.proposal_buttons(request, owner),
            )
        if not isinstance(obj, Sealed):
            return None
        words = visibility_words(obj) if isinstance(obj, Showable) else ""
        also = ""
        if obj.sealed_at is not None:
            also = _(
                "The public relies on this record. What has no box below changes by a proposal that another person "
                "publishes."
            )
        buttons = self.proposal_buttons(request, obj)
        return PublicState(words, also, buttons) if words or also else None


def _earlier_values(stored: Sealed, earlier: Any) -> dict[str, Any]:
    """The plain values of sealed columns in which an earlier state differs. It then holds the stored ones.

    An empty translation that the earlier state fills is open. Sets and child rows are not part of a state.
    """
    model, found = type(stored), {}
    for name, fields in columns_of(model).items():
        if name in KEPT or (stored.sealed_at is not None and name in model.sealed):
            value, before = _returned(stored, earlier, name)
            if value != before and name not in (*model.identity, *model.settled, *KEPT):
                found[name] = value
            for field in fields:
                _take_over(stored, earlier, field, fields)
    return found


def _returned(stored: Sealed, earlier: Any, name: str) -> tuple[Any, Any]:
    """What an earlier state would put in a column, and what stands there. It takes no translation away."""
    before, value = value_of(stored, name), value_of(earlier, name)
    if isinstance(value, dict) and any(before.values()):
        value = {
            code: (text or before[code]) if before[code] else "" for code, text in value.items()
        }
    return value, before


def _take_over(stored: Any, earlier: Any, field: models.Field[Any, Any], beside: Any) -> None:
    fills = (
        isinstance(field, TranslationField)
        and not getattr(stored, field.attname)
        and any(getattr(stored, other.attname) for other in beside)
    )
    if not fills:
        setattr(earlier, field.attname, getattr(stored, field.attname))


def _is_typed_over(formset: Any, sent: set[str]) -> bool:
    """Whether other values were sent for the lines of a record. Of those shown alone a browser sends only the keys."""
    return any(
        any(box == name or box.startswith(f"{name}_") for box in sent)
        for form in formset.forms
        for name in map(form.add_prefix, form.changed_data)
    )
