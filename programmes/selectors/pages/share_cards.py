"""What the picture of a page says, where it is shared: its title, the figure, the promise, how that moved."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from programmes.selectors.lines.amendments import record_name
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.promises.counts import read_counts
from programmes.selectors.promises.own_targets import OWNERS, own_targets
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import TrackRecord, track_record
from programmes.selectors.wording.texts import Text


@dataclass(frozen=True, slots=True)
class ShareCard:
    """A page in one picture: of one promise (line), or of several (record). marks: that it is withdrawn."""

    title: Text
    kind: str
    line: PromiseLine | None = None
    record: TrackRecord | None = None
    marks: tuple[str, ...] = ()


def site_card(on: date, *, known: datetime | None = None) -> ShareCard:
    """All promises. Two queries."""
    return ShareCard(
        Text(_("What was promised in vocational training, and where it stands.")),
        "",
        record=read_counts(on, known).record,
    )


def record_card(
    page: str, code: str, on: date, *, known: datetime | None = None
) -> ShareCard | None:
    """The promises of a programme, territory, agreement or organisation; None where there is none. Five queries."""
    row = OWNERS[page].objects.published(known).filter(code=code).first()
    if row is None:
        return None
    page_rows = read_page_rows(on, known=known, own=row, targets=own_targets(row).order_by("code"))
    kind = row.get_kind_display() if hasattr(row, "get_kind_display") else _("Programme")
    return ShareCard(
        record_name(row),
        str(kind),
        record=track_record(page_rows.promised()),
        marks=page_rows.withdrawals.marks((page, code)),
    )
