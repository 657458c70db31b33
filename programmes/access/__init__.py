"""Which rows a member of staff may see and change. The one place that decides; no assignment, no rows.

A superuser sees everything, and so does whoever the country itself is assigned to, without naming a programme: they
have *national scope*. Anyone else sees what lies in the territories and programmes assigned to them. Whether a person
may add, change or delete rows of a table at all is Django's own permission; this adds the scope.

    assigned    what is assigned to a person, and what lies in it
    rows        which rows of a table they see and change
    placing     where they put rows, which columns they leave alone, and what they are told otherwise
    accounts    which accounts they keep, and who needs a second factor
"""

from programmes.access.accounts import (
    accounts,
    may_give,
    may_keep_account,
    needs_second_factor,
    roles_to_give,
)
from programmes.access.assigned import (
    has_national_scope,
    may_place,
    programme_and_parts,
    remembering,
    shares_reference_tables,
)
from programmes.access.placing import (
    held_columns,
    may_add,
    may_delete,
    may_place_agreement,
    may_place_centre,
    may_place_programme,
    outside_sentence,
)
from programmes.access.rows import (
    NATIONAL,
    OWNED,
    SCOPES,
    SHARED,
    changeable,
    changes_all,
    may_amend,
    may_change,
    visible,
)

__all__ = [
    "NATIONAL",
    "OWNED",
    "SCOPES",
    "SHARED",
    "accounts",
    "changeable",
    "changes_all",
    "has_national_scope",
    "held_columns",
    "may_add",
    "may_amend",
    "may_change",
    "may_delete",
    "may_give",
    "may_keep_account",
    "may_place",
    "may_place_agreement",
    "may_place_centre",
    "may_place_programme",
    "needs_second_factor",
    "outside_sentence",
    "programme_and_parts",
    "remembering",
    "roles_to_give",
    "shares_reference_tables",
    "visible",
]
