"""Addresses: the language stands first in every page's."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from programmes.public.indexing import robots, sitemap
from programmes.public.views import language_redirect

urlpatterns = [
    path("", language_redirect),
    path("sitemap.xml", sitemap),
    path("robots.txt", robots),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("account/", include("programmes.admin.signin.urls")),
        path("", include("programmes.public.urls")),
    ),
]
handler404 = "programmes.public.views.not_found"
