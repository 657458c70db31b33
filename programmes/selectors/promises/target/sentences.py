"""The one sentence that says where a target stands. Pages, charts, feeds and data all print this one.

The label comes first, so that no figure has to agree with a noun that staff typed.
"""

import re

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.calculations.dates import span_of
from programmes.models import Series
from programmes.selectors.promises.corrected_since import corrected_words, entries_corrected_since
from programmes.selectors.promises.promise_lines import OLD, ON_THE_WAY, due_words
from programmes.selectors.promises.target.status_sentences import (
    status_sentence,
    status_value,
    value_date_of,
)
from programmes.selectors.promises.target.target_standing import TargetStanding
from programmes.selectors.promises.value_words import (
    coverage_words,
    progress_towards,
    promised_by_words,
)
from programmes.selectors.wording.formats import (
    date_words,
    language,
    time_between,
)
from programmes.selectors.wording.names import series_label
from programmes.selectors.wording.statuses import WORDS, in_sentence
from programmes.selectors.wording.texts import Text, translated
from programmes.type_names import certain

ELISION = re.compile(r"\bde (?=environ\b|au moins\b)")


def sentence(standing: TargetStanding) -> str:
    """Where a target stands, in the current language: the fact, the status, the parts, the first announcement."""
    pieces = [
        status_sentence(standing),
        _last_known_sentence(standing),
        _first_period_sentence(standing),
        _missing_sentence(standing),
        _parts_sentence(standing),
        _original_sentence(standing),
        *(
            str(corrected_words(*pair))
            for pair in entries_corrected_since(standing.revisions, standing.on)
        ),
    ]
    if standing.status in ON_THE_WAY:
        pieces.insert(0, _head(standing))
    return elided(" ".join(piece for piece in pieces if piece))


def elided(text: str) -> str:
    """French before a qualifier: d'environ, d'au moins."""
    return ELISION.sub("d’", text) if language() == "fr" else text


def _head(standing: TargetStanding) -> str:
    return _("%(label)s: %(value)s %(as_of)s, against a target of %(target)s.") % {
        "label": series_label(standing.target.series),
        "value": status_value(standing),
        "as_of": value_date_of(standing),
        "target": promised_by_words(standing.unit, standing.present),
    }


def _last_known_sentence(standing: TargetStanding) -> str:
    """Of a figure that is not recent: how far it was, how long ago, and how near the due date is."""
    outcome, value = standing.outcome, standing.value
    if standing.status not in OLD or outcome is None or value is None or outcome.progress is None:
        return ""
    known = _("%(progress)s, %(ago)s ago") % {
        "progress": progress_towards(outcome.progress, value.amount, outcome.promise.value),
        "ago": time_between(value.as_of, standing.on),
    }
    if due := due_words(outcome.promise.due, standing.on):
        known = _("%(known)s; %(due)s") % {"known": known, "due": due}
    return capfirst(_("Last known: %(known)s") % {"known": known}) + "."


def _original_sentence(standing: TargetStanding) -> str:
    """How the target stands against its first announcement, where that is not how it stands now."""
    status, original = standing.original_status, standing.original
    if status is None or original is None:
        return ""
    return _("Against the first announcement (%(target)s): %(status)s.") % {
        "target": promised_by_words(standing.unit, original),
        "status": in_sentence(str(WORDS[status])),
    }


def _first_period_sentence(standing: TargetStanding) -> str:
    """The period in which the promise was announced, which is counted whole."""
    since = standing.since
    if since is None or certain(standing.outcome).start.is_stated:
        return ""
    for row in standing.reported.figures:
        first, last = row.period_start, row.as_of_on
        if first is not None and first < since <= last:
            words = {"period": date_words(span_of(first, last))}
            return _("Counted whole: %(period)s, when it was announced.") % words
    return ""


def _missing_sentence(standing: TargetStanding) -> str:
    """The periods for which no figure was published."""
    value = standing.value
    if value is None or not value.missing:
        return ""
    spans = dict.fromkeys(date_words(span_of(one.first, one.last)) for one in value.missing)
    return _("No figure for: %(periods)s.") % {"periods": _(", ").join(spans)}


def _parts_sentence(standing: TargetStanding) -> str:
    """What the value is the total of, who has not reported, and whose figures are old."""
    coverage = standing.value.coverage if standing.value else None
    if coverage is None:
        return ""
    covered = coverage_words(coverage.covered, coverage.total, standing.parts_are)
    names = {series.code: str(part_label(series)) for series, _last in standing.parts}
    pieces = [covered]
    bare, outdated = coverage.unweighted, certain(standing.outcome).outdated
    missing = tuple(key for key in coverage.missing if key not in bare)
    for keys, pattern in (
        (bare, _("Ratio alone, without its numerator and denominator, so not pooled: %(names)s.")),
        (missing, ngettext("Not reported: %(names)s.", "Not reported: %(names)s.", len(missing))),
        (outdated, ngettext("Outdated: %(names)s.", "Outdated: %(names)s.", len(outdated))),
    ):
        if keys:
            told = [name for key, name in names.items() if key in keys]
            pieces.append(pattern % {"names": _(", ").join(told)})
    return " ".join(pieces)


def part_label(series: Series) -> Text:
    """What a part is called in a list of parts: its centre, else its territory."""
    return translated(series.centre, "name") or translated(series.territory, "name")
