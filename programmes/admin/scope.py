"""What a member of staff may see and change on the screens. access decides; this asks it once per request."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from django.http import HttpRequest

from programmes import access
from programmes.type_names import staff_request

Answer = TypeVar("Answer")
Row = TypeVar("Row", bound=models.Model)


def _memory(request: HttpRequest) -> dict[Any, Any]:
    """Answers of access already given for this request."""
    memory: dict[Any, Any] = request.__dict__.setdefault("_scope_memory", {})
    return memory


def has_scope(request: HttpRequest) -> bool:
    """Whether any territory or programme is assigned to the person, or everything is theirs."""
    user = staff_request(request).user
    return remembered(request, "any", lambda: access.shares_reference_tables(user))


def rows_of(request: HttpRequest, model: type[Row]) -> models.QuerySet[Row]:
    """The rows of a table that the person may see, in its order: who needs none drops it."""
    rows = model._default_manager.all()
    return remembered(
        request, model, lambda: access.visible(rows, staff_request(request).user)
    ).all()


def sees(request: HttpRequest, row: models.Model) -> bool:
    """Whether a stored row is in the person's sight."""
    return _ask(
        request, "sees", row, lambda: rows_of(request, type(row)).filter(pk=row.pk).exists()
    )


def adds_to(request: HttpRequest, model: type[models.Model]) -> bool:
    """Whether the person may add to a table at all."""
    return remembered(
        request, ("adds", model), lambda: access.may_add(staff_request(request).user, model)
    )


def removes(request: HttpRequest, row: models.Model) -> bool:
    """Whether a stored row is the person's to remove."""
    return _ask(
        request, "removes", row, lambda: access.may_delete(staff_request(request).user, row)
    )


def keeps(request: HttpRequest, row: models.Model) -> bool:
    """Whether a stored row lies in the person's own territories and programmes."""
    return _ask(request, "keeps", row, lambda: access.may_change(staff_request(request).user, row))


def _ask(
    request: HttpRequest, question: str, row: models.Model, answer: Callable[[], bool]
) -> bool:
    if request.user.is_superuser:
        return True
    return remembered(request, (question, type(row), row.pk), answer)


def remembered(request: HttpRequest, key: Any, answer: Callable[[], Answer]) -> Answer:
    """An answer that is worked out once for a request, and again after a write."""
    memory = _memory(request)
    if key not in memory:
        memory[key] = answer()
    found: Answer = memory[key]
    return found


def forget(request: HttpRequest) -> None:
    """After a write: what was answered before may no longer hold."""
    request.__dict__["_scope_memory"] = {}
