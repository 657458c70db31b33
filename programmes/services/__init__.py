"""Every write that has a rule.

`promise` makes a target with its first announcement; `revise`, `record` and `state` enter drafts of revisions,
figures and milestone statements; `submit`, `publish`, `send_back`, `set_aside` and `withdraw` move them through
review. Each checks who asks, keeps its trace, and either does all of it or nothing.
"""

from programmes.services.entries import amend, discard, discard_all, record, revise, state
from programmes.services.promises import Place, promise, twin_series
from programmes.services.review import publish, send_back, set_aside, submit, withdraw

__all__ = [
    "Place",
    "amend",
    "discard",
    "discard_all",
    "promise",
    "publish",
    "record",
    "revise",
    "send_back",
    "set_aside",
    "state",
    "submit",
    "twin_series",
    "withdraw",
]
