"""Steps of review on many records: a worker takes them, and a page says how far it is and what was refused."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from programmes import access
from programmes.admin.base import TrackerAdmin
from programmes.admin.forms.labels import review_label
from programmes.admin.forms.mixins import ReadOnlyAdmin
from programmes.admin.review.review_steps import STEPS, Answer, ReviewStep, take_piece
from programmes.admin.scope import has_scope
from programmes.models import (
    Amendment,
    BulkReview,
    Measurement,
    MilestoneStatement,
    Reply,
    TargetRevision,
)
from programmes.selectors.wording.formats import language as language_now
from programmes.selectors.wording.texts import direction_of
from programmes.services.queue import when_refused

TABLES = {
    model._meta.model_name: model
    for model in (Measurement, TargetRevision, MilestoneStatement, Reply, Amendment)
}
# so many records are read for one piece of work, which a second ends
READ_AT_ONCE = 200
MOST_REFUSALS = 500


def begin(
    user: User, model: type[models.Model], step: ReviewStep, seen: dict[int, int], answer: Answer
) -> BulkReview:
    """Keeps what was asked for and hands it to a worker. seen: by key, the submission that was looked at."""
    asked = BulkReview.objects.create(
        owner=user,
        table=str(model._meta.model_name),
        step=step.name,
        note=answer.note,
        show=answer.show,
        language=language_now(),
        keys=list(seen),
        seen=list(seen.values()),
    )
    bulk_review.enqueue(asked.pk)
    asked.refresh_from_db()
    return asked


@task()
def bulk_review(asked_id: int) -> None:
    """Takes a step on each record by itself, from where it stopped. A record that is gone by now is passed over."""
    asked = BulkReview.objects.select_related("owner").get(pk=asked_id)
    with translation.override(asked.language):
        while asked.done < len(asked.keys):
            asked = _take_piece(asked_id)
        asked.finished_at = timezone.now()
        asked.save(update_fields=["finished_at"])


@when_refused(bulk_review)
def tell_asker(asked_id: int) -> None:
    """The report says that the rest was given up."""
    asked = BulkReview.objects.get(pk=asked_id)
    with translation.override(asked.language):
        reason = _("The work broke off here and was given up. Select what is left, and try again.")
        left = asked.keys[asked.done : asked.done + 1]
        found = TABLES[asked.table]._default_manager.in_bulk(left)
        asked.refused += [[row.pk, review_label(row), reason] for row in found.values()]
    asked.finished_at = timezone.now()
    asked.save(update_fields=["refused", "finished_at"])


@transaction.atomic
def _take_piece(asked_id: int) -> BulkReview:
    """One piece of the work and its report: both or neither, so that nothing is done twice, whoever else does it."""
    asked = (
        BulkReview.objects.select_related("owner").select_for_update(of=("self",)).get(pk=asked_id)
    )
    if asked.done >= len(asked.keys):
        return asked
    keys = asked.keys[asked.done : asked.done + READ_AT_ONCE]
    seen = dict(zip(keys, asked.seen[asked.done : asked.done + READ_AT_ONCE], strict=True))
    found = access.visible(TABLES[asked.table]._default_manager.all(), asked.owner).in_bulk(keys)
    rows = [found[key] for key in keys if key in found]
    answer = Answer(asked.note, asked.show)
    gone = take_piece(STEPS[asked.step], rows, asked.owner, answer, seen)
    asked.refused += [[row.pk, review_label(row), reason] for row, reason in gone if reason]
    through = len(gone) == len(rows)
    asked.done += len(keys) if through else keys.index(gone[-1][0].pk) + 1
    asked.save(update_fields=["done", "refused"])
    return asked


@admin.register(BulkReview)
class BulkReviewAdmin(ReadOnlyAdmin, TrackerAdmin):
    list_display = ("step_shown", "table_shown", "progress", "owner", "asked_at", "finished_at")
    list_select_related = ("owner",)
    actions = None
    fields = (
        "step_shown",
        "table_shown",
        "note",
        "owner",
        "asked_at",
        "finished_at",
        "progress",
        "refusals",
    )
    change_form_template = "admin/programmes/bulk_review.html"

    @admin.display(description=gettext_lazy("step"), ordering="step")
    def step_shown(self, obj: BulkReview) -> str:
        return str(STEPS[obj.step].title)

    @admin.display(description=gettext_lazy("table"), ordering="table")
    def table_shown(self, obj: BulkReview) -> str:
        return str(TABLES[obj.table]._meta.verbose_name_plural)

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, obj: BulkReview) -> str:
        """How many of how many."""
        return _("%(done)s of %(total)s, %(refused)s refused") % {
            "done": obj.done,
            "total": len(obj.keys),
            "refused": len(obj.refused),
        }

    @admin.display(description=gettext_lazy("refused"))
    def refusals(self, obj: BulkReview) -> SafeString | str:
        """The records that were refused, each with why."""
        stem = f"../../../{obj.table}"
        lines = format_html_join(
            "",
            '<li><a href="{}/{}/change/"><bdi dir="{}">{}</bdi></a> – {}</li>',
            (
                (stem, key, direction_of(name), name, reason)
                for key, name, reason in obj.refused[:MOST_REFUSALS]
            ),
        )
        return format_html("<ul>{}</ul>", lines) if lines else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not (request.user.is_active and request.user.is_staff and has_scope(request)):
            return False
        return (
            obj is None
            or access.visible(BulkReview.objects.filter(pk=obj.pk), request.user).exists()
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
