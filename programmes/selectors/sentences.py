"""The one sentence that says where a target stands. Pages, charts, feeds and data all print this one.

The label comes first, so that no figure has to agree with a noun that staff typed.
"""

import re
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.calculations.figures import Status
from programmes.calculations.rollup import RollUp
from programmes.models import Target, Territory
from programmes.selectors.formats import (
    Unit,
    amount_words,
    as_of_words,
    by_words,
    date_words,
    dating_words,
    day_words,
    language,
    month_words,
    progress_words,
)
from programmes.selectors.revision_rows import RevisionRow
from programmes.selectors.standings import Reached, Standing
from programmes.selectors.statuses import WORDS, in_sentence
from programmes.selectors.target_rows import TargetRow
from programmes.selectors.texts import Text, translated

ELISION = re.compile(r"\bde (?=environ\b|au moins\b)")
JUDGED_ON_THE_WAY = (Status.ON_TRACK, Status.BEHIND, Status.FAR_BEHIND, Status.UNDER_WAY)


def label_of(target: TargetRow | Target, here: str = "") -> Text:
    """What a sentence starts with: the name of the series, else of its indicator."""
    here = here or language()
    return translated(target.series, "name", here) or translated(
        target.series.indicator, "name", here
    )


def sentence(standing: Standing) -> str:
    """Where a target stands, in the current language: the fact, the status, the parts, the first announcement."""
    pieces = [_status_sentence(standing), _parts_sentence(standing), _original_sentence(standing)]
    if standing.status in JUDGED_ON_THE_WAY:
        pieces.insert(0, _head(standing))
    return elided(" ".join(piece for piece in pieces if piece))


def elided(text: str) -> str:
    """French before a qualifier: d'environ, d'au moins."""
    return ELISION.sub("d’", text) if language() == "fr" else text


def value_words(standing: Standing) -> str:
    """The value printed beside the status, with its qualifier and unit; empty where nothing is reported."""
    return stated_words(standing.unit, standing.reached)


def stated_words(unit: Unit, reached: Reached) -> str:
    """The same in the current language."""
    value = reached.result.stated
    return amount_words(unit, value.value, value.qualifier, "") if value else ""


def value_date_words(standing: Standing) -> str:
    """The date of that value: au 29 mai 2024."""
    return as_of_words(standing.dated) if standing.dated else ""


def target_words(standing: Standing, revision: RevisionRow | None) -> str:
    """The value that a revision promises."""
    return promised_words(standing.unit, revision)


def promised_words(unit: Unit, revision: RevisionRow | None) -> str:
    """The same in the current language."""
    if revision is None or revision.value is None:
        return ""
    return amount_words(unit, revision.value, revision.qualifier, revision.sense)


def target_by_words(standing: Standing, revision: RevisionRow | None) -> str:
    """The promised value with its horizon: 15 000 à l'horizon 2026."""
    target = target_words(standing, revision)
    by = by_words(revision.due) if revision else ""
    return _("%(target)s %(by)s") % {"target": target, "by": by} if by else target


def _head(standing: Standing) -> str:
    return _("%(label)s: %(value)s %(as_of)s, against a target of %(target)s.") % {
        "label": label_of(standing.target),
        "value": value_words(standing),
        "as_of": value_date_words(standing),
        "target": target_by_words(standing, standing.present),
    }


def _status_sentence(standing: Standing) -> str:
    return _SENTENCES[standing.status](standing)


def _not_yet_promised(standing: Standing) -> str:
    return _("Not yet promised: nothing had been announced by %(day)s.") % {
        "day": day_words(standing.on)
    }


def _abandoned(standing: Standing) -> str:
    revision = standing.present
    words = {
        "date": date_words(revision.announced),
        "source": _source(standing, revision.source_id),
        "target": target_by_words(standing, standing.promised),
        "value": value_words(standing),
        "as_of": value_date_words(standing),
    }
    if not words["target"]:
        return _("Abandoned: announced %(date)s (%(source)s).") % words
    if standing.value is None:
        return _("Abandoned: announced %(date)s (%(source)s). The target was %(target)s.") % words
    return (
        _(
            "Abandoned: announced %(date)s (%(source)s). The target was %(target)s; "
            "last figure, %(value)s %(as_of)s."
        )
        % words
    )


def _not_started(standing: Standing) -> str:
    return _("Not started: progress counts from %(day)s, for a target of %(target)s.") % {
        "day": day_words(standing.result.promise.baseline_on),
        "target": target_by_words(standing, standing.present),
    }


def _no_data(standing: Standing) -> str:
    return _("No figure published yet for the target of %(target)s.") % {
        "target": target_by_words(standing, standing.present)
    }


def _achieved(standing: Standing) -> str:
    return _("Achieved: %(value)s %(as_of)s, for a target of %(target)s.") % {
        "value": value_words(standing),
        "as_of": value_date_words(standing),
        "target": target_words(standing, standing.present),
    }


def _achieved_late(standing: Standing) -> str:
    return _(
        "Achieved after the due date (%(due)s): %(value)s %(as_of)s, for a target of %(target)s."
    ) % {
        "due": date_words(standing.present.due),
        "value": value_words(standing),
        "as_of": value_date_words(standing),
        "target": target_words(standing, standing.present),
    }


def _missed(standing: Standing) -> str:
    words = {
        "due": date_words(standing.present.due),
        "value": value_words(standing),
        "target": target_words(standing, standing.present),
    }
    if standing.result.progress is None:
        return _("Not met by the due date (%(due)s): %(value)s against %(target)s.") % words
    words["progress"] = progress_words(standing.result.progress)
    return (
        _("Not met by the due date (%(due)s): %(value)s against %(target)s, %(progress)s.") % words
    )


def _no_recent_data(standing: Standing) -> str:
    words = {"value": value_words(standing), "dated": dating_words(standing.dated)}
    if standing.last is None:
        return _("No recent data: the last figure, %(value)s, %(dated)s.") % words
    words["source"] = _source(standing, standing.last.source_id)
    return _("No recent data: the last figure, %(value)s, %(dated)s (%(source)s).") % words


def _under_way(standing: Standing) -> str:
    if standing.result.promise.due is None:
        return _("Under way: no due date was given.")
    return _("Under way: no dated starting point was given, so no value is expected by then.")


def _on_track(standing: Standing) -> str:
    words = _expected(standing)
    pace = getattr(standing.result, "pace", None)
    if pace is None or pace.recent is None or pace.required is None:
        return _("On track: %(expected)s expected by then.") % words
    words["recent"] = _pace(standing, pace.recent)
    words["required"] = _pace(standing, pace.required)
    return (
        _(
            "On track: %(expected)s expected by then; recent pace %(recent)s a month, "
            "required %(required)s."
        )
        % words
    )


def _behind(standing: Standing) -> str:
    words = _expected(standing)
    pace = getattr(standing.result, "pace", None)
    if pace is not None and pace.projected is not None:
        words["projected"] = month_words(pace.projected)
        return (
            _("Behind: %(expected)s expected by then; at this pace, met in %(projected)s.") % words
        )
    if pace is not None and pace.recent is not None:
        return (
            _("Behind: %(expected)s expected by then; the recent pace does not lead to the target.")
            % words
        )
    return _("Behind: %(expected)s expected by then.") % words


def _far_behind(standing: Standing) -> str:
    words = _expected(standing)
    pace = getattr(standing.result, "pace", None)
    if pace is not None and pace.projected is not None:
        words["projected"] = month_words(pace.projected)
        return (
            _("Far behind: %(expected)s expected by then; at this pace, met in %(projected)s.")
            % words
        )
    if pace is not None and pace.recent is not None:
        return (
            _(
                "Far behind: %(expected)s expected by then; "
                "the recent pace does not lead to the target."
            )
            % words
        )
    return _("Far behind: %(expected)s expected by then.") % words


_SENTENCES = {
    Status.NOT_YET_PROMISED: _not_yet_promised,
    Status.ABANDONED: _abandoned,
    Status.NOT_STARTED: _not_started,
    Status.NO_DATA: _no_data,
    Status.ACHIEVED: _achieved,
    Status.ACHIEVED_LATE: _achieved_late,
    Status.MISSED: _missed,
    Status.NO_RECENT_DATA: _no_recent_data,
    Status.UNDER_WAY: _under_way,
    Status.ON_TRACK: _on_track,
    Status.BEHIND: _behind,
    Status.FAR_BEHIND: _far_behind,
}


def _expected(standing: Standing) -> dict[str, str]:
    return {"expected": standing.unit.amount(standing.result.expected_value)}


def _pace(standing: Standing, a_month: Fraction) -> str:
    return standing.unit.pace(a_month)


def _source(standing: Standing, source_id: int) -> str:
    source = standing.sources.get(source_id)
    return source.publisher if source else _("source not public")


def _original_sentence(standing: Standing) -> str:
    """How the target stands against its first announcement, where that is not how it stands now."""
    status = standing.result.status_against_original
    if status is None or status is standing.status:
        return ""
    return _("Against the first announcement (%(target)s): %(status)s.") % {
        "target": target_by_words(standing, standing.original),
        "status": in_sentence(str(WORDS[status])),
    }


def _parts_sentence(standing: Standing) -> str:
    """What the value is the total of, and who has not reported."""
    result, covered = standing.result, coverage_words(standing)
    if not covered or result.complete:
        return covered
    names = {part.code: str(part_name(part)) for part in standing.parts}
    missing = [names.get(key, key) for key in result.missing]
    return ngettext(
        "%(covered)s Not reported: %(missing)s.",
        "%(covered)s Not reported: %(missing)s.",
        len(missing),
    ) % {"covered": covered, "missing": _(", ").join(missing)}


def part_name(part: TargetRow) -> Text:
    """What a part is called in a list of parts: its centre, else its territory."""
    return translated(part.series.centre, "name") or translated(part.series.territory, "name")


def coverage_words(standing: Standing) -> str:
    """Of how many parts the value is the total: Total de 3 régions sur 4. Empty where it is no total of parts."""
    result = standing.result
    if not isinstance(result, RollUp) or not result.covered:
        return ""
    words = {"covered": result.covered, "total": result.total}
    kinds = {part.series.territory.kind for part in standing.parts}
    if all(part.series.centre_id for part in standing.parts):
        pattern = ngettext(
            "Total of %(covered)s out of %(total)s centres.",
            "Total of %(covered)s of %(total)s centres.",
            result.covered,
        )
    elif kinds == {Territory.Kind.REGION}:
        pattern = ngettext(
            "Total of %(covered)s out of %(total)s regions.",
            "Total of %(covered)s of %(total)s regions.",
            result.covered,
        )
    else:
        pattern = ngettext(
            "Total of %(covered)s out of %(total)s parts.",
            "Total of %(covered)s of %(total)s parts.",
            result.covered,
        )
    return pattern % words
