"""Every write that has a rule.

`promise` makes a target with its first announcement; `copy_structure` gives a new programme what another is made of;
`revise`, `record`, `state` and `reply` enter drafts of revisions, figures, milestone statements and replies;
`propose_change`, `propose_showing`, `propose_withdrawal`, `propose_setting_aside` and `propose_translation` enter
drafts of amendments;
`submit`, `publish`, `send_back` and `set_aside` move them all through review, and write down where the targets stand
that they change (`restated_together`: of many steps, once); `blank_personal_data` removes it for good. Each checks who
asks, keeps its trace, and either does all of it or nothing.
"""

from programmes.services.amendments import (
    AGREEMENT,
    ChangedMeanwhileError,
    ProposedAlreadyError,
    propose_change,
    propose_setting_aside,
    propose_showing,
    propose_translation,
    propose_withdrawal,
)
from programmes.services.copying import copy_structure
from programmes.services.entries import (
    change_draft,
    discard,
    discard_all,
    record,
    reply,
    revise,
    state,
)
from programmes.services.erasing.blanking import (
    blank_personal_data,
    may_blank,
    organisations_with_personal_data,
)
from programmes.services.ledger import is_public
from programmes.services.promises import SeriesIdentity, promise, twin_series
from programmes.services.review import (
    DoubtfulError,
    SubmissionChangedError,
    own_content,
    publish,
    send_back,
    set_aside,
    submit,
)
from programmes.services.showing import HiddenOwnerError, hidden_owners
from programmes.services.standings import differences, restate_all, restated_together

__all__ = [
    "AGREEMENT",
    "ChangedMeanwhileError",
    "DoubtfulError",
    "HiddenOwnerError",
    "ProposedAlreadyError",
    "SeriesIdentity",
    "SubmissionChangedError",
    "blank_personal_data",
    "change_draft",
    "copy_structure",
    "differences",
    "discard",
    "discard_all",
    "hidden_owners",
    "is_public",
    "may_blank",
    "organisations_with_personal_data",
    "own_content",
    "promise",
    "propose_change",
    "propose_setting_aside",
    "propose_showing",
    "propose_translation",
    "propose_withdrawal",
    "publish",
    "record",
    "reply",
    "restate_all",
    "restated_together",
    "revise",
    "send_back",
    "set_aside",
    "state",
    "submit",
    "twin_series",
]
