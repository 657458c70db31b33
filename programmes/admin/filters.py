"""Filters of the lists. Their choices are scoped too, and few enough to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from programmes.admin.scope import rows_of
from programmes.models import Programme, Territory

MOST = 60


class _Choice(admin.SimpleListFilter):
    """A filter by a related record. `path` leads to it from the table."""

    path = ""

    def rows(self, request: HttpRequest) -> QuerySet:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), str(row)) for row in self.rows(request)[:MOST]]

    def has_output(self) -> bool:
        return True

    def chosen(self) -> int | None:
        value = self.value() or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def by_programme(path: str) -> type[_Choice]:
    """A filter by the programmes in sight."""

    class ByProgramme(_Choice):
        title = _("programme")
        parameter_name = "programme"

        def rows(self, request: HttpRequest) -> QuerySet:
            return rows_of(request, Programme)

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            if self.chosen() is None:
                return queryset
            # a subquery keeps rows single where the path leads through several programmes
            found = queryset.model._default_manager.filter(**{path: self.chosen()})
            return queryset.filter(pk__in=found.order_by().values("pk"))

    return ByProgramme


def by_region(*paths: str) -> type[_Choice]:
    """A filter by region: what lies in it or in one of its provinces."""

    class ByRegion(_Choice):
        title = _("region")
        parameter_name = "region"

        def rows(self, request: HttpRequest) -> QuerySet:
            return rows_of(request, Territory).regions()

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            if self.chosen() is None:
                return queryset
            condition = Q(pk__in=[])
            for path in paths:
                condition |= Q(**{path: self.chosen()}) | Q(**{f"{path}__parent": self.chosen()})
            found = queryset.model._default_manager.filter(condition)
            return queryset.filter(pk__in=found.order_by().values("pk"))

    return ByRegion
