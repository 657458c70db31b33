"""Names of types that many files share."""

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.contrib.auth.models import User
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


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in, with what screens note on it while they answer.

    refusal: what the service refused of a form, shown when the form is shown again. saved_name: of what was just
    saved, as Django and as people call it. is_unsealed: what is posted is looked at for a proposal, so nothing is
    locked; is_return: a form of the history brings an earlier state back.
    """

    user: "User"
    refusal: ValidationError | None
    saved_name: tuple[str, str]
    is_unsealed: bool
    is_return: bool
