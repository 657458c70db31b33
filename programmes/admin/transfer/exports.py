"""Lists of the staff that are too long to be taken out while one waits: a worker makes them, a page says when."""

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable
from uuid import uuid4

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from programmes.file_answers import file_answer
from programmes.models import DataFile
from programmes.selectors.wording.formats import language as language_now
from programmes.services.queue import when_refused
from programmes.spreadsheets.sending.exporting import FORMATS
from programmes.spreadsheets.sending.public_files.data_files import make, refuse
from programmes.spreadsheets.sending.xlsx import DoesNotFitError
from programmes.type_names import StaffRequest, certain

# as many rows are taken out while one waits
WAITED_FOR_ROWS = 20_000
REFRESH_SECONDS = 3


@runtime_checkable
class ExportedScreen(Protocol):
    """A screen whose list can be taken out, of which this module needs no more."""

    def has_export_permission(self, request: HttpRequest) -> bool: ...
    def export_rows(self, request: HttpRequest) -> QuerySet[Any]: ...
    def export_pieces(self, rows: QuerySet[Any], asked: dict[str, str]) -> Iterator[bytes]: ...


def ask_for_export(request: StaffRequest, model_name: str, asked: dict[str, str]) -> DataFile:
    """Keeps what was asked for, a list as it is filtered, and hands it to a worker."""
    row = DataFile.objects.create(
        name=f"export-{uuid4().hex}.{asked['kind']}",
        owner=request.user,
        question={
            **asked,
            "model": model_name,
            "query": request.GET.urlencode(),
            "spoken": language_now(),
        },
    )
    make_export.enqueue(row.pk)
    return row


@task(priority=-5)
def make_export(key: int) -> None:
    """Makes the file, with what its owner may see now."""
    row = DataFile.objects.select_related("owner").get(pk=key)
    asked = row.question
    request, owner = StaffRequest(), certain(row.owner)
    request.method, request.user, request.GET = "GET", owner, QueryDict(asked["query"])
    table = next(
        one
        for model, one in admin.site._registry.items()
        if model._meta.model_name == asked["model"]
    )
    assert isinstance(table, ExportedScreen)
    with translation.override(asked["spoken"]):
        if not (owner.is_active and table.has_export_permission(request)):
            refuse(key, _("You may no longer take this list out."))
            return
        try:
            rows = table.export_rows(request)
            make(row, "list", lambda: table.export_pieces(rows, asked), rows=rows.count())
        except (DoesNotFitError, IncorrectLookupParameters) as error:
            refuse(key, str(error))


@when_refused(make_export)
def tell_owner(key: int) -> None:
    """The page of the export says that it could not be made."""
    with translation.override(DataFile.objects.get(pk=key).question["spoken"]):
        refuse(
            key,
            _(
                "This file could not be made. Whoever runs the tracker has been told; try again later."
            ),
        )


def export_page(
    request: StaffRequest, key: int, *, context: dict[str, Any], back: str
) -> HttpResponseBase:
    """The file, once it is there; until then a page that looks again by itself. Only for whoever asked for it."""
    row = DataFile.objects.filter(pk=key, owner=request.user).first()
    if row is None:
        raise Http404(_("There is no such file. Take the list out again."))
    kind = row.question["kind"]
    if row.refused:
        messages.error(request, row.refused)
        return redirect(back)
    if row.stored:
        return file_answer(
            request, row, name=f"{row.question['table']}.{kind}", content_type=FORMATS[kind]
        )
    page = TemplateResponse(request, "admin/programmes/files/export.html", context, status=202)
    page["Refresh"] = page["Retry-After"] = str(REFRESH_SECONDS)
    return page
