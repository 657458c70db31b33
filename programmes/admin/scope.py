"""What a member of staff may see and change on the screens. access.py decides; this asks it once per request."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from programmes import access
from programmes.models import Assignment


def _memory(request: HttpRequest) -> dict[Any, Any]:
    """Answers of access.py already given for this request."""
    if not hasattr(request, "_scope_memory"):
        request._scope_memory = {}
    return request._scope_memory


def has_scope(request: HttpRequest) -> bool:
    """Whether any territory or programme is assigned to the person, or everything is theirs."""
    user, memory = request.user, _memory(request)
    if "any" not in memory:
        memory["any"] = user.is_superuser or Assignment.objects.filter(user=user).exists()
    return memory["any"]


def rows_of(request: HttpRequest, model: type[models.Model]) -> models.QuerySet:
    """The rows of a table that the person may see, unordered work left to the caller."""
    memory = _memory(request)
    if model not in memory:
        memory[model] = access.visible(model._default_manager.all(), request.user)
    return memory[model].all()


def sees(request: HttpRequest, row: models.Model) -> bool:
    """Whether a stored row is in the person's sight."""
    return _ask(
        request, "sees", row, lambda: rows_of(request, type(row)).filter(pk=row.pk).exists()
    )


def keeps(request: HttpRequest, row: models.Model) -> bool:
    """Whether a stored row lies in the person's own territories and programmes."""
    return _ask(request, "keeps", row, lambda: access.may_change(request.user, row))


def _ask(request: HttpRequest, question: str, row: models.Model, answer: Any) -> bool:
    if request.user.is_superuser:
        return True
    memory, key = _memory(request), (question, type(row), row.pk)
    if key not in memory:
        memory[key] = answer()
    return memory[key]


def forget(request: HttpRequest) -> None:
    """After a write: what was answered before may no longer hold."""
    request._scope_memory = {}
