"""Parts of reviewed records as lists of their own: they change only while their record may."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from programmes.admin.forms.labels import label_of
from programmes.admin.forms.screen_parts import ScreenPart
from programmes.models import EDITABLE


class ReviewedPartAdmin(ScreenPart):
    """owner: the column that names the reviewed record."""

    owner = ""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(obj) and super().has_delete_permission(request, obj)

    def _is_open(self, obj: Any) -> bool:
        return obj is None or obj.pk is None or getattr(obj, self.owner).is_editable

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        box: Any = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == self.owner:
            box.queryset = box.queryset.filter(state__in=EDITABLE)
        return box

    def owner_label(self, obj: Any) -> str:
        """The reviewed record in words."""
        return label_of(getattr(obj, self.owner))
