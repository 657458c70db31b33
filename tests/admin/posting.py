"""Forms of the staff's screens as a browser sends them, with some boxes filled in otherwise, and files beside them."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import models
from django.test import Client
from django.urls import reverse

from programmes.spreadsheets.importing import jobs
from tests.admin.conftest import signed_in


def address_of(row: models.Model, page: str, *more: Any) -> str:
    """The address of a page of a record, or of the empty form of its table."""
    args = [] if page == "add" else [row.pk, *more]
    return reverse(f"admin:programmes_{row._meta.model_name}_{page}", args=args)


def post_as_shown(row: models.Model, page: str, user: Any, chief: Any, **changes: Any) -> Any:
    """The form of a record as somebody who may change all of it would send it, sent by another."""
    shown = as_shown(signed_in(chief), address_of(row, "change"))
    # a new record has no parts yet
    empty = as_shown(signed_in(chief), address_of(row, "add")) if page == "add" else {}
    return signed_in(user).post(address_of(row, page), shown | empty | changes)


def take(client: Client, name: str, *rows: models.Model) -> None:
    """Chooses rows in their list, takes an action, and agrees to whatever is asked."""
    address = reverse(f"admin:programmes_{rows[0]._meta.model_name}_changelist")
    chosen = {"action": name, "_selected_action": [row.pk for row in rows], "post": "yes"}
    page = client.post(address, chosen)
    if page.status_code == 200 and page.context and "keys" in page.context:
        agreed = {"keys": page.context["keys"], "confirmed": "1", "note": "Oui", "show": "on"}
        client.post(page.context["address"], agreed)


def send_file(table: str, user: Any, text: str) -> str:
    """Sends a file and applies it. Returns why it was refused; empty where it went through."""
    try:
        job = jobs.check(jobs.send(table, text.encode(), "sent.csv", by=user))
        refused = [row for chunk in job.chunks.filter(kind="refused") for row in chunk.rows]
        if refused:
            return " ".join(sentence for _column, _value, sentence, *_more in refused[0][1])
        jobs.apply(job, by=user)
    except (PermissionDenied, ValidationError) as error:
        return str(error)
    return ""


def as_shown(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send of the form at an address, untouched: its boxes and the rows of its lists."""
    return boxes_shown(client.get(address))


def boxes_shown(page: Any) -> dict[str, Any]:
    """The same of a page that was opened."""
    context = page.context
    data = _boxes(context["adminform"].form)
    for shown in context["inline_admin_formsets"]:
        formset = shown.formset
        data |= _boxes(formset.management_form)
        for form in formset.forms:
            data |= _boxes(form)
    return data


def _boxes(form: Any) -> dict[str, Any]:
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {
        name: [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
        for name, value in values.items()
        # a browser sends no file again that is kept
        if value is not None and value is not False and value != "" and not isinstance(value, File)
    }
