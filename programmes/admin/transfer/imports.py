"""Files sent in: each person sees their own, an administrator also those of which they keep every row."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from programmes import access
from programmes.admin.base import TrackerAdmin
from programmes.admin.forms.mixins import ReadOnlyAdmin
from programmes.admin.scope import has_scope, remembered
from programmes.models import ImportJob
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing.job_scope import kept_of_others
from programmes.type_names import staff_request

# the queue of the workers speaks of imports by number; people find theirs here
admin.site.unregister(DBTaskResult)


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin, TrackerAdmin):
    list_display = ("file_name", "look", "table_name", "state", "owner", "created_at", "applied_at")
    list_filter = ("state",)
    list_select_related = ("owner",)
    actions = None
    fields = ("file_name", "table", "state", "owner", "created_at", "applied_at")

    @admin.display(description=gettext_lazy("preview"))
    def look(self, obj: ImportJob) -> SafeString:
        """The page of the import itself, where it is applied or undone."""
        name = f"admin:programmes_{TABLES[obj.table].model._meta.model_name}_import_job"
        return format_html('<a href="{}">{}</a>', reverse(name, args=[obj.pk]), _("Open"))

    @admin.display(description=gettext_lazy("table"), ordering="table")
    def table_name(self, obj: ImportJob) -> str:
        """The table a file was sent for, by its name."""
        return str(TABLES[obj.table].model._meta.verbose_name_plural)

    def in_sight(self, request: HttpRequest, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        user = staff_request(request).user
        others = remembered(
            request,
            "imports",
            lambda: kept_of_others(ImportJob.objects.all(), user),
        )
        return access.visible(rows, user) | rows.filter(pk__in=others)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not (request.user.is_active and request.user.is_staff and has_scope(request)):
            return False
        return obj is None or self.in_sight(request, ImportJob.objects.filter(pk=obj.pk)).exists()
