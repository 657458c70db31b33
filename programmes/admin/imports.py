"""Files sent in: each person sees their own."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from programmes.admin.base import TrackerAdmin
from programmes.admin.scope import has_scope
from programmes.models import ImportJob


@admin.register(ImportJob)
class ImportJobAdmin(TrackerAdmin):
    list_display = ("file_name", "table", "state", "owner", "created_at", "applied_at")
    list_filter = ("state",)
    list_select_related = ("owner",)
    actions = None
    fields = ("file_name", "table", "state", "owner", "created_at", "applied_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # the file itself may be large, and is not read here
        return super().get_queryset(request).defer("content")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return request.user.is_superuser or obj.owner_id == request.user.pk
        return request.user.is_active and request.user.is_staff and has_scope(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
