"""Puts the staff's own site in the place of Django's, and loads its screens."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class TrackerAdminConfig(AdminConfig):
    default_site = "programmes.admin.site.TrackerAdminSite"

    def ready(self) -> None:
        super().ready()
        # this package is imported before the tables are: the screens wait until they can be loaded
        import_module("programmes.admin.all_screens")
