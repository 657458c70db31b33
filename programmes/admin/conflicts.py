"""Two people, one record: the second to save sees what the first changed, and decides."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import yesno
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from programmes.admin.forms.labels import label_of, written
from programmes.admin.forms.record_forms import WriteRefusedError
from programmes.admin.forms.screen_parts import ScreenPart
from programmes.calculations.dates import PreciseDate
from programmes.type_names import staff_request

SEEN = "seen_version"


def version_of(row: models.Model) -> str:
    """A mark that changes whenever the record is saved. Empty for a table that keeps no such mark."""
    if hasattr(row, "changed_at"):
        return str(row.changed_at.isoformat())
    if hasattr(row, "history"):
        return str(row.history.values_list("history_id", flat=True).first() or "")
    return ""


class ConflictMixin(ScreenPart):
    """Refuses a form that was opened before somebody else saved the record."""

    def refuse_stale(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any]) -> None:
        """Raises WriteRefusedError where the stored record is not the one that the form showed. Locks the row."""
        if SEEN not in request.POST:
            return
        stored = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        if request.POST[SEEN] != version_of(stored):
            staff_request(request).in_conflict = True
            raise WriteRefusedError(ValidationError(_sentences(stored, form)))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        obj = options.get("obj")
        if obj is not None:
            # a form sent back for another reason keeps the version that the person saw
            kept = None if getattr(request, "in_conflict", False) else request.POST.get(SEEN)
            context[SEEN] = kept or version_of(obj)
        return super().render_change_form(request, context, *args, **options)


def _sentences(stored: models.Model, form: forms.ModelForm[Any]) -> list[str]:
    """Who saved in the meantime, and each stored value that differs from what was typed."""
    last = stored.history.first() if hasattr(stored, "history") else None
    who = getattr(last, "history_user", None) or _("Somebody else")
    sentences = [
        _(
            "%(who)s saved this record while you were editing it. Nothing of yours is saved yet: compare, then save "
            "again to keep what stands in the boxes below."
        )
        % {"who": who}
    ]
    saved = type(form)(instance=stored)
    for name in form.changed_data:
        if name in saved.fields:
            sentences.append(
                _("%(field)s, as saved: %(value)s")
                % {"field": saved.fields[name].label, "value": _shown(saved, name)}
            )
    return sentences


def _shown(saved: forms.ModelForm[Any], name: str) -> str:
    """What stands in a box as saved: a record by its name, a number as it is typed."""
    row = saved.instance
    value: Any = getattr(row, name, None)
    if hasattr(value, "all"):
        value = ", ".join(label_of(one) for one in value.all())
    elif isinstance(value, PreciseDate):
        value = written(value)
    elif isinstance(value, models.Model):
        value = label_of(value)
    elif hasattr(row, f"get_{name}_display"):
        value = getattr(row, f"get_{name}_display")()
    elif isinstance(value, bool):
        value = yesno(value)
    elif isinstance(value, Decimal):
        value = saved[name].value()
    elif isinstance(value, date):
        value = written(PreciseDate.of_day(value))
    return Truncator(str(value)).chars(200) if value not in (None, "") else "–"
