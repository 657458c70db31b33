"""Filters of the lists. Their choices are scoped too, and few enough to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programmes import access
from programmes.admin.forms.keys import can_be_key
from programmes.admin.scope import rows_of
from programmes.models import Programme, Standing, Target, Territory
from programmes.selectors.desk import tasks
from programmes.type_names import staff_request

MOST = 60


class _RecordFilter(admin.SimpleListFilter):
    """A filter by a related record. `path` leads to it from the table."""

    path = ""

    def rows(self, request: HttpRequest) -> QuerySet[Any]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = self.rows(request).values_list("pk", "name", "code")[:MOST]
        return [(str(key), name or code) for key, name, code in found]

    def has_output(self) -> bool:
        return True

    def chosen(self) -> int | None:
        value = self.value() or ""
        return int(value) if can_be_key(value) else None


def by_programme(path: str) -> type[_RecordFilter]:
    """A filter by the programmes in sight."""

    class ProgrammeFilter(_RecordFilter):
        title = _("programme")
        parameter_name = "programme"

        def rows(self, request: HttpRequest) -> QuerySet[Any]:
            return rows_of(request, Programme)

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            if self.chosen() is None:
                return queryset
            # a subquery keeps rows single where the path leads through several programmes
            found = queryset.model._default_manager.filter(**{path: self.chosen()})
            return queryset.filter(pk__in=found.order_by().values("pk"))

    return ProgrammeFilter


def by_region(*paths: str) -> type[_RecordFilter]:
    """A filter by region: what lies in it or in one of its parts."""

    class RegionFilter(_RecordFilter):
        title = _("region")
        parameter_name = "region"

        def rows(self, request: HttpRequest) -> QuerySet[Any]:
            territories: Any = rows_of(request, Territory)
            regions: QuerySet[Territory] = territories.regions()
            return regions

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            if self.chosen() is None:
                return queryset
            condition = Q(pk__in=[])
            for path in paths:
                condition |= Q(**{path: self.chosen()}) | Q(**{f"{path}__parent": self.chosen()})
            found = queryset.model._default_manager.filter(condition)
            return queryset.filter(pk__in=found.order_by().values("pk"))

    return RegionFilter


class StatusFilter(admin.SimpleListFilter):
    """Of targets: where they stand today, each status with how many there are in sight."""

    title = _("status today")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        today = Standing.objects.at(timezone.localdate())
        counts = dict(
            today.filter(target__in=rows_of(request, Target))
            .order_by()
            .values_list("status")
            .annotate(Count("pk"))
        )
        return [
            (value, _("%(status)s (%(count)s)") % {"status": label, "count": counts[value]})
            for value, label in Standing.Status.choices
            if value in counts
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        told = Standing.objects.at(timezone.localdate()).filter(status=self.value())
        return queryset.filter(pk__in=told.order_by().values("target"))


class ReportingFilter(admin.SimpleListFilter):
    """Of series: whether the next figure is due, or late."""

    title = _("next figure")
    parameter_name = "reporting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("due, in my own scope")), ("late", _("late, in my own scope"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("due", "late"):
            return queryset
        own: Any = access.changeable(queryset, staff_request(request).user)  # series
        today = timezone.localdate()
        late = tasks.late_series(own, today)
        if self.value() == "late":
            return late
        return tasks.due_series(own, today).exclude(pk__in=late.order_by().values("pk"))


class PlannedDateFilter(admin.SimpleListFilter):
    """Of milestones: planned soon, or past without being reached."""

    title = _("planned date")
    parameter_name = "awaited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("soon", _("within 60 days, in my own scope")),
            ("past", _("past and not reached, in my own scope")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {"soon": tasks.soon_milestones, "past": tasks.past_milestones}.get(
            self.value() or ""
        )
        if chosen is None:
            return queryset
        return chosen(
            access.changeable(queryset, staff_request(request).user), timezone.localdate()
        )


class EnteredByFilter(admin.SimpleListFilter):
    """Of records under review: entered by the person, or by others of the same scope."""

    title = pgettext_lazy("filter", "entered by")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("myself")),
            ("others", _("others, in my own scope")),
            ("scope", _("anyone, in my own scope")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("mine", "others", "scope"):
            return queryset
        own = access.changeable(queryset, staff_request(request).user)
        if self.value() == "mine":
            return own.filter(entered_by=request.user)
        return own if self.value() == "scope" else own.exclude(entered_by=request.user)
