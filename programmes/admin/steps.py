"""The steps of review as staff take them: on one record or on many, with a note, each refusal said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes import services
from programmes.admin.fields import undisguised
from programmes.admin.labels import review_label
from programmes.models import EDITABLE, FrozenRowError, State
from programmes.models.review import Reviewed

LONGEST_NOTE = 2000
MOST_REFUSALS = 20


@dataclass(frozen=True)
class Step:
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
    take: Callable[[Reviewed, Any, str], Any]


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit",
            "submit",
            gettext_lazy("Submit for review"),
            gettext_lazy(
                "Submit these records for review? They cannot be changed until a reviewer answers."
            ),
            gettext_lazy("Note to the reviewer"),
            False,
            tuple(EDITABLE),
            lambda row, by, note: services.submit(row, by=by, note=note),
        ),
        Step(
            "publish",
            "publish",
            gettext_lazy("Publish"),
            gettext_lazy(
                "Publish these records? What is published is never edited: a mistake is corrected by a new record."
            ),
            gettext_lazy("Note, for the staff only"),
            False,
            (State.SUBMITTED,),
            lambda row, by, note: services.publish(row, by=by, note=note),
        ),
        Step(
            "return",
            "publish",
            gettext_lazy("Return for correction"),
            gettext_lazy("Return these records to whoever entered them?"),
            gettext_lazy("What is to be corrected"),
            True,
            (State.SUBMITTED,),
            lambda row, by, note: services.send_back(row, by=by, note=note),
        ),
        Step(
            "set-aside",
            "publish",
            gettext_lazy("Set aside"),
            gettext_lazy(
                "Keep these records without using them, because another source is preferred?"
            ),
            gettext_lazy("Reason, shown to the public"),
            True,
            (State.SUBMITTED, State.PUBLISHED),
            lambda row, by, note: services.set_aside(row, by=by, reason=note),
        ),
        Step(
            "withdraw",
            "publish",
            gettext_lazy("Withdraw"),
            gettext_lazy(
                "Take these published records out of use? They stay in the house, with the reason."
            ),
            gettext_lazy("Reason, shown to the public"),
            True,
            (State.PUBLISHED,),
            lambda row, by, note: services.withdraw(row, by=by, reason=note),
        ),
    )
}


class NoteForm(forms.Form):
    """The note that goes with a step."""

    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    def __init__(self, step: Step, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = step.note
        self.fields["note"].required = step.needs_note

    def clean_note(self) -> str:
        return undisguised(self.cleaned_data["note"]).strip()


def refusal_of(step: Step, row: Reviewed, by: Any, note: str) -> str:
    """Takes the step on a row. Returns why it was refused; empty where it went through."""
    try:
        step.take(row, by, note)
    except ValidationError as error:
        return " ".join(error.messages)
    except (PermissionDenied, FrozenRowError) as error:
        return str(error)
    return ""


def take_step(request: HttpRequest, step: Step, rows: list[Reviewed], note: str) -> None:
    """Takes the step on each row by itself and tells what became of them."""
    answers = [(row, refusal_of(step, row, request.user, note)) for row in rows]
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


def _done_words(step: Step, count: int) -> str:
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
        "withdraw": ngettext("%(count)d record withdrawn.", "%(count)d records withdrawn.", count),
    }
    return words[step.name] % {"count": count}
