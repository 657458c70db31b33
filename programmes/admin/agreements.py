"""Agreements and who signed them."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.filters import by_programme
from programmes.admin.inlines import TranslatedPartsStack
from programmes.admin.labels import RELATED, series_label
from programmes.admin.panels import Panel, list_url, listed
from programmes.admin.scope import rows_of
from programmes.models import Agreement, Milestone, Signature, Target


class SignatureInline(TranslatedPartsStack):
    model = Signature
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "person", "office", "undertaking")


@admin.register(Agreement)
class AgreementAdmin(TranslatedAdmin):
    code_from = "title_fr"
    list_display = ("title", "kind", "date", "languages", "is_public")
    list_filter = ("kind", "is_public", by_programme("programmes"))
    search_fields = search_in("code", "*title", "programmes__*name")
    autocomplete_fields = ("parent", "programmes", "sources")
    fieldsets = (
        (None, {"fields": ("kind", "title", "subject", "date", "place", "end")}),
        (None, {"fields": ("parent", "programmes", "sources", "code", "is_public")}),
    )
    inlines = (SignatureInline,)

    def get_panels(self, request: HttpRequest, obj: Agreement) -> list[Panel]:
        return [
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


@admin.register(Signature)
class SignatureAdmin(TranslatedAdmin):
    list_display = ("agreement", "organisation", "person", "office")
    list_select_related = ("agreement", "organisation")
    search_fields = search_in(
        "agreement__code", "agreement__*title", "organisation__*name", "*person"
    )
    autocomplete_fields = ("agreement", "organisation")
    fields = ("agreement", "organisation", "person", "office", "undertaking")
