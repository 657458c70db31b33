"""Workbooks of several tables: one to send to whoever keeps the figures, and the same one when it comes back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from programmes import languages
from programmes.admin.scope import rows_of
from programmes.admin.transfer.files import check_sent, workbook_answer
from programmes.models import Programme, Territory
from programmes.spreadsheets.columns.permissions import require_import
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.sending.operator_workbook import make_workbook
from programmes.type_names import staff_request

# what an operator is asked for most often
USUAL = ("measurements", "target-revisions", "milestone-statements")


class WorkbookForm(forms.Form):
    """Which tables, of which territory and programme, in which language."""

    tables = forms.MultipleChoiceField(
        label=gettext_lazy("tables"), widget=forms.CheckboxSelectMultiple
    )
    territory: forms.ModelChoiceField[Territory] = forms.ModelChoiceField(
        None,
        label=gettext_lazy("territory"),
        required=False,
        empty_label=gettext_lazy("All that is mine"),
    )
    programme: forms.ModelChoiceField[Programme] = forms.ModelChoiceField(
        None,
        label=gettext_lazy("programme"),
        required=False,
        empty_label=gettext_lazy("All that is mine"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("language"),
        choices=[(code, languages.own_name(code)) for code in languages.CODES],
    )

    def __init__(self, request: HttpRequest, tables: list[str]) -> None:
        super().__init__(
            request.GET or None,
            initial={
                "tables": [name for name in USUAL if name in tables] or tables[:1],
                "language": get_language(),
            },
        )
        boxes: dict[str, Any] = self.fields
        boxes["tables"].choices = [
            (name, capfirst(TABLES[name].model._meta.verbose_name_plural)) for name in tables
        ]
        boxes["territory"].queryset = rows_of(request, Territory)
        boxes["programme"].queryset = rows_of(request, Programme)


class FilledWorkbookForm(forms.Form):
    """A workbook that comes back."""

    file = forms.FileField(label=gettext_lazy("file"), allow_empty_file=True)


def workbook_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Makes a workbook as asked for in the address; on POST takes a filled one and turns each sheet into a job."""
    user = staff_request(request).user
    tables = importable(user)
    if not tables:
        raise PermissionDenied(_("You are not allowed to import into any of these tables."))
    asked = WorkbookForm(request, tables)
    if request.GET and asked.is_valid():
        return _made(request, asked.cleaned_data)
    sent = FilledWorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and sent.is_valid():
        file = sent.cleaned_data["file"]
        try:
            found = jobs.send_workbook(file.read(), file.name, by=user)
        except jobs.UnreadableFileError as error:
            sent.add_error("file", str(error))
        else:
            for job in found:
                check_sent(job, file.size)
            messages.success(request, _received(len(found)))
            return redirect(reverse("admin:programmes_importjob_changelist"))
    shown = {**context, "title": _("Workbooks to fill in"), "asked": asked, "sent": sent}
    return TemplateResponse(request, "admin/programmes/files/workbooks.html", shown)


def importable(user: User) -> list[str]:
    """The tables that a person may send files for."""
    found = []
    for name in TABLES:
        try:
            require_import(user, name)
        except PermissionDenied:
            continue
        found.append(name)
    return found


def _made(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    content = make_workbook(
        asked["tables"],
        by=staff_request(request).user,
        territory=asked["territory"],
        programme=asked["programme"],
        language=asked["language"],
    )
    about = [one.code for one in (asked["territory"], asked["programme"]) if one]
    name = "-".join(["suivi", *about, timezone.localdate().isoformat()])
    return workbook_answer(content, f"{name}.xlsx")


def _received(count: int) -> str:
    return ngettext(
        "%(n)s sheet was read: it is an import below.",
        "%(n)s sheets were read: each is an import below. Apply the lowest first, what others refer to.",
        count,
    ) % {"n": count}
