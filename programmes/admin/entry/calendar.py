"""The page of the calendar: what is due by month, who has reported and who has not."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes.admin.entry.lines import MOST_CHOSEN, entry_url
from programmes.admin.forms.labels import label_of
from programmes.admin.scope import has_scope
from programmes.selectors.desk.calendar import calendar_of, due_on
from programmes.selectors.wording.formats import day_words, month_words, number
from programmes.type_names import staff_request

MOST_NAMED = 30


def calendar_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """For everyone with territories or programmes of their own; who enters figures gets links to the grid."""
    if not has_scope(request):
        raise PermissionDenied
    today = timezone.localdate()
    calendar = calendar_of(staff_request(request).user, today)
    enters = request.user.has_perm("programmes.add_measurement")
    return TemplateResponse(
        request,
        "admin/programmes/calendar.html",
        {
            **context,
            "title": _("Calendar of figures"),
            "months": [
                {
                    "name": capfirst(month_words(month.first)) if month.first else _("Due or late"),
                    "count": number(len(month.series)),
                    "lines": [
                        (label_of(one), _("due on %(day)s") % {"day": day_words(due_on(one))})
                        for one in month.series[:MOST_NAMED]
                    ],
                    "unnamed": max(0, len(month.series) - MOST_NAMED),
                    "url": _grid([one.pk for one in month.series]) if enters else "",
                    "is_late": month.first is None,
                }
                for month in calendar.due
            ],
            "ends": [capfirst(month_words(day)) for day in calendar.months],
            "reporters": [
                {
                    "name": str(one.organisation or _("No operator is named")),
                    "cells": [
                        (number(fresh), number(one.count), fresh == one.count)
                        for fresh in one.fresh
                    ],
                    "url": _grid(one.stale) if enters and one.stale else "",
                }
                for one in calendar.reporters
            ],
        },
    )


def _grid(keys: Any) -> str:
    return entry_url(series=",".join(str(key) for key in keys[:MOST_CHOSEN]))
