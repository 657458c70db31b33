"""The words of the statuses, and the rule behind each."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from programmes.calculations.choices import Status
from programmes.models import Standing

WORDS = {Status(value): label for value, label in Standing.Status.choices}


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A status in words, and the name of its shape."""

    code: str
    words: str


def status_line(status: Status) -> StatusLine:
    """A status in the current language."""
    return StatusLine(code=status.value, words=str(WORDS[status]))


def in_sentence(words: str) -> str:
    """A status inside a sentence: without its capital, where the language has capitals."""
    return words[:1].lower() + words[1:]


def rule_words(status: Status, *, is_exceeded: bool = False) -> str:
    """The rule that gives a status, in one plain sentence. is_exceeded: missed, by a total above what it may be."""
    if is_exceeded:
        return _("A total above what it may be at most does not come down again.")
    return {
        Status.NOT_YET_PROMISED: _("Nothing had been announced by the date asked."),
        Status.WITHDRAWN: _("Everything that was announced of it was withdrawn or set aside."),
        Status.ABANDONED: _("The body that made the promise has said that it gives it up."),
        Status.NOT_STARTED: _("The date from which progress is counted is still ahead."),
        Status.ACHIEVED: _("The figure met the target by the due date."),
        Status.ACHIEVED_DATE_NOT_SHOWN: _(
            "The first figure after the due date meets the target: it may have been met in time or not."
        ),
        Status.ACHIEVED_LATE: _(
            "The first figure at or after the due date did not meet the target; a later one does."
        ),
        Status.MISSED: _("The first figure at or after the due date did not meet the target."),
        Status.RESULT_AWAITED: _(
            "The due date has passed, and figures are usually available some days later."
        ),
        Status.DUE_DATE_PASSED: _("The due date has passed, and no figure shows the result."),
        Status.NO_DATA: _("No figure has been published since the promise began to count."),
        Status.NO_RECENT_DATA: _(
            "The last figure is more than two reporting intervals old, or most of the parts have no recent one: "
            "nothing can be said of today."
        ),
        Status.UNDER_WAY: _(
            "There is no due date, nothing is expected on a given date, less than a tenth of the time has gone, "
            "or there is no figure since the date was set."
        ),
        Status.ON_TRACK: _(
            "On the date of the last figure, progress is at least 90 per cent of what was expected."
        ),
        Status.BEHIND: _(
            "On the date of the last figure, progress is between 70 and 90 per cent of what was expected."
        ),
        Status.FAR_BEHIND: _(
            "On the date of the last figure, progress is less than 70 per cent of what was expected."
        ),
    }[status]
