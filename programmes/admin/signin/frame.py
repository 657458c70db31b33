"""Puts a page of allauth into the staff's frame: header, languages, title; nothing of it is kept by a browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache

from programmes.admin.signin.middleware import lacks_second_factor, turned_away
from programmes.type_names import staff_request


def framed(view: Callable[..., HttpResponseBase], title: Any) -> Callable[..., HttpResponseBase]:
    """A view for staff and for who is not signed in; its template also knows what the staff's pages know, and its
    fields have labels alone."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if away := turned_away(request):
            return away
        response = view(request, *args, **options)
        if isinstance(response, TemplateResponse) and not response.is_rendered:
            found = response.context_data or {}
            for field in getattr(found.get("form"), "fields", {}).values():
                field.widget.attrs.pop("placeholder", None)
            response.context_data = {
                **admin.site.each_context(request),
                "title": title,
                "lacks_second_factor": lacks_second_factor(staff_request(request).user),
                **found,
            }
        return response

    return inner
