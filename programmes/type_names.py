"""Names of types that many files share."""

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

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

    refusal: what the service refused of a form, shown when the form is shown again. in_conflict: because somebody else
    saved the record meanwhile. saved_name: of what was just saved, as Django and as people call it. content_before:
    what stood in a record before it was saved, by column. is_unsealed: what is posted is looked at for a proposal, so
    nothing is locked; is_proposing: the form is that of a proposal; is_history: it shows an earlier state; is_return:
    it brings that state back. What nothing noted is not there.
    """

    user: "User"
    refusal: ValidationError | None
    in_conflict: bool
    saved_name: tuple[str, str]
    content_before: dict[str, str]
    is_unsealed: bool
    is_proposing: bool
    is_history: bool
    is_return: bool


def staff_request(request: HttpRequest) -> StaffRequest:
    """The request of a screen that Django calls: it says of none who asks, and lets nobody in who is not signed in."""
    return cast(StaffRequest, request)
