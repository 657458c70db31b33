"""Proposing, from a record's page, what changes in the open: other values, showing, withdrawal, setting aside, a
translation of what is published.

A proposal is a draft of an amendment: somebody else publishes it.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import languages, services
from programmes.admin.forms.fields import require_words, undisguised
from programmes.admin.forms.labels import label_of, person_words, state_mark, written
from programmes.admin.forms.mixins import name_the_language
from programmes.admin.forms.panels import Button, Panel, change_url, list_url, listed
from programmes.admin.forms.record_forms import LabelledChoiceField
from programmes.admin.forms.screen_parts import TrackerPart
from programmes.admin.forms.widgets import PrefilledAutocomplete
from programmes.admin.review.plain_values import columns_words
from programmes.admin.review.review_steps import (
    LONGEST_NOTE,
    STEPS,
    SUBMIT_BUTTON,
    Answer,
    seen_mark,
    take_step,
)
from programmes.admin.scope import keeps, rows_of
from programmes.calculations.dates import PreciseDate
from programmes.models import Amendment, Evidence, Source
from programmes.models.amendment import (
    NEED_NO_REASON,
    REASON_MISSING,
    WAITS_ALREADY,
    AmendmentQuerySet,
)
from programmes.models.attachment import is_stored, settle_digest
from programmes.models.columns import precise_dates
from programmes.models.corrections import corrected_row, standing_entry
from programmes.models.named import own_first
from programmes.models.review import Reviewed, missing_translations, translated_columns
from programmes.models.sealed import Sealed, Showable, columns_of, part_name, sealed_parts
from programmes.models.sealed_values import key_of, row_value, value_of
from programmes.type_names import certain, staff_request

Kind = Amendment.Kind
TITLES = {
    Kind.CHANGE: gettext_lazy("Propose a change"),
    Kind.SHOWING: gettext_lazy("Propose to show it"),
    Kind.WITHDRAWAL: gettext_lazy("Propose withdrawal"),
    Kind.SETTING_ASIDE: gettext_lazy("Propose setting aside"),
    Kind.TRANSLATION: gettext_lazy("Propose a translation"),
}
EXPLANATIONS = {
    Kind.CHANGE: gettext_lazy(
        "The public relies on these columns. Once another person has published your proposal, the page says for good "
        "what was changed, from what to what, and why."
    ),
    Kind.SHOWING: gettext_lazy(
        "Once another person has published your proposal, the public sees this record. It is then never hidden again: "
        "it can only be withdrawn, with a public reason."
    ),
    Kind.WITHDRAWAL: gettext_lazy(
        "Nothing disappears: once another person has published your proposal, its page says that it is withdrawn, "
        "since when and why."
    ),
    Kind.SETTING_ASIDE: gettext_lazy(
        "Another source is preferred: once another person has published your proposal, this record is kept beside it, "
        "with the reason."
    ),
    Kind.TRANSLATION: gettext_lazy(
        "Give the texts in the languages in which they are missing. Once another person has published your proposal, "
        "each stands in that language for good."
    ),
}


class ReasonForm(forms.Form):
    """Why something is to change."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=gettext_lazy("Why. Public, for good."),
    )

    def clean_reason(self) -> str:
        return require_words(undisguised(self.cleaned_data["reason"]).strip())


class ProposalForm(forms.Form):
    """Why something is to change, in one language at least, and the source where that stands. What is shown needs no
    reason, and a translation is given none."""

    def __init__(self, screen: Any, request: HttpRequest, kind: Kind, *args: Any) -> None:
        super().__init__(*args)
        self.needs_reason = kind not in NEED_NO_REASON
        columns = {one.language: one for one in translated_columns(Amendment)["reason"]}
        for code in own_first() if kind != Kind.TRANSLATION else ():
            box = columns[code].formfield(
                max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
            )
            name_the_language(box, columns[code])
            self.fields[columns[code].name] = box
        if kind == Kind.SHOWING:
            return
        column = Amendment._meta.get_field("source")
        self.fields["source"] = LabelledChoiceField(
            rows_of(request, Source),
            required=False,
            label=capfirst(column.verbose_name),
            widget=PrefilledAutocomplete(column, screen.admin_site),
        )

    def clean(self) -> dict[str, Any]:
        reasons = self.reasons()
        for code, text in reasons.items():
            try:
                require_words(text)
            except ValidationError as error:
                self.add_error(f"reason_{code}", error)
        if self.needs_reason and not reasons:
            self.add_error(f"reason_{own_first()[0]}", REASON_MISSING)
        return self.cleaned_data

    def reasons(self) -> dict[str, str]:
        """What was typed, by language."""
        typed = {code: self.cleaned_data.get(f"reason_{code}") or "" for code in own_first()}
        return {code: text for code, one in typed.items() if (text := undisguised(one).strip())}


class TranslationForm(forms.Form):
    """The texts of a record in the languages in which they are missing, each beside what stands in another one."""

    def __init__(self, obj: Reviewed, *args: Any) -> None:
        super().__init__(*args)
        self.columns = missing_translations(type(obj), vars(obj))
        for name, columns in self.columns.items():
            language, text = next(one for one in value_of(obj, name).items() if one[1])
            stands = format_html(
                '<span lang="{}" dir="{}">{}</span>', language, languages.direction(language), text
            )
            for column in columns:
                box = self.fields[column.attname] = column.formfield(help_text=stands)
                name_the_language(box, column)

    def texts(self) -> dict[str, dict[str, str]]:
        """What was typed, by text and language."""
        return {
            name: {
                one.language: undisguised(self.cleaned_data[one.attname] or "") for one in columns
            }
            for name, columns in self.columns.items()
        }


def is_proposing(request: HttpRequest) -> bool:
    """Whether the form that is being made is that of a proposal: sealed columns have boxes there."""
    return getattr(request, "is_proposing", False)


def _amendments(request: HttpRequest) -> AmendmentQuerySet:
    rows = rows_of(request, Amendment)
    assert isinstance(rows, AmendmentQuerySet)
    return rows


def amendable(model: type[Sealed]) -> list[str]:
    """The names of a table that an amendment may change."""
    return [name for name in model.sealed if name not in model.identity]


def box_names(model: type[Sealed], name: str) -> list[str]:
    """The boxes that a declared column has in a form: a translated text one a language. Child rows have none."""
    if name in precise_dates(model):
        return [name]
    field = model._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        return []
    if isinstance(field, models.ManyToManyField):
        return [name]
    return [column.name for column in columns_of(model)[name] if column.editable]


class ProposalMixin(TrackerPart):
    """The screens of proposals of a table."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<path:object_id>/propose/<slug:kind>/",
                self.admin_site.admin_view(self.propose_view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_propose",
            ),
            *super().get_urls(),
        ]

    def proposal_buttons(self, request: HttpRequest, obj: Any) -> list[Button]:
        """The proposals that the person may make on a record as it stands."""
        if not self._may_propose(request, obj):
            return []
        address = f"{change_url(obj)[: -len('change/')]}propose/"
        return [
            Button(f"{address}{kind.replace('_', '-')}/", TITLES[kind]) for kind in kinds_for(obj)
        ]

    def _may_propose(self, request: HttpRequest, obj: Any) -> bool:
        return request.user.has_perm("programmes.add_amendment") and keeps(request, obj)

    def all_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        """With what was proposed of the record, and what came of it, where there ever was anything."""
        panels = super().all_panels(request, obj)
        if isinstance(obj, Amendment) or not isinstance(obj, Sealed | Reviewed):
            return panels
        found = listed(
            _("Proposals and what came of them"),
            _amendments(request).of(obj).select_related("entered_by"),
            (_("Proposal"), _("Columns"), _("State"), _("Entered by")),
            lambda row: (
                row.get_kind_display(),
                columns_words(row),
                state_mark(row),
                person_words(row.entered_by),
            ),
            all_url=list_url(Amendment, table=obj._meta.model_name, record=obj.pk),
        )
        return [*panels, found] if found.lines else panels

    def propose_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """A form for the proposal; once it is sent, the draft, or what was submitted at once."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self._may_propose(request, obj):
            raise PermissionDenied
        asked = next((one for one in kinds_for(obj) if one == kind.replace("-", "_")), None)
        if asked is None:
            messages.error(request, _("This cannot be proposed as the record stands now."))
            return HttpResponseRedirect(change_url(obj))
        staff_request(request).is_proposing = True
        sent = (request.POST,) if request.method == "POST" else ()
        reasons = ProposalForm(self, request, asked, *sent)
        form: forms.BaseForm | None = None
        formsets: list[BaseInlineFormSet[Any, Any, Any]] = []
        inlines: list[InlineModelAdmin[Any, Any]] = []
        if asked == Kind.CHANGE:
            form, formsets, inlines = self._boxes(request, obj)
        elif asked == Kind.TRANSLATION:
            form = TranslationForm(obj, *sent)
        parts = [one for one in (reasons, form, *formsets) if one is not None]
        # every part is checked, so that all its errors are said at once
        if sent and all([one.is_valid() for one in parts]):
            made = self._propose(request, obj, asked, reasons, form, formsets)
            if made is not None:
                return HttpResponseRedirect(change_url(made))
        return self._asked_for(request, obj, asked, reasons, form, formsets, inlines)

    def _propose(
        self, request: HttpRequest, obj: Any, kind: Kind, reasons: Any, form: Any, formsets: Any
    ) -> Amendment | None:
        """The draft that was made; None where it was refused, and the form says why."""
        stored = self.model._base_manager.get(pk=obj.pk)
        common = {"by": request.user, "reason": reasons.reasons()}
        if kind != Kind.SHOWING:
            common["source"] = reasons.cleaned_data["source"]
        try:
            if kind == Kind.CHANGE:
                values = typed_values(stored, form, formsets)
                made = services.propose_change(stored, values, **common)
            elif kind == Kind.TRANSLATION:
                made = services.propose_translation(stored, form.texts(), **common)
            else:
                made = _PROPOSE[kind](stored, **common)
        except ValidationError as error:
            reasons.add_error(
                None, ValidationError([*error.messages, *self._waiting(request, obj, error)])
            )
            return None
        if made is None:
            text = (
                _("Give the text in one language at least.")
                if kind == Kind.TRANSLATION
                else _("Nothing would change: give another value than the present one.")
            )
            reasons.add_error(None, text)
            return None
        messages.success(request, _("Your proposal is kept as a draft."))
        if SUBMIT_BUTTON in request.POST:
            take_step(request, STEPS["submit"], [made], Answer(), {made.pk: seen_mark(made)})
        return made

    def _waiting(self, request: HttpRequest, obj: Any, error: ValidationError) -> list[Any]:
        """Links to the proposals that wait already, where that is why another one is refused."""
        if str(WAITS_ALREADY) not in error.messages and not isinstance(
            error, services.ProposedAlreadyError
        ):
            return []
        return [
            format_html(
                '<a href="{}">{}</a>',
                change_url(row),
                _("Proposal of %(day)s: %(columns)s")
                % {
                    "day": written(PreciseDate.of_day(timezone.localdate(row.entered_at))),
                    "columns": columns_words(row) or row.get_kind_display(),
                },
            )
            for row in _amendments(request).open().of(obj)
        ]

    def extra_boxes(self, obj: Any) -> dict[str, forms.Field]:
        """Boxes of amendable columns that no other form of the table has."""
        return {}

    def _boxes(self, request: HttpRequest, obj: Any) -> tuple[Any, list[Any], list[Any]]:
        """The form of the amendable columns, and the formsets of the child rows."""
        extra = self.extra_boxes(obj)
        names = [
            box
            for name in amendable(self.model)
            if name not in extra
            for box in box_names(self.model, name)
        ]
        base = self.get_form(request, obj, change=True, fields=names)
        form_class = type(base.__name__, (base,), extra)
        # a copy: a form writes what was typed into its record
        record = self.model._base_manager.get(pk=obj.pk)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = form_class(*sent, instance=record)
        made = self._create_formsets(request, record, change=True)
        kept = set(sealed_parts(self.model))
        pairs = [pair for pair in zip(*made, strict=True) if pair[1].model in kept]
        return form, [formset for formset, _inline in pairs], [inline for _formset, inline in pairs]

    def _asked_for(
        self,
        request: HttpRequest,
        obj: Any,
        kind: Kind,
        reasons: Any,
        form: Any,
        formsets: list[Any],
        inlines: list[Any],
    ) -> HttpResponse:
        fieldsets, media = [], self.media + reasons.media
        if form is not None:
            fieldsets.append(admin_form(self, form, _("What is to change")))
            media += form.media
        title = _("Where it comes from") if kind == Kind.TRANSLATION else _("Why")
        fieldsets.append(admin_form(self, reasons, title))
        shown = self.get_inline_formsets(request, formsets, inlines, obj)
        for one in shown:
            media += one.media
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "record": label_of(obj),
            "title": TITLES[kind],
            "explained": EXPLANATIONS[kind],
            "fieldsets": fieldsets,
            "inline_admin_formsets": shown,
            "errors": helpers.AdminErrorList(form or reasons, formsets),
            "refusals": reasons.non_field_errors(),
            "has_file_field": form is not None and form.is_multipart(),
            "save_words": _("Keep as a draft"),
            "may_submit": request.user.has_perm("programmes.submit_amendment"),
            "shows_also": shown_with(obj) if kind == Kind.SHOWING else [],
            "back": change_url(obj),
            "media": media,
        }
        return TemplateResponse(request, "admin/programmes/propose.html", context)


_PROPOSE: dict[Kind, Callable[..., Amendment]] = {
    Kind.SHOWING: services.propose_showing,
    Kind.WITHDRAWAL: services.propose_withdrawal,
    Kind.SETTING_ASIDE: services.propose_setting_aside,
}


def admin_form(screen: Any, form: forms.Form, title: str) -> helpers.AdminForm:
    """A form as the admin's templates print it: one titled block."""
    return helpers.AdminForm(
        form,  # type: ignore[arg-type]  # its stubs know the forms of records alone
        [(title, {"fields": list(form.fields)})],
        {},
        (),
        model_admin=screen,
    )


def kinds_for(obj: Any) -> list[Kind]:
    """What can be proposed on a record as it stands."""
    if isinstance(obj, Reviewed):
        stands = corrected_row(obj) is None and standing_entry(obj) is not None
        ends = [Kind.WITHDRAWAL, Kind.SETTING_ASIDE] if stands else []
        is_missing = services.is_public(obj) and bool(missing_translations(type(obj), vars(obj)))
        if isinstance(obj, Amendment):
            # of the end of an entry, the reason is translated on the entry
            is_own = obj.table != services.AGREEMENT and not obj.ends_entry
            ends, is_missing = [], is_missing and is_own
        return [Kind.TRANSLATION, *ends] if is_missing else ends
    found: list[Kind] = []
    if isinstance(obj, Sealed) and obj.sealed_at is not None and amendable(type(obj)):
        found.append(Kind.CHANGE)
    if isinstance(obj, Showable) and not obj.is_public:
        found.append(Kind.SHOWING)
    elif isinstance(obj, Showable) and not obj.is_withdrawn:
        found.append(Kind.WITHDRAWAL)
    return found


def shown_with(record: Any) -> list[str]:
    """What would be shown with a record, because it rests on it and was never shown."""
    return [name_with_kind(one) for one in services.hidden_owners(record) if one != record]


def name_with_kind(record: models.Model) -> str:
    """A record with what it is: programme JobInTech."""
    return f"{record._meta.verbose_name} {label_of(record)}"


def typed_values(record: Sealed, form: forms.ModelForm[Any], formsets: list[Any]) -> dict[str, Any]:
    """The plain values that were typed in valid forms, by amendable name.

    What a set holds outside the person's sight stays in it. A file is stored before it is proposed.
    """
    rows = {part_name(formset.model): _part_values(formset) for formset in formsets}
    found: dict[str, Any] = {}
    for name in amendable(type(record)):
        if name in rows:
            found[name] = rows[name]
        elif name in form.fields:
            found[name] = _typed(record, form, name)
        elif any(box in form.fields for box in box_names(type(record), name)):
            found[name] = value_of(form.instance, name)
    return found


def _typed(record: Sealed, form: forms.ModelForm[Any], name: str) -> Any:
    value, box = form.cleaned_data[name], form.fields[name]
    if isinstance(box, forms.ModelMultipleChoiceField):
        unseen = getattr(record, name).exclude(pk__in=certain(box.queryset).order_by().values("pk"))
        return sorted({key_of(one) for one in [*value, *unseen]})
    if isinstance(value, UploadedFile):
        return _kept(form.instance, name)
    if isinstance(box, forms.FileField) and value is False:
        return None
    if isinstance(value, models.Model):
        return key_of(value)
    return value_of(form.instance, name)


def _kept(record: models.Model, name: str) -> str:
    """The name under which a file that was just sent with a form is stored."""
    file: FieldFile = getattr(record, name)
    file.save(certain(file.name), file.file, save=False)
    return certain(file.name)


def _part_values(formset: Any) -> list[dict[str, Any]]:
    removed = formset.deleted_forms
    stored = sorted(formset.initial_forms, key=lambda one: one.instance.pk)
    added = [one for one in formset.extra_forms if one.has_changed()]
    kept = [one.instance for one in [*stored, *added] if one not in removed]
    for record in kept:
        if isinstance(record, Evidence):
            # a proposal names what was sent with its digest
            settle_digest(record)
            if record.file and not is_stored(record.file):
                _kept(record, "file")
    return [row_value(record) for record in kept]
