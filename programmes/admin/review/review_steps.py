"""The steps of review as staff take them: on one record or on many, with a note, each refusal said.

Each step speaks of the submission that the person looked at: a record that changed since is refused by name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes import services
from programmes.admin.forms.fields import require_words, undisguised
from programmes.admin.forms.labels import review_label
from programmes.admin.review.plain_values import conflict_words
from programmes.models import EDITABLE, Amendment, FrozenRowError, State
from programmes.models.plausibility import doubts_of
from programmes.models.reasons import has_words
from programmes.models.review import Reviewed
from programmes.type_names import staff_request

# the button of a form that saves a draft and submits it in one
SUBMIT_BUTTON = "_submit_for_review"
LONGEST_NOTE = 2000
LONGEST_WORDS = 300
MOST_REFUSALS = 20
# seconds for which one piece of many records may hold the lock of publication
PIECE = 1.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SEEN = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")
# what a tick in a list of several tables carries
_TICK = re.compile(r"([a-z]{1,20}):([0-9]{1,18}):([0-9]{1,18})")


@dataclass(frozen=True)
class Answer:
    """What was filled in for a step.

    show: whether what was never shown to the public is shown with it. confirmation: why an unusual value is right.
    """

    note: str = ""
    show: bool = False
    confirmation: str = ""


@dataclass(frozen=True)
class ReviewStep:
    """One step of review.

    permission: whose permission on the table it needs. note: what the note is called; needs_note: whether it may
    be empty. before: the states it starts from.
    """

    name: str
    permission: str
    title: Any
    question: Any
    note: Any
    needs_note: bool
    before: tuple[str, ...]
    take: Callable[[Reviewed, Any, Answer], Any]


def doubts_to_submit(row: Reviewed) -> list[str]:
    """What whoever submits a row still has to say a word on. A proposal gives its reason: of what it makes unusual the
    reviewer is asked."""
    is_said = has_words(row.confirmation) or isinstance(row, Amendment)
    return [] if is_said else doubts_of(row)


def _submit(row: Reviewed, by: User, answer: Answer) -> Any:
    """Whoever submits what is unusual says why it is right: the reviewer reads it with the note."""
    if not answer.confirmation and (doubts := doubts_to_submit(row)):
        raise ValidationError(
            _("%(doubts)s Open the record and say in a few words why it is right.")
            % {"doubts": " ".join(doubts)}
        )
    if answer.confirmation and answer.confirmation != row.confirmation:
        row.confirmation = answer.confirmation
        row = services.change_draft(row, by=by)
    return services.submit(row, by=by, note=answer.note)


STEPS = {
    step.name: step
    for step in (
        ReviewStep(
            "submit",
            "submit",
            gettext_lazy("Submit for review"),
            gettext_lazy(
                "Submit these records for review? They cannot be changed until a reviewer answers."
            ),
            gettext_lazy("Note to the reviewer"),
            False,
            tuple(EDITABLE),
            _submit,
        ),
        ReviewStep(
            "publish",
            "publish",
            gettext_lazy("Publish"),
            gettext_lazy(
                "Publish these records? What is published is never edited: a mistake is corrected by a new record."
            ),
            gettext_lazy("Note, for the staff only"),
            False,
            (State.SUBMITTED,),
            lambda row, by, answer: services.publish(
                row,
                by=by,
                note=answer.note,
                show=answer.show,
                confirmation=answer.confirmation,
            ),
        ),
        ReviewStep(
            "return",
            "publish",
            gettext_lazy("Return for correction"),
            gettext_lazy("Return these records to whoever entered them?"),
            gettext_lazy("What is to be corrected"),
            True,
            (State.SUBMITTED,),
            lambda row, by, answer: services.send_back(row, by=by, note=answer.note),
        ),
        ReviewStep(
            "set-aside",
            "publish",
            gettext_lazy("Set aside"),
            gettext_lazy(
                "Keep these records without using them, because another source is preferred?"
            ),
            gettext_lazy("Reason, shown to the public"),
            True,
            (State.SUBMITTED,),
            lambda row, by, answer: services.set_aside(row, by=by, reason=answer.note),
        ),
    )
}


class NoteForm(forms.Form):
    """The note that goes with a step, the tick that shows hidden owners with it, and what makes an unusual value right.

    The last two are asked for where one record is published and its value is unusual.
    """

    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )
    show = forms.BooleanField(
        required=False, label=gettext_lazy("Show them to the public in the same step")
    )

    looked = forms.BooleanField(
        label=gettext_lazy("I have looked at it in its source: it is right")
    )
    confirmation = forms.CharField(
        max_length=LONGEST_WORDS, label=gettext_lazy("Why it is right, in a few words")
    )

    def __init__(
        self, step: ReviewStep, *args: Any, is_doubtful: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = step.note
        self.fields["note"].required = step.needs_note
        if not is_doubtful:
            del self.fields["looked"], self.fields["confirmation"]

    def clean_note(self) -> str:
        note: str = undisguised(self.cleaned_data["note"]).strip()
        if self.fields["note"].required:
            require_words(note)
        return note

    def clean_confirmation(self) -> str:
        return require_words(undisguised(self.cleaned_data["confirmation"]).strip())

    def answer(self) -> Answer:
        """What was filled in."""
        return Answer(
            self.cleaned_data["note"],
            self.cleaned_data["show"],
            self.cleaned_data.get("confirmation", ""),
        )


def seen_mark(row: Reviewed) -> int:
    """The submission that a row is, as a number that a form carries."""
    return mark_of(row.changed_at)


def mark_of(moment: datetime) -> int:
    """A moment as a number: microseconds."""
    return (moment - _EPOCH) // _MICROSECOND


def tick_value(table: str, key: int, seen: int = 0) -> str:
    """What a tick in a list of several tables carries: a record, and the submission that was looked at."""
    return f"{table}:{key}:{seen}"


def ticked(values: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """The table, key and submission of each tick that a form carries; what nobody wrote that way is passed over."""
    for found in filter(None, map(_TICK.fullmatch, values)):
        yield found[1], int(found[2]), int(found[3])


def read_seen(text: str) -> dict[int, int] | None:
    """The submissions that a form carries, by key (`12:1764…,13:…`). None where nobody wrote it that way."""
    pairs = [_SEEN.fullmatch(one) for one in text.split(",")]
    if not all(pairs):
        return None
    return {int(pair[1]): int(pair[2]) for pair in pairs if pair}


def refusal_of(step: ReviewStep, row: Reviewed, by: User, answer: Answer, seen: int | None) -> str:
    """Takes the step on a row as it was seen. Returns why it was refused; empty where it went through."""
    if seen != seen_mark(row):
        return _(
            "This record was changed or submitted anew since you looked at it. Look at it again."
        )
    try:
        step.take(row, by, answer)
    except services.ChangedMeanwhileError as error:
        return conflict_words(error)
    except ValidationError as error:
        return " ".join(error.messages)
    except (PermissionDenied, FrozenRowError) as error:
        return str(error)
    return ""


@transaction.atomic
def take_piece(
    step: ReviewStep, rows: Iterable[Reviewed], by: User, answer: Answer, seen: dict[int, int]
) -> list[tuple[Reviewed, str]]:
    """Takes the step on rows, a savepoint each, for a second at most. Returns those gone through, with refusals.

    At least one row is gone through. One transaction: other people's publications wait for it.
    """
    begun, gone = monotonic(), []
    with services.restated_together():
        for row in rows:
            gone.append((row, refusal_of(step, row, by, answer, seen.get(row.pk))))
            if monotonic() - begun >= PIECE:
                break
    return gone


def take_step(
    request: HttpRequest,
    step: ReviewStep,
    rows: Sequence[Reviewed],
    answer: Answer,
    seen: dict[int, int],
) -> None:
    """Takes the step on each row by itself and tells what became of them. seen: the submission of each, by key."""
    tell_outcomes(request, step, take_all(step, rows, staff_request(request).user, answer, seen))


def take_all(
    step: ReviewStep, rows: Sequence[Reviewed], by: User, answer: Answer, seen: dict[int, int]
) -> list[tuple[Reviewed, str]]:
    """Takes the step on each row of a table by itself. Returns them with their refusals."""
    answers: list[tuple[Reviewed, str]] = []
    while len(answers) < len(rows):
        answers += take_piece(step, rows[len(answers) :], by, answer, seen)
    return answers


def tell_outcomes(
    request: HttpRequest, step: ReviewStep, answers: Sequence[tuple[Reviewed, str]]
) -> None:
    """Tells what became of rows, of several tables too: how many went through, and why each other one did not."""
    refused = [(row, reason) for row, reason in answers if reason]
    done = len(answers) - len(refused)
    if done:
        messages.success(request, _done_words(step, done))
    for row, reason in refused[:MOST_REFUSALS]:
        messages.error(
            request, _("%(record)s: %(reason)s") % {"record": review_label(row), "reason": reason}
        )
    if len(refused) > MOST_REFUSALS:
        more = len(refused) - MOST_REFUSALS
        messages.error(
            request,
            ngettext(
                "%(count)d more record was refused.", "%(count)d more records were refused.", more
            )
            % {"count": more},
        )


def _done_words(step: ReviewStep, count: int) -> str:
    words = {
        "submit": ngettext(
            "%(count)d record submitted for review.",
            "%(count)d records submitted for review.",
            count,
        ),
        "publish": ngettext("%(count)d record published.", "%(count)d records published.", count),
        "return": ngettext(
            "%(count)d record returned for correction.",
            "%(count)d records returned for correction.",
            count,
        ),
        "set-aside": ngettext("%(count)d record set aside.", "%(count)d records set aside.", count),
    }
    return words[step.name] % {"count": count}
