"""What the querysets of several tables need to say of their methods."""

from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def alters_data(method: Method) -> Method:
    """Marks a method that no template may call. What overrides one of Django's that may not needs no mark."""
    method.__dict__["alters_data"] = True
    return method


def queryset_only(method: Method) -> Method:
    """Marks a method that a manager does not offer: `objects.delete()` would empty the table."""
    method.__dict__["queryset_only"] = True
    return method
