"""The words of the statuses, and the rule behind each."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.calculations.figures import Status
from programmes.selectors.formats import remembered

WORDS = {
    Status.NOT_YET_PROMISED: gettext_lazy("Not yet promised"),
    Status.ABANDONED: gettext_lazy("Abandoned"),
    Status.NOT_STARTED: gettext_lazy("Not started"),
    Status.NO_DATA: gettext_lazy("No data"),
    Status.ACHIEVED: gettext_lazy("Achieved"),
    Status.ACHIEVED_LATE: gettext_lazy("Achieved late"),
    Status.MISSED: gettext_lazy("Not met by the due date"),
    Status.NO_RECENT_DATA: gettext_lazy("No recent data"),
    Status.UNDER_WAY: gettext_lazy("Under way"),
    Status.ON_TRACK: gettext_lazy("On track"),
    Status.BEHIND: gettext_lazy("Behind"),
    Status.FAR_BEHIND: gettext_lazy("Far behind"),
}


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A status in words, and the name of its shape."""

    code: str
    words: str


@remembered
def status_line(status: Status) -> StatusLine:
    """A status in the current language."""
    return StatusLine(code=status.value, words=str(WORDS[status]))


def in_sentence(words: str) -> str:
    """A status inside a sentence: without its capital, where the language has capitals."""
    return words[:1].lower() + words[1:]


def rule_words(status: Status) -> str:
    """The rule that gives a status, in one plain sentence."""
    return {
        Status.NOT_YET_PROMISED: _("Nothing had been announced by the date asked."),
        Status.ABANDONED: _("The body that made the promise has said that it gives it up."),
        Status.NOT_STARTED: _("The date from which progress is counted is still ahead."),
        Status.NO_DATA: _("No figure has been published since the date of the baseline."),
        Status.ACHIEVED: _("The figure met the target by the due date."),
        Status.ACHIEVED_LATE: _("The figure met the target, but only after the due date."),
        Status.MISSED: _("The first figure at or after the due date did not meet the target."),
        Status.NO_RECENT_DATA: _(
            "The last figure is more than two reporting intervals old, or the due date has passed "
            "without a new one: nothing can be said of today."
        ),
        Status.UNDER_WAY: _(
            "There is no due date, or no dated starting point, so no value is expected on a given date."
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
