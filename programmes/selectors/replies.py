"""What the responsible body says beside a target or a milestone."""

from dataclasses import dataclass
from datetime import date

from programmes.models import Reply
from programmes.selectors.formats import date_words
from programmes.selectors.names import Named, named
from programmes.selectors.sources import SourceLine, source_line
from programmes.selectors.target_rows import TargetRow
from programmes.selectors.texts import Text, translated


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply, with who speaks, when, and where it was said."""

    organisation: Named
    date: str
    text: Text
    source: SourceLine | None


def reply_lines(target: TargetRow, on: date) -> tuple[ReplyLine, ...]:
    """The public replies to a target by a day, latest first. One query."""
    rows = Reply.objects.published().filter(target=target.pk, date_on__lte=on)
    return tuple(
        ReplyLine(
            organisation=named(row.organisation),
            date=date_words(row.date),
            text=translated(row, "text"),
            source=source_line(row.source) if row.source.is_public else None,
        )
        for row in rows.select_related("organisation", "source__organisation")
    )
