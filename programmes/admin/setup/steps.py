"""The steps of setting up a programme: what each holds already, and the boxes of one more row of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from programmes.admin.forms.labels import RELATED
from programmes.admin.scope import rows_of
from programmes.models import (
    Agreement,
    Centre,
    Indicator,
    Milestone,
    MilestoneStatement,
    Organisation,
    Participation,
    Programme,
    Signature,
    Source,
    Target,
    TargetRevision,
)
from programmes.models.named import own_first
from programmes.type_names import StaffRequest

END = "end"
FIRST = "programme"


@dataclass(frozen=True)
class SetupStep:
    """One step after the programme itself.

    paths: from a row of `model` to the programmes that it belongs to. boxes: those of a new row. beside: tables of
    which a record that is not known yet is added from here. said: of a promise or a milestone, the table that holds
    what was said of it, the column that names the row, and its boxes. needs: the step without which there is nothing
    to choose from here.
    """

    name: str
    title: Any
    explained: Any
    model: type[models.Model]
    paths: tuple[str, ...]
    boxes: tuple[str, ...]
    beside: tuple[type[models.Model], ...] = ()
    said: tuple[type[models.Model], str, tuple[str, ...]] | None = None
    needs: str = ""

    def rows(self, request: StaffRequest, programme: Programme) -> models.QuerySet[Any]:
        """What the programme has of it, as far as the person sees."""
        condition = Q()
        for path in self.paths:
            condition |= Q(**{path: programme})
        keys = self.model._default_manager.filter(condition).order_by().values("pk")
        rows = rows_of(request, self.model).filter(pk__in=keys)
        named = {"organisation", "agreement", "programme"}
        owned = [one for one in (*self.boxes, *self.paths) if one in named]
        return rows.select_related(*RELATED.get(self.model, owned)).order_by("pk")

    def last_said(self, rows: Iterable[models.Model]) -> dict[int, Any]:
        """What was said last of targets or milestones, by key; of none of them where nothing is said of such rows."""
        if self.said is None:
            return {}
        model, column, _boxes = self.said
        said = model._default_manager.filter(**{f"{column}__in": [row.pk for row in rows]})
        said = said.select_related(*RELATED.get(model, ())).order_by("number")
        return {getattr(one, f"{column}_id"): one for one in said}


STEPS = (
    SetupStep(
        "partners",
        gettext_lazy("Who takes part"),
        gettext_lazy("The organisation that leads it, those that train, pay or supervise."),
        Participation,
        ("programme",),
        ("role", "organisation"),
        beside=(Organisation,),
    ),
    SetupStep(
        "centres",
        gettext_lazy("Centres"),
        gettext_lazy("Each place where people are trained, or will be. None yet? Skip this step."),
        Centre,
        ("programmes",),
        ("kind", "name", "territory", "locality", "operator"),
        beside=(Organisation,),
    ),
    SetupStep(
        "agreements",
        gettext_lazy("Agreement"),
        gettext_lazy("The agreement or convention under which it was launched."),
        Agreement,
        ("programmes",),
        ("kind", "title", "date", "place"),
    ),
    SetupStep(
        "signatories",
        gettext_lazy("Who signed"),
        gettext_lazy(
            "Each party of the agreement. Once it is public, a party is added by a proposal alone."
        ),
        Signature,
        ("agreement__programmes",),
        ("agreement", "organisation", "undertaking"),
        beside=(Organisation,),
        needs="agreements",
    ),
    SetupStep(
        "targets",
        gettext_lazy("Targets"),
        gettext_lazy(
            "What was promised, as it was first announced: how much, by when, who said so. A ratio is typed as a "
            "percentage."
        ),
        Target,
        ("series__programme",),
        (
            "indicator",
            "territory",
            "centre",
            "value",
            "qualifier",
            "due",
            "announced",
            "source",
            "responsible",
            "agreement",
        ),
        beside=(Indicator, Source, Organisation),
        said=(TargetRevision, "target", ("value", "qualifier", "due", "announced", "source")),
    ),
    SetupStep(
        "milestones",
        gettext_lazy("Milestones"),
        gettext_lazy(
            "Dated steps: signature, start of works, opening. Of the programme, or of one of its centres or "
            "agreements."
        ),
        Milestone,
        ("programme", "centre__programmes", "agreement__programmes"),
        ("kind", "title", "centre", "agreement", "date", "announced", "source"),
        beside=(Source,),
        said=(MilestoneStatement, "milestone", ("date", "announced", "source")),
    ),
)
BY_NAME = {step.name: step for step in STEPS}
PROGRAMME_BOXES = ("name", "summary", "territories", "start", "end", "parent")
BESIDE_BOXES: dict[type[models.Model], tuple[str, ...]] = {
    Source: ("kind", "title", "publisher", "date", "url"),
    Indicator: ("name", "unit", "measure"),
    Organisation: ("kind", "name"),
}


def offered(counts: dict[str, int]) -> list[SetupStep]:
    """The steps that a programme with so many rows of each has."""
    return [step for step in STEPS if not step.needs or counts[step.needs]]


def counts_of(request: StaffRequest, programmes: list[Programme]) -> dict[int, dict[str, int]]:
    """How many rows of each step programmes have, by key. One query a way from a table to its programmes."""
    found = {one.pk: dict.fromkeys(BY_NAME, 0) for one in programmes}
    for step in STEPS:
        for path in step.paths:
            rows = rows_of(request, step.model).filter(**{f"{path}__in": list(found)})
            for key, number in (
                rows.order_by().values_list(path).annotate(Count("pk", distinct=True))
            ):
                found[key][step.name] += number
    return found


def next_step(counts: dict[str, int], after: str = "") -> str:
    """The step behind one; behind the last that holds something, where none is named. The end has none behind it."""
    names = [step.name for step in offered(counts)]
    if not after:
        filled = [name for name in names if counts[name]]
        after = filled[-1] if filled else FIRST
    return ([*names, END] if after == FIRST else [*names, END][names.index(after) + 1 :])[0]


def given(
    step: SetupStep, programme: Programme, typed: Callable[[str], str]
) -> dict[str, list[Any]]:
    """What a new row has without being asked: the programme it belongs to, by box. typed: what another box holds."""
    match step.name:
        case "targets" | "partners":
            return {"programme": [programme.pk]}
        case "centres" | "agreements":
            return {"programmes": [programme.pk]}
        case "milestones":
            is_others = typed("centre") or typed("agreement")
            return {"programme": [] if is_others else [programme.pk]}
    return {}


def narrowed_choices(
    request: StaffRequest, programme: Programme
) -> dict[str, models.QuerySet[Any]]:
    """Boxes whose choices are those of the programme."""
    return {
        "centre": rows_of(request, Centre)
        .filter(programmes=programme)
        .select_related(*RELATED[Centre]),
        "agreement": rows_of(request, Agreement).filter(programmes=programme),
    }


def columns_of_boxes(model: type[models.Model], boxes: tuple[str, ...]) -> list[str]:
    """The boxes of a form, a translated text in each language, the reader's own first."""
    names = {field.name for field in model._meta.get_fields()}
    found: list[str] = []
    for box in boxes:
        translated = [f"{box}_{code}" for code in own_first() if f"{box}_{code}" in names]
        found += translated or [box]
    return found
