"""What a page says of the records that it prints: what is withdrawn, and what was changed after it was published."""

from collections.abc import Iterable
from dataclasses import dataclass

from programmes.selectors.lines.amendments import WITH_PAGE, ChangeLine, change_lines, record_names
from programmes.selectors.lines.withdrawals import Withdrawal, Withdrawals
from programmes.selectors.promises.corrected_since import CorrectedSince
from programmes.selectors.wording.names import Record
from programmes.selectors.wording.texts import Text


@dataclass(frozen=True, slots=True)
class OwnerNotice:
    """A withdrawn record to which that of the page belongs."""

    withdrawal: Withdrawal
    name: Text
    page: str


@dataclass(frozen=True, slots=True)
class Notes:
    """own: the withdrawal of the page's record. owners: those of what it belongs to. changes: latest first.

    corrected: entries of the page's day that were corrected since to be of a later one.
    """

    withdrawals: Withdrawals
    own: Withdrawal | None = None
    owners: tuple[OwnerNotice, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    corrected: tuple[CorrectedSince, ...] = ()


def read_notes(
    withdrawals: Withdrawals,
    own: Record | None = None,
    owners: Iterable[Record] = (),
    corrected: tuple[CorrectedSince, ...] = (),
) -> Notes:
    """The notes of a page whose withdrawals and changes were read. own: its record. owners: what this belongs to.

    No query where nothing was changed, nor the owners withdrawn.
    """
    above = withdrawals.among(owners)
    names = record_names((one.table, one.code) for one in above)
    return Notes(
        withdrawals,
        own=withdrawals.of(*own) if own else None,
        owners=tuple(
            OwnerNotice(
                one, names[one.table, one.code], one.table if one.table in WITH_PAGE else ""
            )
            for one in above
        ),
        changes=change_lines(withdrawals.changes, known=withdrawals.known),
        corrected=corrected,
    )
