"""Screens of the tables that go through review: figures, announcements of targets, statements on milestones.

Everything is written through the services. A draft is a form; what is submitted or published is a page to read, with
the steps that may follow.
"""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import services
from programmes.admin.base import TrackerAdmin
from programmes.admin.bulk import begin
from programmes.admin.labels import review_label
from programmes.admin.panels import Button, change_url, list_url
from programmes.admin.scope import rows_of
from programmes.admin.steps import STEPS, NoteForm, Step, take_step
from programmes.models import FrozenRowError, ReviewEvent, State
from programmes.models.review import Reviewed
from programmes.selectors.formats import number, remembered

MOST_ROWS = 50_000
_KEY = re.compile(r"[0-9]{1,18}\Z")
# so many records are gone through while the person waits
WAITED_FOR = 100
MOST_NAMED = 50
LONGEST_SOURCE = 60


def _action(step: Step) -> Callable:
    """The step as an action on the rows of a list."""

    @admin.action(description=step.title, permissions=[step.permission])
    def act(screen: "ReviewedAdmin", request: HttpRequest, rows: models.QuerySet) -> Any:
        return screen.confirm(request, step, rows)

    act.__name__ = f"{step.name.replace('-', '_')}_rows"
    return act


class ReviewedAdmin(TrackerAdmin):
    """A table under review.

    enter: the service that enters a new row. corrects: the column that names the row a new one corrects.
    written: the fieldsets of the form; read: those of the page of a row that may no longer change.
    """

    corrects = "corrects"
    copied: tuple[str, ...] = ()
    read: tuple[Any, ...] = ()
    event_key = ""
    change_form_template = "admin/programmes/reviewed_form.html"
    actions = tuple(_action(step) for step in STEPS.values())

    def enter(self, row: Any, *, by: Any) -> Any:
        raise NotImplementedError

    # Permissions

    def has_submit_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.submit_{self.opts.model_name}")

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.publish_{self.opts.model_name}")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        editable = obj is None or obj.pk is None or obj.is_editable
        return editable and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        editable = obj is None or obj.pk is None or obj.is_editable
        return editable and super().has_delete_permission(request, obj)

    # Forms

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return self.read
        return super().get_fieldsets(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A correction starts from what it corrects; what is not in the person's sight corrects nothing."""
        initial = super().get_changeform_initial_data(request)
        key = initial.get(self.corrects, "")
        if key.isdigit() and (row := rows_of(request, self.model).filter(pk=key).first()):
            initial |= self.copy_of(row) | {self.corrects: row.pk}
        return initial

    def copy_of(self, row: Any) -> dict[str, Any]:
        """What a new row takes over from an earlier one."""
        return {name: getattr(row, name) for name in self.copied}

    def write(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if change:
            services.amend(obj, by=request.user)
        else:
            self.enter(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.discard(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        with transaction.atomic():
            for row in queryset:
                services.discard(row, by=request.user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple:
        """The diary of a draft goes with it: nobody holds a permission to remove its lines one by one."""
        found, counts, missing, protected = super().get_deleted_objects(objs, request)
        return found, counts, missing - {ReviewEvent._meta.verbose_name}, protected

    # Steps of review

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "review/<slug:name>/",
                self.admin_site.admin_view(self.bulk_view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_bulk",
            ),
            path(
                "<path:object_id>/review/<slug:name>/",
                self.admin_site.admin_view(self.step_view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_review",
            ),
            *super().get_urls(),
        ]

    def step_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """One step on one record: asked first, then taken."""
        row, step = self.get_object(request, unquote(object_id)), STEPS.get(name)
        if row is None or step is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        rows = self.get_queryset(request).filter(pk=row.pk)
        return self._asked(request, step, rows, change_url(row))

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """One step on the records chosen in the list, once it has been confirmed."""
        step, keys = STEPS.get(name), request.POST.get("keys", "").split(",")
        if step is None or not all(_KEY.match(key) for key in keys):
            return HttpResponseRedirect(self._list_url(request))
        rows = self.get_queryset(request).filter(pk__in=[int(key) for key in keys])
        return self._asked(request, step, rows)

    def _asked(
        self, request: HttpRequest, step: Step, rows: models.QuerySet, back: str = ""
    ) -> HttpResponse:
        if not self._may_take(request, step):
            raise PermissionDenied
        done = HttpResponseRedirect(back or self._list_url(request))
        return self.confirm(request, step, rows, back=back) or done

    def _list_url(self, request: HttpRequest) -> str:
        """The list with the filters it had when the records were chosen."""
        return list_url(self.model, **request.GET.dict())

    def _bulk_url(self, step: Step) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_bulk", args=[step.name])

    def _may_take(self, request: HttpRequest, step: Step) -> bool:
        return getattr(self, f"has_{step.permission}_permission")(request)

    def confirm(
        self, request: HttpRequest, step: Step, queryset: models.QuerySet, back: str = ""
    ) -> HttpResponse | None:
        """Lists the rows and asks for the note; once confirmed, takes the step. None: done.

        A worker takes it where there are many rows, and the person is led to the page that says how far it is.
        """
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1])
        if len(keys) > MOST_ROWS:
            messages.error(
                request,
                _("Choose at most %(count)s records at once.") % {"count": number(MOST_ROWS)},
            )
            return None
        rows = queryset.order_by("pk")[: max(WAITED_FOR, MOST_NAMED)]
        confirmed = request.method == "POST" and "confirmed" in request.POST
        form = NoteForm(step, request.POST if confirmed else None)
        if confirmed and form.is_valid():
            note = form.cleaned_data["note"]
            if len(keys) > WAITED_FOR:
                asked = begin(request.user, self.model, step, keys, note)
                return HttpResponseRedirect(change_url(asked))
            take_step(request, step, list(rows), note)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": step.title,
            "step": step,
            "form": form,
            "rows": [(review_label(row), row, change_url(row)) for row in rows[:MOST_NAMED]],
            "unnamed": max(0, len(keys) - MOST_NAMED),
            "keys": ",".join(map(str, keys)),
            "address": "" if back else f"{self._bulk_url(step)}?{request.GET.urlencode()}",
            "back": back or self._list_url(request),
            "is_single": bool(back),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/programmes/review_confirm.html", context)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        self._submit_if_asked(request, obj)
        return super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self._submit_if_asked(request, obj)
        return super().response_change(request, obj)

    def _submit_if_asked(self, request: HttpRequest, obj: Any) -> None:
        if "_submit_for_review" in request.POST:
            take_step(request, STEPS["submit"], [obj], "")

    # Pages

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, obj: Reviewed) -> SafeString:
        return state_mark(obj)

    @admin.display(description=gettext_lazy("source"), ordering="source__title")
    def source_shown(self, obj: Any) -> str:
        title = str(obj.source)
        return title if len(title) <= LONGEST_SOURCE else Truncator(title).chars(LONGEST_SOURCE)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        obj = options.get("obj")
        if obj is not None:
            context |= {
                "state": state_mark(obj),
                "reason": obj.outcome_reason,
                "events": obj.events.select_related("by").order_by("at", "id"),
                "steps": self._buttons(request, obj),
            }
        context["may_submit"] = self.has_submit_permission(request)
        return super().render_change_form(request, context, *args, **options)

    def _buttons(self, request: HttpRequest, obj: Reviewed) -> list[Button]:
        buttons = [
            Button(f"{change_url(obj)[: -len('change/')]}review/{step.name}/", step.title)
            for step in STEPS.values()
            if obj.state in step.before and self._may_take(request, step)
        ]
        if obj.state == State.PUBLISHED:
            buttons += self.adding(request, self.model, _("Correct"), **{self.corrects: obj.pk})
        return buttons

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except FrozenRowError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())


def state_mark(row: Reviewed) -> SafeString:
    """The state of a row in words, with its shape."""
    return _mark(row.state)


@remembered
def _mark(state: str) -> SafeString:
    return format_html(
        '<span class="state state-{}">{}</span>', state.replace("_", "-"), State(state).label
    )
