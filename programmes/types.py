"""Names of types that many files share."""

from typing import TYPE_CHECKING, TypeAlias

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    Words: TypeAlias = _StrOrPromise
else:
    # a sentence for readers, which may be translated only when it is read
    Words = str | Promise
