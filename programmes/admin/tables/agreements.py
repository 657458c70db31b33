"""Agreements and who signed them."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import services
from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.forms.filters import by_programme
from programmes.admin.forms.inlines import TranslatedPartsStack
from programmes.admin.forms.labels import joined, label_of
from programmes.admin.forms.panels import (
    Button,
    Panel,
    change_url,
    list_url,
    listed_milestones,
    listed_targets,
)
from programmes.admin.review.proposals import ReasonForm, admin_form
from programmes.admin.review.sealing import VisibilityFilter
from programmes.admin.scope import rows_of
from programmes.models import Agreement, Amendment, Milestone, Organisation, Signature, Target
from programmes.type_names import staff_request


class SignatureInline(TranslatedPartsStack):
    model = Signature
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "person", "office", "undertaking")


@admin.register(Agreement)
class AgreementAdmin(TranslatedAdmin):
    code_from = "title"
    list_display = ("title", "kind", "date", "languages", "visibility")
    list_filter = ("kind", VisibilityFilter, by_programme("programmes"))
    search_fields = search_in("code", "*title", "programmes__*name")
    autocomplete_fields = ("parent", "programmes", "sources")
    fieldsets = (
        (None, {"fields": ("kind", "title", "subject", "date", "place", "end")}),
        (
            None,
            {
                "fields": (
                    "parent",
                    "programmes",
                    "sources",
                    "code",
                )
            },
        ),
    )
    inlines = (SignatureInline,)

    def get_panels(self, request: HttpRequest, obj: Agreement) -> list[Panel]:
        return [
            *_personal(request, obj),
            listed_targets(
                _("Targets made in this agreement"),
                rows_of(request, Target).filter(agreement=obj),
                all_url=list_url(Target, agreement__id__exact=obj.pk),
                buttons=self.add_buttons(request, Target, _("Add a target"), agreement=obj.pk),
            ),
            listed_milestones(
                rows_of(request, Milestone).filter(agreement=obj),
                all_url=list_url(Milestone, agreement__id__exact=obj.pk),
                buttons=self.add_buttons(
                    request, Milestone, _("Add a milestone"), agreement=obj.pk
                ),
            ),
        ]

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view(self.blank_view), "programmes_agreement_blank"
        return [
            path("<int:object_id>/blank/", view, name=name),
            path("<int:object_id>/blank/<int:organisation_id>/", view, name=name),
            *super().get_urls(),
        ]

    def blank_view(
        self, request: HttpRequest, object_id: int, organisation_id: int | None = None
    ) -> HttpResponse:
        """Asks for the reason, then removes who signed for an organisation, or words of reasons, for good."""
        user = staff_request(request).user
        row = self.get_object(request, str(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not services.may_blank(user):
            raise PermissionDenied
        organisation = (
            get_object_or_404(Organisation, pk=organisation_id) if organisation_id else None
        )
        form = RemovalForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            words, reason = form.cleaned_data["words"].splitlines(), form.cleaned_data["reason"]
            try:
                services.blank_personal_data(row, organisation, words=words, by=user, reason=reason)
            except ValidationError as error:
                named = error.message_dict if hasattr(error, "error_dict") else {}
                for name, sentences in (named or {"words": error.messages}).items():
                    form.add_error(name, sentences)
            else:
                messages.success(request, _("The personal data is removed."))
                return HttpResponseRedirect(change_url(row))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": joined(row, organisation) if organisation else label_of(row),
            "title": _("Remove personal data"),
            "explained": _(
                "The name and the office are removed for good: from this record, its history, proposals and files "
                "that were sent. The public reads that personal data was removed, on which day and why."
            )
            if organisation
            else _(
                "The words are removed for good from the reasons, notes and texts of changes of this record. The "
                "public reads that personal data was removed, on which day and why."
            ),
            "fieldsets": [admin_form(self, form, _("What and why"))],
            "may_submit": False,
            "save_words": _("Remove for good"),
            "back": change_url(row),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/programmes/propose.html", context)


def _personal(request: HttpRequest, agreement: Agreement) -> list[Panel]:
    """For whoever may remove them: the names that are kept of signatories, now or earlier, and words of reasons."""
    if not services.may_blank(staff_request(request).user):
        return []
    address = "admin:programmes_agreement_blank"
    buttons = [
        Button(
            reverse(address, args=[agreement.pk, one.pk]),
            _("Remove the name kept for: %(organisation)s") % {"organisation": one},
        )
        for one in services.organisations_with_personal_data(agreement)
    ]
    if agreement.sealed_at is not None and Amendment.objects.of(agreement).exists():
        buttons.append(Button(reverse(address, args=[agreement.pk]), _("Remove words of reasons")))
    words = _("Names and offices of persons can be removed for good, with a public reason.")
    html = format_html("<p>{}</p>", words)
    return [Panel(_("Personal data"), html=html, buttons=buttons)] if buttons else []


class RemovalForm(ReasonForm):
    """What is removed besides who signed, and why."""

    words = forms.CharField(
        label=gettext_lazy("Words to remove"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=gettext_lazy(
            "A name in the reasons, notes or texts of changes of this agreement, exactly as it stands there; one a"
            " line. “[…]” takes its place."
        ),
    )
    field_order = ("words", "reason")


@admin.register(Signature)
class SignatureAdmin(TranslatedAdmin):
    list_display = ("agreement", "organisation", "person", "office")
    list_select_related = ("agreement", "organisation")
    search_fields = search_in(
        "agreement__code", "agreement__*title", "organisation__*name", "*person"
    )
    autocomplete_fields = ("agreement", "organisation")
    fields = ("agreement", "organisation", "person", "office", "undertaking")
