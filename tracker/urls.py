"""Addresses: the language stands first in every one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from programmes.public.views import language_redirect

urlpatterns = [
    path("", language_redirect),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("", include("programmes.public.urls")),
    ),
]
handler404 = "programmes.public.views.not_found"
