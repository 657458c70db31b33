"""What organisations reply beside a target."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from programmes.models import Reply, State
from programmes.selectors.lines.sources import SourceLine, public_source
from programmes.selectors.wording.formats import date_words, day_words
from programmes.selectors.wording.names import NamedRecord, named
from programmes.selectors.wording.texts import Text, translated


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply, with who speaks, when, and where it was said.

    withdrawn, aside: the day since which it no longer stands, in words, and `outcome` why; empty where it stands.
    """

    organisation: NamedRecord
    date: str
    text: Text
    source: SourceLine | None
    withdrawn: str
    aside: str
    outcome: Text


def reply_lines(target: int, on: date, *, known: datetime | None = None) -> tuple[ReplyLine, ...]:
    """The replies to a target that were published, by its key, by a day, latest first, as known at a moment. One query.

    What was withdrawn or set aside since stays, and says so.
    """
    rows = Reply.objects.once_published().readable(known).filter(target=target, date_on__lte=on)
    rows = rows.select_related("organisation", "source__organisation")
    return tuple(_line(row.as_known(known)) for row in rows)


def _line(row: Reply) -> ReplyLine:
    ended = day_words(timezone.localdate(row.ended_at)) if row.ended_at else ""
    return ReplyLine(
        organisation=named(row.organisation),
        date=date_words(row.date),
        text=translated(row, "text"),
        source=public_source(row.source),
        withdrawn=ended if row.state == State.WITHDRAWN else "",
        aside=ended if row.state == State.SET_ASIDE else "",
        outcome=translated(row, "outcome_reason"),
    )
