"""Screens of the tables that go through review: figures, announcements, statements, replies and proposals.

Everything is written through the services. A draft is a form; what is submitted or published is a page to read, with
the steps that may follow.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from programmes import services
from programmes.admin.base import TrackerAdmin
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import (
    RELATED,
    find_records,
    label_of,
    person_words,
    review_label,
    state_mark,
)
from programmes.admin.forms.panels import Button, change_url, list_url
from programmes.admin.review.bulk import begin
from programmes.admin.review.hidden_owners import HiddenOwners, hidden_below
from programmes.admin.review.proposals import ProposalMixin
from programmes.admin.review.record import review_url
from programmes.admin.review.review_history import ReviewHistoryScreen
from programmes.admin.review.review_steps import (
    STEPS,
    SUBMIT_BUTTON,
    Answer,
    NoteForm,
    ReviewStep,
    doubts_to_submit,
    mark_of,
    read_seen,
    seen_mark,
    take_step,
)
from programmes.admin.review.translations import OwnLanguageFirst
from programmes.admin.scope import rows_of
from programmes.models import Amendment, FrozenRowError, ReviewEvent, State
from programmes.models.plausibility import doubts_of
from programmes.models.review import Reviewed, column_names
from programmes.selectors.wording.formats import number
from programmes.selectors.wording.texts import named_apart
from programmes.type_names import staff_request

MOST_ROWS = 50_000
# so many records are gone through while the person waits
WAITED_FOR = 100
MOST_NAMED = 50
LONGEST_SOURCE = 60


def _action(step: ReviewStep) -> Callable[..., Any]:
    """The step as an action on the rows of a list."""

    @admin.action(description=step.title, permissions=[step.permission])
    def act(screen: "ReviewedAdmin", request: HttpRequest, rows: models.QuerySet[Any]) -> Any:
        return screen.confirm(request, step, rows)

    act.__name__ = f"{step.name.replace('-', '_')}_rows"
    return act


class ReviewedAdmin(
    ReviewHistoryScreen, ProposalMixin, OwnLanguageFirst, TrackerAdmin, TranslationAdmin[Any]
):
    """A table under review.

    enter: the service that enters a new row. corrects: the column that names the row a new one corrects; empty where
    nothing does. copied: what a correction starts from, never the reason or the words of a source. printed: the words
    of a source, which are shown beside their empty boxes.
    written: the fieldsets of the form; read: those of the page of a row that may no longer change.
    """

    corrects = "corrects"
    copied: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    read: tuple[Any, ...] = ()
    change_form_template = "admin/programmes/reviewed_form.html"
    actions = tuple(_action(step) for step in STEPS.values())

    def enter(self, row: Any, *, by: User) -> Any:
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
        row = self._corrected(request, initial.get(self.corrects, ""))
        return initial if row is None else initial | self.copy_of(row) | {self.corrects: row.pk}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm[Any]]:
        """Beside a correction's empty boxes for printed words stand those of the entry that it corrects."""
        corrected = self._corrected_by(request, obj) if self.printed else None
        if corrected is not None:
            options["help_texts"] = {
                name: _(
                    "In the earlier entry: “%(words)s”. Type it again if the source prints it so."
                )
                % {"words": words}
                for name in self.printed
                if (words := getattr(corrected, name))
            }
        return super().get_form(request, obj, change, **options)

    def _corrected(self, request: HttpRequest, key: Any) -> Any:
        """The row of a key that the person sees and would correct; None where there is none."""
        if not self.corrects or not can_be_key(key):
            return None
        rows = rows_of(request, self.model).select_related(*RELATED.get(self.model, ()))
        return rows.filter(pk=key).first()

    def copy_of(self, row: Any) -> dict[str, Any]:
        """What a new row takes over from an earlier one."""
        names = (name for one in self.copied for name in column_names(self.model, one))
        return {name: getattr(row, name) for name in names}

    def write(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        user = staff_request(request).user
        if change:
            self.remember_content(request, obj)
            services.change_draft(obj, by=user)
        else:
            self.enter(obj, by=user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.discard(obj, by=staff_request(request).user)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for row in queryset:
                services.discard(row, by=staff_request(request).user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """The review log of a draft goes with it: nobody holds a permission to remove its lines one by one."""
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
        """One step on one record: asked first, then taken. `seen`: the record as its page showed it.

        What is decided on is looked at on the reviewer's desk.
        """
        row, step = self.get_object(request, unquote(object_id)), STEPS.get(name)
        if row is None or step is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if step.permission == "publish":
            return HttpResponseRedirect(review_url(row))
        seen = request.GET.get("seen", "") or str(seen_mark(row))
        given = read_seen(request.POST.get("keys", "") or f"{row.pk}:{seen}")
        return self._ask_or_take(
            request, step, {row.pk: (given or {}).get(row.pk, 0)}, change_url(row)
        )

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """One step on the records chosen in the list, once it has been confirmed."""
        step, seen = STEPS.get(name), read_seen(request.POST.get("keys", ""))
        if step is None or not seen:
            return HttpResponseRedirect(self._list_url(request))
        return self._ask_or_take(request, step, seen)

    def _ask_or_take(
        self, request: HttpRequest, step: ReviewStep, seen: dict[int, int], back: str = ""
    ) -> HttpResponse:
        if not self._may_take(request, step):
            raise PermissionDenied
        done = HttpResponseRedirect(back or self._list_url(request))
        rows = self.get_queryset(request).filter(pk__in=seen)
        return self.confirm(request, step, rows, seen, back) or done

    def _list_url(self, request: HttpRequest) -> str:
        """The list with the filters it had when the records were chosen."""
        query = request.GET.urlencode()
        return list_url(self.model) + (f"?{query}" if query else "")

    def _bulk_url(self, step: ReviewStep) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_bulk", args=[step.name])

    def _may_take(self, request: HttpRequest, step: ReviewStep) -> bool:
        allowed: bool = getattr(self, f"has_{step.permission}_permission")(request)
        return allowed

    def confirm(
        self,
        request: HttpRequest,
        step: ReviewStep,
        queryset: models.QuerySet[Any],
        seen: dict[int, int] | None = None,
        back: str = "",
    ) -> HttpResponse | None:
        """Lists the rows and asks for the note; once confirmed, takes the step. None: done.

        A worker takes it where there are many rows, and the person is led to the page that says how far it is.

        Args:
            seen: by key, the submission that was looked at; those of now where the rows come from a list.
        """
        stored = dict(queryset.order_by("pk").values_list("pk", "changed_at")[: MOST_ROWS + 1])
        if len(stored) > MOST_ROWS:
            messages.error(
                request,
                _("Choose at most %(count)s records at once.") % {"count": number(MOST_ROWS)},
            )
            return None
        marks = {key: mark_of(moment) for key, moment in stored.items()}
        confirmed = request.method == "POST" and "confirmed" in request.POST and seen is not None
        seen = {key: seen.get(key, 0) for key in marks} if seen is not None else marks
        rows = queryset.order_by("pk")[: max(WAITED_FOR, MOST_NAMED)]
        named = list(rows[:MOST_NAMED])
        if self.model is Amendment:
            find_records(named)
        doubts = _doubts(named, step)
        # of many, the unusual ones are refused by name: each is looked at by itself
        form = NoteForm(
            step,
            request.POST if confirmed else None,
            is_doubtful=bool(doubts) and len(stored) == 1,
        )
        if confirmed and form.is_valid():
            if len(seen) > WAITED_FOR:
                asked = begin(staff_request(request).user, self.model, step, seen, form.answer())
                return HttpResponseRedirect(change_url(asked))
            take_step(request, step, list(rows), form.answer(), seen)
            return None
        hidden = hidden_below(queryset) if step.name == "publish" else HiddenOwners()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": step.title,
            "step": step,
            "form": form,
            "rows": [
                (
                    review_label(row),
                    row,
                    change_url(row),
                    seen[row.pk] != marks[row.pk],
                    doubts.get(row.pk, []),
                )
                for row in named
            ],
            "unnamed": max(0, len(seen) - MOST_NAMED),
            "hidden": hidden,
            "keys": ",".join(f"{key}:{mark}" for key, mark in seen.items()),
            "address": "" if back else f"{self._bulk_url(step)}?{request.GET.urlencode()}",
            "back": back or self._list_url(request),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/programmes/review_confirm.html", context)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        self._tell_doubts(request, obj)
        self._submit_if_asked(request, obj)
        return super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self._tell_doubts(request, obj)
        self._submit_if_asked(request, obj)
        return super().response_change(request, obj)

    def _tell_doubts(self, request: HttpRequest, obj: Any) -> None:
        """What is unusual is said to whoever enters it, before a reviewer asks; not beside the form, which says it."""
        if "_continue" in request.POST:
            return
        for doubt in doubts_of(obj):
            messages.warning(request, doubt)

    def _submit_if_asked(self, request: HttpRequest, obj: Any) -> None:
        if SUBMIT_BUTTON in request.POST:
            row = self.model._default_manager.get(pk=obj.pk)
            take_step(request, STEPS["submit"], [row], Answer(), {row.pk: seen_mark(row)})

    # Pages

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, obj: Reviewed) -> SafeString:
        return state_mark(obj)

    @admin.display(description=gettext_lazy("entered by"), ordering="entered_by")
    def entered_by_shown(self, obj: Any) -> str:
        return person_words(obj.entered_by)

    @admin.display(description=gettext_lazy("source"), ordering="source__title")
    def source_shown(self, obj: Any) -> str:
        title = str(obj.source)
        if len(title) <= LONGEST_SOURCE:
            return label_of(obj.source)
        return named_apart(Truncator(title).chars(LONGEST_SOURCE))

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
        if not context.get("is_popup") and (row := self._corrected_by(request, obj)):
            context["corrected"] = {"url": change_url(row), "label": review_label(row)}
        context["may_submit"] = self.has_submit_permission(request)
        if context["may_submit"] and obj is not None and self.has_change_permission(request, obj):
            context["form_below"] = f"{self.opts.model_name}_form"
        return super().render_change_form(request, context, *args, **options)

    def _corrected_by(self, request: HttpRequest, obj: Reviewed | None) -> Any:
        """What the record on the page corrects, or what the form of a new one is about to correct."""
        if not self.corrects:
            return None
        if obj is not None:
            return self._corrected(request, getattr(obj, f"{self.corrects}_id") or "")
        typed = request.POST if request.method == "POST" else request.GET
        return self._corrected(request, typed.get(self.corrects, ""))

    def _buttons(self, request: HttpRequest, obj: Reviewed) -> list[Button]:
        stem, seen = change_url(obj)[: -len("change/")], seen_mark(obj)
        buttons = [
            Button(f"{stem}review/{step.name}/?seen={seen}", step.title)
            for step in STEPS.values()
            if step.permission == "submit"
            and obj.state in step.before
            # beside a form its own button saves what stands in the boxes first
            and not self.has_change_permission(request, obj)
            and self._may_take(request, step)
        ]
        if obj.state == State.SUBMITTED and self.has_publish_permission(request):
            buttons.append(Button(review_url(obj), _("Review it")))
        if obj.state == State.PUBLISHED and self.corrects:
            buttons += self.add_buttons(
                request, self.model, _("Correct"), **{self.corrects: obj.pk}
            )
        return buttons + self.proposal_buttons(request, obj)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except FrozenRowError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())


def _doubts(rows: Iterable[Reviewed], step: ReviewStep) -> dict[int, list[str]]:
    """What is unusual of those that the step would bring on, by key. Of an answer that keeps them back, nothing."""
    unusual = {"submit": doubts_to_submit, "publish": doubts_of}.get(step.name)
    if unusual is None:
        return {}
    concerned = (row for row in rows if row.state in step.before)
    return {row.pk: found for row in concerned if (found := unusual(row))}
