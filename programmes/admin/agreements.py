"""Agreements and who signed them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from programmes import services
from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.filters import by_programme
from programmes.admin.inlines import TranslatedPartsStack
from programmes.admin.labels import RELATED, label_of, series_label
from programmes.admin.panels import Button, Panel, change_url, list_url, listed
from programmes.admin.proposals import ReasonForm, framed
from programmes.admin.scope import rows_of
from programmes.admin.sealing import Visibility
from programmes.models import Agreement, Milestone, Signature, Target
from programmes.services.blanking import personal_columns


class SignatureInline(TranslatedPartsStack):
    model = Signature
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "person", "office", "undertaking")


@admin.register(Agreement)
class AgreementAdmin(TranslatedAdmin):
    code_from = "title"
    list_display = ("title", "kind", "date", "languages", "visibility")
    list_filter = ("kind", Visibility, by_programme("programmes"))
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
            listed(
                _("Targets made in this agreement"),
                rows_of(request, Target).filter(agreement=obj).select_related(*RELATED[Target]),
                (_("What is promised"), _("Code")),
                lambda row: (series_label(row.series), row.code),
                all_url=list_url(Target, agreement__id__exact=obj.pk),
                buttons=self.adding(request, Target, _("Add a target"), agreement=obj.pk),
            ),
            listed(
                _("Milestones"),
                rows_of(request, Milestone).filter(agreement=obj),
                (_("Milestone"), _("Kind")),
                lambda row: (str(row), row.get_kind_display()),
                all_url=list_url(Milestone, agreement__id__exact=obj.pk),
                buttons=self.adding(request, Milestone, _("Add a milestone"), agreement=obj.pk),
            ),
        ]


def _personal(request: HttpRequest, agreement: Agreement) -> list[Panel]:
    """For whoever may remove them: the names that are kept of signatories."""
    if not services.may_blank(request.user):
        return []
    buttons = [
        Button(
            reverse("admin:programmes_signature_blank", args=[row.pk]),
            _("Remove the name kept for: %(organisation)s") % {"organisation": row.organisation},
        )
        for row in agreement.signatures.select_related("organisation")
        if has_personal_data(row)
    ]
    words = _("Names and offices of persons can be removed for good, with a public reason.")
    html = format_html("<p>{}</p>", words)
    return [Panel(_("Personal data"), html=html, buttons=buttons)] if buttons else []


def has_personal_data(row: Signature) -> bool:
    """Whether a name or an office is kept with a signature, in any language."""
    return any(getattr(row, column.attname) for column in personal_columns(Signature))


@admin.register(Signature)
class SignatureAdmin(TranslatedAdmin):
    list_display = ("agreement", "organisation", "person", "office")
    list_select_related = ("agreement", "organisation")
    search_fields = search_in(
        "agreement__code", "agreement__*title", "organisation__*name", "*person"
    )
    autocomplete_fields = ("agreement", "organisation")
    fields = ("agreement", "organisation", "person", "office", "undertaking")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.blank_view)
        return [
            path("<int:object_id>/blank/", view, name="programmes_signature_blank"),
            *super().get_urls(),
        ]

    def blank_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Asks for the reason, then removes the name and the office for good."""
        row = self.get_object(request, str(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not services.may_blank(request.user):
            raise PermissionDenied
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                services.blank_personal_data(row, by=request.user, reason=reason)
            except ValidationError as error:
                form.add_error("reason", ValidationError(error.messages))
            else:
                messages.success(request, _("The personal data is removed."))
                return HttpResponseRedirect(change_url(row.agreement))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": label_of(row),
            "title": _("Remove personal data"),
            "explained": _(
                "The name and the office are removed for good: from this record, its history, proposals and files "
                "that were sent. The public reads that personal data was removed, on which day and why."
            ),
            "fieldsets": [framed(self, form, _("Why"))],
            "may_submit": False,
            "save_words": _("Remove for good"),
            "back": change_url(row.agreement),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/programmes/propose.html", context)
