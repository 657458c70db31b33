"""The rows of a list of the staff, written in one go: what a column is, and where a row leads, is found out once."""

from collections.abc import Callable, Iterator
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field
from django.db import models
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from programmes.admin.forms.labels import person_words
from programmes.admin.forms.record_search import QuickList

register = template.Library()
register.filter("person", person_words)


@register.inclusion_tag("admin/change_list_results.html")
def quick_results(cl: QuickList) -> dict[str, Any]:
    """The table that Django's own tag would write, of a list in which nothing is edited."""
    headers = list(result_headers(cl))
    return {
        "result_headers": headers,
        "num_sorted_fields": sum(bool(one["sortable"] and one["sorted"]) for one in headers),
        # a row is one piece of text: a template for each cell is what costs most
        "results": [[row] for row in _rows(cl)],
    }


def _rows(cl: QuickList) -> Iterator[SafeString]:
    """The cells of each row of the page."""
    columns = [(*_column(cl, name), _is_link(cl, name)) for name in map(str, cl.list_display)]
    # the filters that a record leads back to are the same for all of them
    filters: dict[str, Any] = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    query = add_preserved_filters(filters, f"{cl.stem}0/change/").removeprefix(
        f"{cl.stem}0/change/"
    )
    for row in cl.result_list:
        cells, tag = [], "th"
        for start, words, is_link in columns:
            text = conditional_escape(words(row))
            if is_link:
                address = escape(cl.url_for_result(row) + query)
                cells.append(
                    f'<{tag}{start}<a href="{address}"{_opener(cl, row)}>{text}</a></{tag}>'
                )
                tag = "td"
            else:
                cells.append(f"<td{start}{text}</td>")
        yield mark_safe("".join(cells))


def _is_link(cl: QuickList, name: str) -> bool:
    """Whether a column leads to the record: those that are named, or else the first."""
    links = cl.list_display_links
    if links is None:
        return False
    first = next((one for one in cl.list_display if one != "action_checkbox"), "")
    return name in links if links else name == first


def _opener(cl: QuickList, row: models.Model) -> str:
    """In a window that was opened to choose a record: the key that the choice hands back."""
    if not cl.is_popup:
        return ""
    return f' data-popup-opener="{escape(row.serializable_value(cl.to_field or cl.pk_attname))}"'


def _column(cl: QuickList, name: str) -> tuple[str, Callable[[Any], Any]]:
    """The attributes of a column's cells, and what makes their words of a row."""
    screen = cl.model_admin
    empty, column = screen.get_empty_value_display(), getattr(screen, name, None)
    field = next((one for one in cl.opts.fields if one.name == name), None)
    if field is not None:
        dense = isinstance(field, models.DateField | models.TimeField | models.ForeignKey)
        start = f' class="field-{name}{" nowrap" if dense else ""}">'
        return start, lambda row: _field_words(row, field, empty)
    start = ' class="action-checkbox">' if name == "action_checkbox" else f' class="field-{name}">'
    if column is None or getattr(column, "boolean", False):
        return start, lambda row: _other_words(row, name, screen, empty)
    empty = getattr(column, "empty_value_display", empty)
    return start, lambda row: _words(column(row), empty)


def _field_words(row: models.Model, field: models.Field[Any, Any], empty: str) -> Any:
    value = getattr(row, field.name)
    if isinstance(field, models.ForeignKey):
        return empty if value is None else value
    return display_for_field(value, field, empty)


def _other_words(row: models.Model, name: str, screen: Any, empty: str) -> Any:
    _field, column, value = lookup_field(name, row, screen)
    return display_for_value(value, empty, getattr(column, "boolean", False))


def _words(value: Any, empty: str) -> Any:
    if isinstance(value, str):
        return value if value.strip() else empty
    return display_for_value(value, empty)
