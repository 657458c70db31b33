"""Names of types that many files share."""

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.db.models import QuerySet
from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    Words: TypeAlias = _StrOrPromise
else:
    # a sentence for readers, which may be translated only when it is read
    Words = str | Promise

# a queryset of whichever table, which is given back narrowed
Rows = TypeVar("Rows", bound=QuerySet[Any])

Value = TypeVar("Value")


def certain(value: Value | None) -> Value:
    """A value that is there: something else has said so already, or a constraint of the table does."""
    assert value is not None
    return value
