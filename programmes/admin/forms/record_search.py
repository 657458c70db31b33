"""Searching the lists of the staff: by any spelling, in any language, on every database alike.

Words are folded (case, accents, hyphens, Arabic variants) and so are the names they are held against, which are read
for each search: tables that bear names have thousands of rows, not millions. The large tables are then asked for the
keys that were found, through their indexes. Every word must stand somewhere in a record.
"""

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.screen_parts import ScreenPart
from programmes.models.names import fold
from programmes.selectors.wording.formats import number
from programmes.type_names import certain

MOST_WORDS = 8
# counting on would take longer than the list itself; nobody turns a thousand pages
MOST_COUNTED = 50_000
# of these tables only the beginning of a reference is looked for, by its index
LARGE = frozenset({"measurement"})
# columns to search, by table: own columns, and those of related tables
Paths = dict[str, Any]


class FoldedSearch(ScreenPart):
    """Replaces the search of ModelAdmin. `search_fields` are paths of columns, without marks of lookups."""

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        paths = _tree(self.get_search_fields(request))
        if not search_term.strip() or not paths:
            return queryset, False
        words = [word for word in map(fold, search_term.split()) if word][:MOST_WORDS]
        if not words:
            return queryset.none(), False
        for word in words:
            queryset = queryset.filter(_matching(queryset.model, paths, word))
        several = any(queryset.model._meta.get_field(name).many_to_many for name in paths)
        return queryset, several


class RobustList(ScreenPart):
    """A list that is asked for what no record can be, by a forged form or address: the stock admin fails on it."""

    def changelist_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Of the rows that an action is asked for, those whose keys can be keys."""
        keys = request.POST.getlist(ACTION_CHECKBOX_NAME)
        possible = list(filter(can_be_key, keys))
        if possible != keys:
            sent = request.POST.copy()
            sent.setlist(ACTION_CHECKBOX_NAME, possible)
            request.POST = sent  # type: ignore[assignment]  # its stubs know none but what a browser sent
        return super().changelist_view(request, *args, **options)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No list is filtered by a range, of which an address has no way to give both ends."""
        return not lookup.endswith("__range") and super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """A filter by a number that SQLite has no room for is a wrong filter, as on PostgreSQL."""
        try:
            return super().get_changelist_instance(request)
        except OverflowError as error:
            raise IncorrectLookupParameters from error


class QuickList(ChangeList):
    """A list whose links are put together from one address, instead of being looked up for each row."""

    @cached_property
    def stem(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def get_results(self, request: HttpRequest) -> None:
        """Beside the search box stands how many were found, where something was looked for."""
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count

    def url_for_result(self, result: models.Model) -> str:
        return f"{self.stem}{quote(result.pk)}/change/"


class CountedPaginator(Paginator[Any]):
    """Pages of a list that may be very long: its rows are counted up to a limit, and one more."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, models.QuerySet):
            return rows.order_by()[: MOST_COUNTED + 1].count()
        return len(rows)

    @property
    def more_than(self) -> str:
        """The limit in words of the reader's language, where there are more rows; empty otherwise."""
        return number(MOST_COUNTED) if self.count > MOST_COUNTED else ""


def _tree(fields: Any) -> Paths:
    """The paths by their first step; a column of the table itself leads to nothing."""
    tree: Paths = {}
    for path in fields:
        here = tree
        for step in path.split("__"):
            here = here.setdefault(step, {})
    return tree


def _matching(model: type[models.Model], paths: Paths, word: str) -> Q:
    """The condition that a word stands in one of the columns."""
    columns = [name for name, further in paths.items() if not further]
    if model._meta.model_name in LARGE:
        found = Q(*[(f"{name}__startswith", word) for name in columns], _connector=Q.OR)
    else:
        found = Q(pk__in=_named(model, columns, word)) if columns else Q(pk__in=[])
    for name, further in paths.items():
        if further:
            related = certain(model._meta.get_field(name).related_model)
            keys = related._base_manager.filter(_matching(related, further, word))
            found |= Q(**{f"{name}__in": list(keys.order_by().values_list("pk", flat=True))})
    return found


def _named(model: type[models.Model], columns: list[str], word: str) -> list[Any]:
    """The keys of the rows that hold a word in one of the columns, however it is spelled."""
    rows = model._base_manager.order_by().values_list("pk", *columns)
    return [key for key, *texts in rows if any(text and word in fold(text) for text in texts)]
