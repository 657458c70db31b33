"""What each status says of a target: one sentence a status."""

from django.utils.translation import gettext as _

from programmes.calculations.choices import Status, UnderWay
from programmes.models import Source
from programmes.selectors.lines.sources import source_line
from programmes.selectors.promises.target.target_standing import TargetStanding
from programmes.selectors.promises.value_words import (
    progress_towards,
    promised_by_words,
    promised_words,
    value_date_words,
)
from programmes.selectors.wording.formats import (
    date_words,
    dating_words,
    day_words,
    month_words,
)
from programmes.selectors.wording.statuses import WORDS, in_sentence
from programmes.type_names import certain

COMPARED = (Status.ON_TRACK, Status.BEHIND, Status.FAR_BEHIND)


def status_value(standing: TargetStanding) -> str:
    """The value printed beside the status, with its qualifier and unit; empty where nothing is reported."""
    value = standing.value
    return standing.unit.amount(value.amount, value.qualifier) if value else ""


def value_date_of(standing: TargetStanding) -> str:
    """The date of that value: au 29 mai 2024."""
    return value_date_words(standing.since, standing.dated, is_sum=standing.is_sum)


def status_sentence(standing: TargetStanding) -> str:
    """What its status says of a target, in the current language."""
    return _SENTENCES[standing.status](standing)


def _not_yet_promised(standing: TargetStanding) -> str:
    return _("Not yet promised: nothing had been announced by %(day)s.") % {
        "day": day_words(standing.on)
    }


def _withdrawn(standing: TargetStanding) -> str:
    return _("Withdrawn: everything that was announced of this target was withdrawn or set aside.")


def _abandoned(standing: TargetStanding) -> str:
    revision = certain(standing.present)
    words = {
        "date": date_words(revision.announced),
        "source": _source(revision.source),
        "target": promised_by_words(standing.unit, standing.promised),
        "value": status_value(standing),
        "as_of": value_date_of(standing),
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


def _not_started(standing: TargetStanding) -> str:
    return _("Not started: progress counts from %(day)s, for a target of %(target)s.") % {
        "day": day_words(certain(certain(standing.outcome).start.first)),
        "target": promised_by_words(standing.unit, standing.present),
    }


def _no_data(standing: TargetStanding) -> str:
    words = {"target": promised_by_words(standing.unit, standing.present)}
    if standing.outcome is not None and standing.outcome.before is not None:
        if standing.counts_from is not None:
            words["day"] = day_words(standing.counts_from)
            return (
                _(
                    "No figure published since counting began (%(day)s) for the target of %(target)s."
                )
                % words
            )
        return _("No figure published since the target of %(target)s was announced.") % words
    return _("No figure published yet for the target of %(target)s.") % words


def _achieved(standing: TargetStanding) -> str:
    words = {
        "value": status_value(standing),
        "as_of": value_date_of(standing),
        "target": promised_words(standing.unit, standing.present),
    }
    if certain(certain(standing.outcome).verdict).as_last_measured:
        return (
            _("Achieved, as last measured: %(value)s %(as_of)s, for a target of %(target)s.")
            % words
        )
    return _("Achieved: %(value)s %(as_of)s, for a target of %(target)s.") % words


def _achieved_date_not_shown(standing: TargetStanding) -> str:
    value = certain(certain(standing.outcome).verdict).value
    return _(
        "Reached by %(day)s at the latest: %(value)s, for a target of %(target)s; nothing shows whether the due date "
        "(%(due)s) was met."
    ) % {
        "day": day_words(value.as_of),
        "value": standing.unit.amount(value.amount, value.qualifier),
        "target": promised_words(standing.unit, standing.present),
        "due": date_words(certain(standing.present).due),
    }


def _achieved_late(standing: TargetStanding) -> str:
    return _(
        "Achieved after the due date (%(due)s): %(value)s %(as_of)s, for a target of %(target)s."
    ) % {
        "due": date_words(certain(standing.present).due),
        "value": status_value(standing),
        "as_of": value_date_of(standing),
        "target": promised_words(standing.unit, standing.present),
    }


def _missed(standing: TargetStanding) -> str:
    if standing.is_exceeded:
        value = certain(certain(standing.outcome).verdict).value
        return _(
            "Limit exceeded: %(value)s on %(day)s, for a target of %(target)s; a total does not come down again."
        ) % {
            "value": standing.unit.amount(value.amount, value.qualifier),
            "day": day_words(value.as_of),
            "target": promised_words(standing.unit, standing.present),
        }
    words = {
        "due": date_words(certain(standing.present).due),
        "value": status_value(standing),
        "target": promised_words(standing.unit, standing.present),
    }
    progress = certain(standing.outcome).progress
    if progress is None:
        return _("Not met by the due date (%(due)s): %(value)s against %(target)s.") % words
    if progress >= 1:
        # "up to 1,000" is no 1,000
        return (
            _(
                "Not met by the due date (%(due)s): %(value)s against %(target)s; the word before the figure leaves "
                "open whether it was reached."
            )
            % words
        )
    words["progress"] = progress_towards(
        progress, certain(standing.value).amount, certain(standing.present).value
    )
    return (
        _("Not met by the due date (%(due)s): %(value)s against %(target)s, %(progress)s.") % words
    )


def _result_awaited(standing: TargetStanding) -> str:
    due = certain(certain(standing.outcome).promise.due)
    words = _past_due(standing) | {"until": day_words(standing.history.rule.later(due))}
    if standing.value is None:
        return (
            _(
                "Due date passed on %(due)s, result expected by %(until)s; no figure yet for the target of %(target)s."
            )
            % words
        )
    return (
        _(
            "Due date passed on %(due)s, result expected by %(until)s; last figure: %(value)s %(as_of)s, against a "
            "target of %(target)s."
        )
        % words
    )


def _due_date_passed(standing: TargetStanding) -> str:
    words = _past_due(standing)
    if standing.value is None:
        if certain(standing.outcome).before is not None:
            if standing.counts_from is not None:
                words["day"] = day_words(standing.counts_from)
                return (
                    _(
                        "Due date passed on %(due)s, no figure published since counting began (%(day)s) for the target "
                        "of %(target)s."
                    )
                    % words
                )
            return (
                _(
                    "Due date passed on %(due)s, no figure published since the target of %(target)s was announced."
                )
                % words
            )
        return (
            _("Due date passed on %(due)s, no figure published for the target of %(target)s.")
            % words
        )
    return (
        _(
            "Due date passed on %(due)s, no result published; last figure: %(value)s %(as_of)s, against a target of "
            "%(target)s."
        )
        % words
    )


def _past_due(standing: TargetStanding) -> dict[str, str]:
    return {
        "due": day_words(certain(certain(standing.outcome).promise.due)),
        "value": status_value(standing),
        "as_of": value_date_of(standing),
        "target": promised_words(standing.unit, standing.present),
    }


def _no_recent_data(standing: TargetStanding) -> str:
    words = {"value": status_value(standing), "dated": dating_words(certain(standing.dated))}
    if standing.since is not None:
        # what is added up was not printed by the source of its last period
        words["as_of"] = value_date_of(standing)
        text = _("No recent data: the last figure %(dated)s; in all, %(value)s %(as_of)s.") % words
    elif standing.last is None:
        # one of the parts may have reported yesterday
        text = _("No recent data from most of the parts: the total, %(value)s, %(dated)s.") % words
    else:
        words["source"] = _source(standing.last.source)
        text = _("No recent data: the last figure, %(value)s, %(dated)s (%(source)s).") % words
    before = certain(standing.outcome).when_measured
    if before not in COMPARED:
        return text
    then = _("When last measured: %(status)s.") % {"status": in_sentence(str(WORDS[before]))}
    return f"{text} {then}"


def _under_way(standing: TargetStanding) -> str:
    return {
        UnderWay.NO_DUE_DATE: _("Under way: no due date was given."),
        UnderWay.NO_EXPECTATION: _(
            "Under way: no dated starting point was given, so no value is expected by then."
        ),
        UnderWay.PARTS_MISSING: _("Under way: not compared while parts are missing."),
        UnderWay.JUST_STARTED: _("Under way: less than a tenth of the time has gone."),
        UnderWay.NO_FIGURE_SINCE: _("Under way: no figure since the date was set."),
    }[certain(certain(standing.outcome).under_way)]


def _counted(standing: TargetStanding, pattern: str) -> str:
    """Of a count, which has a figure every day: what was expected by the day of the page, not of the last opening."""
    text = pattern % {**_expected(standing), "day": day_words(standing.on)}
    if late := _met_too_late(standing):
        return f"{text} {late}"
    if projected := standing.pace.projected_after(standing.on):
        words = {"projected": month_words(projected)}
        text += " " + _("At this pace, met in %(projected)s.") % words
    return text


def _met_too_late(standing: TargetStanding) -> str:
    """Of what is on track and leads to a day after the due date: both, and why it is on track. Else empty."""
    outcome = certain(standing.outcome)
    projected, due = standing.pace.projected_after(standing.on), outcome.promise.due
    if standing.status is not Status.ON_TRACK or not projected or not due or projected <= due:
        return ""
    return _(
        "At this pace, met in %(projected)s, after the due date: on track means that at least nine tenths of what was "
        "expected was reached."
    ) % {"projected": month_words(projected)}


def _on_track(standing: TargetStanding) -> str:
    if standing.history.rule.counted:
        return _counted(standing, _("On track: %(expected)s expected by %(day)s."))
    words, pace = _expected(standing), standing.pace
    # A pace that leads away, or to a day already past, would contradict the status.
    if pace.projected_after(standing.on) is None or pace.required is None:
        return _("On track: %(expected)s expected by then.") % words
    words["recent"] = standing.unit.pace(certain(pace.recent))
    words["required"] = standing.unit.pace(pace.required)
    text = (
        _(
            "On track: %(expected)s expected by then; recent pace %(recent)s a month, "
            "required %(required)s."
        )
        % words
    )
    late = _met_too_late(standing)
    return f"{text} {late}" if late else text


def _behind(standing: TargetStanding) -> str:
    if standing.history.rule.counted:
        return _counted(standing, _("Behind: %(expected)s expected by %(day)s."))
    return _late(
        standing,
        _("Behind: %(expected)s expected by then; at this pace, met in %(projected)s."),
        _("Behind: %(expected)s expected by then; the recent pace does not lead to the target."),
        _("Behind: %(expected)s expected by then."),
    )


def _far_behind(standing: TargetStanding) -> str:
    if standing.history.rule.counted:
        return _counted(standing, _("Far behind: %(expected)s expected by %(day)s."))
    return _late(
        standing,
        _("Far behind: %(expected)s expected by then; at this pace, met in %(projected)s."),
        _(
            "Far behind: %(expected)s expected by then; the recent pace does not lead to the target."
        ),
        _("Far behind: %(expected)s expected by then."),
    )


def _late(standing: TargetStanding, met_later: str, never_met: str, no_pace: str) -> str:
    """What was expected, and where the recent pace leads: to a day, nowhere, or it is not known."""
    words, pace = _expected(standing), standing.pace
    if projected := pace.projected_after(standing.on):
        return met_later % {**words, "projected": month_words(projected)}
    leads_nowhere = pace.recent is not None and pace.projected is None
    return (never_met if leads_nowhere else no_pace) % words


_SENTENCES = {
    Status.NOT_YET_PROMISED: _not_yet_promised,
    Status.WITHDRAWN: _withdrawn,
    Status.ABANDONED: _abandoned,
    Status.NOT_STARTED: _not_started,
    Status.ACHIEVED: _achieved,
    Status.ACHIEVED_DATE_NOT_SHOWN: _achieved_date_not_shown,
    Status.ACHIEVED_LATE: _achieved_late,
    Status.MISSED: _missed,
    Status.RESULT_AWAITED: _result_awaited,
    Status.DUE_DATE_PASSED: _due_date_passed,
    Status.NO_DATA: _no_data,
    Status.NO_RECENT_DATA: _no_recent_data,
    Status.UNDER_WAY: _under_way,
    Status.ON_TRACK: _on_track,
    Status.BEHIND: _behind,
    Status.FAR_BEHIND: _far_behind,
}


def _expected(standing: TargetStanding) -> dict[str, str]:
    return {"expected": standing.unit.amount(certain(certain(standing.outcome).expected_value))}


def _source(source: Source) -> str:
    return source_line(source).publisher if source.is_public else _("source not public")
