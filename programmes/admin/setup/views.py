"""The pages of setting up a programme: which ones are under way, one page a step, and the last one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import access, services
from programmes.admin.conflicts import SEEN, version_of
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import label_of
from programmes.admin.forms.panels import Button, change_url
from programmes.admin.forms.record_forms import LabelledChoiceField
from programmes.admin.scope import rows_of
from programmes.admin.setup.boxes import StepForm, beside_forms
from programmes.admin.setup.end import end_of, submit_ticked
from programmes.admin.setup.lines import SetupLine, changed_here, name_of_row, setup_lines, step_url
from programmes.admin.setup.steps import (
    BY_NAME,
    END,
    FIRST,
    PROGRAMME_BOXES,
    SetupStep,
    counts_of,
    given,
    narrowed_choices,
    next_step,
    offered,
)
from programmes.models import Programme, Signature, Target
from programmes.selectors.wording.formats import number
from programmes.type_names import StaffRequest

MOST_UNDER_WAY = 50


class CopyForm(forms.Form):
    """The programme of which a new one takes over what it is made of."""

    copied = LabelledChoiceField(
        Programme.objects.none(),
        required=False,
        label=gettext_lazy("Copy from another programme"),
        help_text=gettext_lazy(
            "Its territories, who takes part, and its targets and milestones by name: without figures or dates, and "
            "nothing is published."
        ),
    )

    def __init__(self, request: StaffRequest) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        copied = self.fields["copied"]
        assert isinstance(copied, forms.ModelChoiceField)
        self.programmes = rows_of(request, Programme).order_by("pk")
        copied.queryset = self.programmes


def sets_up(request: HttpRequest) -> bool:
    """Whether somebody sets programmes up: adds them, or changes those of others."""
    screen = admin.site.get_model_admin(Programme)
    return screen.has_add_permission(request) or screen.has_change_permission(request)


def set_up_view(
    request: StaffRequest, context: dict[str, Any], key: int, name: str
) -> HttpResponse:
    """Each page of it. key: of the programme, 0 for none yet. name: of the step, empty for where one stands."""
    if not sets_up(request):
        raise PermissionDenied
    if not key:
        return (_new if name else _under_way)(request, context)
    programme = _programme(request, key)
    counts = counts_of(request, [programme])[key]
    if not name:
        return HttpResponseRedirect(step_url(programme, next_step(counts)))
    if name == END:
        return _end(request, context, programme, counts)
    if name == FIRST:
        one = StepForm(request, Programme, PROGRAMME_BOXES, row=programme)
        return _step(request, context, programme, counts, one)
    step = BY_NAME.get(name)
    if step is None:
        raise Http404
    if step not in offered(counts):
        return HttpResponseRedirect(step_url(programme, step.needs))
    edited = _edited(request, step, programme)
    one = _form(request, step, programme, edited)
    return _step(request, context, programme, counts, one, step, edited)


def _under_way(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    """The programmes that the public does not see yet, each with the step to go on with."""
    hidden = access.changeable(Programme.objects.filter(is_public=False), request.user)
    programmes = list(hidden.order_by("-pk")[:MOST_UNDER_WAY])
    counts = counts_of(request, programmes)
    lines = []
    for one in programmes:
        step = next_step(counts[one.pk])
        words = _("Go on: %(step)s") % {"step": _title(step)}
        # the count stands behind its noun: it inflects nothing
        held = [f"{_title(name)} : {number(n)}" for name, n in counts[one.pk].items() if n]
        button = Button(step_url(one, step), words)
        lines.append(SetupLine(str(one), button.url, " · ".join(held), button=button))
    screen = admin.site.get_model_admin(Programme)
    return TemplateResponse(
        request,
        "admin/programmes/set_up.html",
        {
            **context,
            "title": _("Set up a programme"),
            "lines": lines,
            "may_add": screen.has_add_permission(request),
        },
    )


def _new(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    """The first step: the programme itself, all by itself or made like another one."""
    one, copy = StepForm(request, Programme, PROGRAMME_BOXES), CopyForm(request)
    if not one.may_save():
        raise PermissionDenied
    if request.method == "POST" and copy.is_valid():
        source = copy.cleaned_data["copied"]
        if source is not None and not request.POST.getlist("territories"):
            places = list(source.territories.values_list("pk", flat=True))
            one.given = lambda _typed: {"territories": places}
        row = one.save(lambda row: source and services.copy_structure(source, row, by=request.user))
        if row is not None:
            messages.success(request, _("Saved: %(record)s") % {"record": label_of(row)})
            return HttpResponseRedirect(step_url(row, next_step(dict.fromkeys(BY_NAME, 0), FIRST)))
    elif request.method == "POST":
        one.keep_typed()
    more = {"copy": copy if copy.programmes.exists() else None}
    return _page(request, context, None, dict.fromkeys(BY_NAME, 0), one, more)


def _programme(request: StaffRequest, key: int) -> Programme:
    """The programme of an address. Raises Http404 where it is not seen, PermissionDenied where it is not changed."""
    row: Programme | None = rows_of(request, Programme).filter(pk=key).first()
    if row is None:
        raise Http404(_("This record lies outside your territories and programmes, or is gone."))
    if not admin.site.get_model_admin(Programme).has_change_permission(request, row):
        raise PermissionDenied
    return row


def _edited(request: StaffRequest, step: SetupStep, programme: Programme) -> models.Model | None:
    """The row that an address asks to change; None where it asks for a new one."""
    text = request.GET.get("row", "")
    if not text:
        return None
    row = step.rows(request, programme).filter(pk=text).first() if can_be_key(text) else None
    if row is None:
        raise Http404(_("This record lies outside your territories and programmes, or is gone."))
    if not changed_here(request, step, [row], step.last_said([row])):
        raise PermissionDenied
    edited: models.Model = row
    return edited


def _form(
    request: StaffRequest, step: SetupStep, programme: Programme, edited: models.Model | None
) -> StepForm:
    """The boxes of a new row, of a stored one, or of what was said of it."""
    if edited is not None and step.said is not None:
        model, column, boxes = step.said
        kind = "announced" if isinstance(edited, Target) else "planned"
        fixed = {column: [edited.pk], "kind": [kind]}
        row = step.last_said([edited]).get(edited.pk)
        return StepForm(request, model, boxes, row=row, given=lambda _typed: fixed)
    few = narrowed_choices(request, programme)
    if edited is not None:
        return StepForm(request, step.model, step.boxes, row=edited, narrowed=few)
    places = list(programme.territories.values_list("pk", flat=True)[:2])
    start = {"territory": places[0]} if len(places) == 1 else {}
    agreements = list(few["agreement"].values_list("pk", flat=True)[:2])
    if len(agreements) == 1 and step.model is Signature:
        start["agreement"] = agreements[0]
    return StepForm(
        request,
        step.model,
        tuple(box for box in step.boxes if box not in few or few[box].exists()),
        given=lambda typed: given(step, programme, typed),
        narrowed=few,
        start=start,
    )


def _step(
    request: StaffRequest,
    context: dict[str, Any],
    programme: Programme,
    counts: dict[str, int],
    one: StepForm,
    step: SetupStep | None = None,
    edited: models.Model | None = None,
) -> HttpResponse:
    """One step; on POST keeps the row that was typed, and goes on. step: None for the programme itself."""
    name, do = step.name if step else FIRST, request.POST.get("do", "")
    beside = beside_forms(request, step.beside) if step else {}
    if request.method == "POST" and (not _add_beside(request, one, beside) or do in beside):
        one.keep_typed()
    elif request.method == "POST":
        skips = do == "next" and step is not None and edited is None and one.is_untouched()
        row = None if skips else one.save()
        if row is not None:
            messages.success(request, _("Saved: %(record)s") % {"record": _saved(row)})
        if row is not None or skips:
            after = counts_of(request, [programme])[programme.pk]
            onwards = do == "next" and edited is None
            return HttpResponseRedirect(
                step_url(programme, next_step(after, name) if onwards else name)
            )
    more: dict[str, Any] = {"beside": beside, "edited": edited}
    if step is not None:
        more["lines"] = setup_lines(request, step, programme)
        more["explained"] = step.explained
    return _page(request, context, programme, counts, one, more, name)


def _saved(row: models.Model) -> str:
    """What was saved: a signature with its agreement, since who signed may have been added in the same step."""
    return label_of(row) if isinstance(row, Signature) else name_of_row(row)


def _add_beside(request: StaffRequest, one: StepForm, beside: dict[str, StepForm]) -> bool:
    """Adds to the lists what was typed in the small forms, whichever button was pressed. Whether none was refused."""
    do = request.POST.get("do", "")
    for name, small in beside.items():
        if name != do and small.is_untouched():
            continue
        made = small.save()
        if made is not None:
            one.choose(made, over=name == do)
            beside |= beside_forms(request, [type(made)])
            messages.success(request, _("Saved: %(record)s") % {"record": label_of(made)})
    return not any(small.form.errors for small in beside.values())


def _end(
    request: StaffRequest, context: dict[str, Any], programme: Programme, counts: dict[str, int]
) -> HttpResponse:
    if request.method == "POST":
        submit_ticked(request, programme)
        return HttpResponseRedirect(step_url(programme, END))
    frame = _frame(programme, END, counts)
    return TemplateResponse(
        request,
        "admin/programmes/set_up_end.html",
        context | frame | end_of(request, programme, counts),
    )


def _page(
    request: StaffRequest,
    context: dict[str, Any],
    programme: Programme | None,
    counts: dict[str, int],
    one: StepForm,
    more: dict[str, Any],
    name: str = FIRST,
) -> HttpResponse:
    is_sealed = bool(programme and programme.sealed_at) and name in (FIRST, "partners")
    # a form sent back for another reason keeps the version that the person saw
    seen = "" if getattr(request, "in_conflict", False) else request.POST.get(SEEN, "")
    return TemplateResponse(
        request,
        "admin/programmes/set_up_step.html",
        {
            **context,
            **_frame(programme, name, counts),
            "one": one,
            "has_errors": any(form.form.errors for form in (one, *more.get("beside", {}).values())),
            "may_save": one.may_save() and not (is_sealed and name == "partners"),
            "is_sealed": is_sealed,
            "record_url": change_url(programme) if programme else "",
            "seen_version": (seen or version_of(one.row)) if one.row else "",
            "onwards": step_url(programme, next_step(counts, name)) if programme else "",
            **more,
        },
    )


def _frame(programme: Programme | None, name: str, counts: dict[str, int]) -> dict[str, Any]:
    """What stands above each step: the programme, and all steps with how much each holds."""
    names = [FIRST, *(step.name for step in offered(counts)), END]
    return {
        "title": _("Set up a programme"),
        "subtitle": programme and str(programme),
        "programme": programme,
        "step_title": _title(name),
        "here": step_url(programme, name) if programme else reverse("admin:set_up"),
        "place": number(names.index(name) + 1),
        "of": number(len(names)),
        "steps": [
            {
                "title": _title(one),
                "url": step_url(programme, one) if programme else "",
                "count": number(counts[one]) if counts.get(one) else "",
                "is_here": one == name,
            }
            for one in names
        ],
    }


def _title(name: str) -> str:
    if name == FIRST:
        return _("The programme")
    return _("Check and submit") if name == END else str(BY_NAME[name].title)
