"""Steps of review on many records: a worker takes them, and a page says how far it is and what was refused."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_tasks import task

from programmes import access
from programmes.admin.base import TrackerAdmin
from programmes.admin.labels import review_label
from programmes.admin.mixins import OnlyShown
from programmes.admin.scope import has_scope
from programmes.admin.steps import STEPS, Step, refusal_of
from programmes.models import BulkReview, Measurement, MilestoneStatement, TargetRevision

TABLES = {
    model._meta.model_name: model for model in (Measurement, TargetRevision, MilestoneStatement)
}
# so many records are gone through between two reports
REPORT_EVERY = 50
MOST_REFUSALS = 500


def begin(
    user: Any, model: type[models.Model], step: Step, keys: list[int], note: str
) -> BulkReview:
    """Keeps what was asked for and hands it to a worker."""
    asked = BulkReview.objects.create(
        owner=user,
        table=model._meta.model_name,
        step=step.name,
        note=note,
        language=get_language() or "fr",
        keys=keys,
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
            batch = asked.keys[asked.done : asked.done + REPORT_EVERY]
            asked.refused += _take(asked, batch)
            asked.done += len(batch)
            asked.save(update_fields=["done", "refused"])
        asked.finished_at = timezone.now()
        asked.save(update_fields=["finished_at"])


def _take(asked: BulkReview, keys: Iterable[int]) -> list[list[Any]]:
    """What was refused: key, name and sentence."""
    step, model = STEPS[asked.step], TABLES[asked.table]
    rows = access.visible(model._default_manager.filter(pk__in=keys), asked.owner).order_by("pk")
    refused = []
    for row in rows:
        # done before an interruption that came before its report
        if (
            row.state not in step.before
            and row.events.filter(by=asked.owner, at__gte=asked.asked_at).exists()
        ):
            continue
        reason = refusal_of(step, row, asked.owner, asked.note)
        if reason:
            refused.append([row.pk, review_label(row), reason])
    return refused


@admin.register(BulkReview)
class BulkReviewAdmin(OnlyShown, TrackerAdmin):
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
            '<li><a href="{}/{}/change/"><bdi>{}</bdi></a> – {}</li>',
            ((stem, key, name, reason) for key, name, reason in obj.refused[:MOST_REFUSALS]),
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
