"""Records that the public relies on, one of each table: what generated tests try to change."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.test import override_settings
from django.utils import timezone

from programmes.models import EDITABLE, Reply, State, Target, TargetRevision
from programmes.models.guards import guards_lifted
from programmes.models.review import Reviewed
from programmes.models.sealed import Sealed, parts_of, sealed_parts, sealed_sets
from programmes.models.sealed_values import key_of, value_of
from tests.another_value import another, filled
from tests.builders import make_reply, make_revision, show
from tests.conftest import make_member

# What the public relies on, by table; the rest is open.
SEALED = {
    "agreement": "code date end kind parent place programmes signatures sources subject title",
    "category": "code dimension name",
    "centre": "code facilities kind locality name operator parent programmes sectors serves sources territory",
    "dimension": "code name",
    "indicator": "code decimals definition measure name unit",
    "milestone": "agreement centre code kind programme title",
    "organisation": "acronym code kind name territory",
    "programme": "code end name parent participations sectors sources stages start territories",
    "sector": "code name",
    "series": "areas centre code counted_kind delay_days figures indicator interval_months name part_of programme role "
    "territory",
    "source": "code date evidence file kind language organisation publisher title url",
    "target": "agreement code original responsible series share_of",
    "territory": "code hcp_code kind name parent",
}


LOCKED = [state for state in State if state not in EDITABLE]


def name_of(model: type[models.Model]) -> str:
    return model._meta.model_name


def tables(kind: type[models.Model]) -> list[Any]:
    found = [one for one in apps.get_app_config("programmes").get_models() if issubclass(one, kind)]
    return [pytest.param(model, id=name_of(model)) for model in found]


def stored(row: models.Model) -> dict[str, Any]:
    """A row as the database has it, with its sets and child rows."""
    model = type(row)
    found = models.QuerySet(model).filter(pk=row.pk).values().get()
    for field in sealed_sets(model) if isinstance(row, Sealed) else []:
        found[field.name] = sorted(getattr(row, field.name).values_list("pk", flat=True))
    for part in parts_of(model):
        rows = models.QuerySet(part).filter(**{part.owner_name: row.pk})
        found[name_of(part)] = list(rows.order_by("pk").values())
    return found


def a_sealed(model: type[Sealed]) -> Any:
    """A sealed record of a table, with members of its sets and child rows."""
    rows = model.objects.sealed().order_by("pk")
    names = [field.name for field in sealed_sets(model)]
    names += [
        part._meta.get_field(part.owner_name).remote_field.name for part in sealed_parts(model)
    ]
    row = next((one for one in rows if all(getattr(one, name).exists() for name in names)), None)
    if row is None:
        row = rows.first() or show(model.objects.first())
        with guards_lifted("members of a set"):
            for field in sealed_sets(model):
                getattr(row, field.name).add(field.related_model.objects.order_by("pk").first())
            for part in sealed_parts(model):
                a_part(part, row).save()
    return filled(row)


def a_part(part: Any, owner: models.Model) -> Any:
    """An unsaved child row of a record."""
    made = part(**{part.owner_name: owner})
    for field in part._meta.concrete_fields:
        if field.name not in ("id", part.owner_name) and not field.null:
            setattr(made, field.attname, another(field, None))
    return made


def a_reviewed(model: type[Reviewed], state: str) -> Any:
    """A row of a table in a state, with parts."""
    rows = model._base_manager.order_by("pk")
    row = rows.filter(state=State.PUBLISHED).first() or rows.first()
    if row is None:
        assert model is Reply, "the sample has none"
        row = make_reply(Target.objects.published().first())
    with guards_lifted("a row in that state"):
        moment = timezone.now()
        columns = {"state": state, "published_at": moment, "ended_at": moment}
        models.QuerySet(model).filter(pk=row.pk).update(**columns)
        for part in parts_of(model):
            if not part._base_manager.filter(**{part.owner_name: row}).exists():
                a_part(part, row).save()
    row.refresh_from_db()
    return row


def changed_value(row: Sealed, name: str) -> Any:
    """A plain value other than that of a sealed column, set or child rows."""
    value, fields = value_of(row, name), {field.name: field for field in row._meta.fields}
    if isinstance(value, list):
        return []
    if isinstance(value, dict):
        return {**value, "fr": f"{value['fr']} x"}
    if name in getattr(type(row), "precise_dates", {}):
        return "1999" if value != "1999" else "2001"
    if name in fields and fields[name].is_relation:
        if fields[name].related_model is TargetRevision:
            return key_of(make_revision(row, 77, draft=True, value=7, announced="2024-01-01"))
        one = another(fields[name], getattr(row, f"{name}_id"))
        return key_of(fields[name].related_model._base_manager.get(pk=one))
    return another(fields[name], value)


def make_members() -> dict[str, Any]:
    """One member of staff of each role, with the whole country, and a superuser, by role."""
    roles = ("contributor", "editor", "reviewer", "administrator")
    # nobody types these passwords: hashing them as real ones takes longer than a test
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        found = {role: make_member(f"the-{role}", role, "MA") for role in roles}
        return {**found, "superuser": get_user_model().objects.create_superuser("the-superuser")}
