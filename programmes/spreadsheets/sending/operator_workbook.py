"""One XLSX file to send to whoever keeps the figures: filled in offline, it comes back through the same preview.

Each table has its sheet, with the rows that its keeper may change; what must not change is locked and grey. A sheet
of lists holds the codes that the drop-downs offer, with their names.
"""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import Programme, Territory
from programmes.spreadsheets.columns.permissions import require_import
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.titles import sheet_title
from programmes.spreadsheets.sending.dropdowns import DropDownLists
from programmes.spreadsheets.sending.instructions import write_instructions
from programmes.spreadsheets.sending.table_sheet import Formats, SheetPlan, write_table


def make_workbook(
    tables: Iterable[str],
    *,
    by: User,
    territory: Territory | None = None,
    programme: Programme | None = None,
    language: str,
) -> bytes:
    """A workbook of those of the named tables that `by` may import, with the rows that they may change.

    `territory` and `programme` narrow the rows to those that lie in them. Shared tables come whole.

    Raises:
        PermissionDenied: `by` may import into none of the tables.
        DoesNotFitError: a text is longer than a cell can be.
    """
    with translation.override(language):
        plans = _plans(tables, by)
        for plan in plans:
            plan.rows = list(_rows(plan.table, by, territory, programme))
        out = io.BytesIO()
        book = xlsxwriter.Workbook(
            out,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        try:
            _write(book, plans, by, territory, programme)
        finally:
            book.close()
        return out.getvalue()


def _plans(tables: Iterable[str], by: User) -> list[SheetPlan]:
    plans: list[SheetPlan] = []
    for name in tables:
        try:
            require_import(by, name)
        except PermissionDenied:
            continue
        table = TABLES[name]()
        taken = [plan.title for plan in plans]
        plans.append(
            SheetPlan(table, sheet_title(str(table.model._meta.verbose_name_plural), taken))
        )
    if not plans:
        raise PermissionDenied(_("You are not allowed to import into any of these tables."))
    return plans


def _rows(
    table: TableResource, by: User, territory: Territory | None, programme: Programme | None
) -> models.QuerySet[Any]:
    """The rows of a table that `by` may change, within the chosen territory and programme."""
    kept = access.changeable(table.model._default_manager.all(), by)
    scope = access.SCOPES.get(table.model)
    if scope is not None:
        if territory is not None:
            kept = kept.filter(_any(scope.territory, Territory.objects.within({territory.pk})))
        if programme is not None:
            kept = kept.filter(
                _any(
                    scope.programme,
                    Programme.objects.filter(pk__in=access.programme_and_parts(programme.pk)),
                )
            )
    # the keys first: a planner without statistics takes minutes over subqueries within subqueries
    keys = set(kept.order_by().values_list("pk", flat=True))
    return table.complete(table.model._default_manager.filter(pk__in=keys))


def _any(paths: Iterable[str], rows: models.QuerySet[Any]) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{path}__in": rows.values("pk")})
    return condition


def _write(
    book: xlsxwriter.Workbook,
    plans: list[SheetPlan],
    by: User,
    territory: Territory | None,
    programme: Programme | None,
) -> None:
    formats = Formats(book)
    write_instructions(book, plans, territory=territory, programme=programme)
    sheets = [book.add_worksheet(plan.title) for plan in plans]
    lists = DropDownLists(
        book,
        by,
        title=sheet_title(_("Lists"), [plan.title for plan in plans]),
        held_rows=lambda model: _held_rows(plans, model),
    )
    for plan, sheet in zip(plans, sheets, strict=True):
        write_table(sheet, plan, formats, lists)
    sheets[0].activate()
    lists.finish()


def _held_rows(plans: list[SheetPlan], model: type[models.Model]) -> list[models.Model] | None:
    """The rows of a table that is part of the workbook."""
    return next((plan.rows for plan in plans if plan.table.model is model), None)
