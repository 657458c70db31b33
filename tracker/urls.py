"""Addresses: the language stands first in every page's."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from programmes.public.api.gate import gate
from programmes.public.indexing import robots, sitemap
from programmes.public.views import language_redirect

urlpatterns = [
    path("", language_redirect),
    path("sitemap.xml", sitemap),
    path("robots.txt", robots),
    re_path(r"^api/v1/(?P<rest>.*)$", gate),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("account/", include("programmes.admin.signin.urls")),
        path("", include("programmes.public.urls")),
    ),
]
handler403 = "programmes.admin.refused.not_allowed"
handler404 = "programmes.public.views.not_found"
handler500 = "programmes.public.views.server_error"
