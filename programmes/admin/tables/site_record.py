"""The site as its publisher describes it: one record, which opens at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes.admin.base import TranslatedAdmin
from programmes.models import Site


@admin.register(Site)
class SiteAdmin(TranslatedAdmin):
    fixed = ()
    fieldsets = (
        (None, {"fields": ("name", "publisher", "contact", "logo", "country")}),
        (_("What readers are told"), {"fields": ("introduction", "legal_notice")}),
        (_("Reuse of the data"), {"fields": ("licence", "licence_address")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Site.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one record at most: it, or the empty form."""
        if Site.objects.exists():
            return HttpResponseRedirect(reverse("admin:programmes_site_change", args=[Site.ONLY]))
        if self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:programmes_site_add"))
        return super().changelist_view(request, extra_context)
