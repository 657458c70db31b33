"""Why the public does not see a record: each thing that hides it, with the page on which that is mended."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from programmes.admin.forms.labels import label_of
from programmes.admin.forms.panels import change_url, list_url
from programmes.models import State, Target, TargetRevision
from programmes.models.review import Reviewed
from programmes.models.sealed import Sealed, Showable

# what hides what hangs on it
OWNERS = ("target", "milestone", "series", "programme", "centre", "agreement")


@dataclass(frozen=True)
class HidingCause:
    """One thing that hides a record. `url`: where it is mended, empty where on the record's own page."""

    words: str
    name: str = ""
    url: str = ""


def hidden_by(site: admin.AdminSite, request: HttpRequest, row: models.Model) -> list[HidingCause]:
    """What keeps the public from seeing a stored record; empty where it does, or where nobody would show it alone."""
    if not isinstance(row, Sealed | Reviewed):
        return []
    found = [HidingCause(text) for text in _own(row)]
    if isinstance(row, Target) and not _is_announced(row):
        words = _("No announcement of it was published.")
        url = list_url(TargetRevision, target__id__exact=row.pk)
        found.append(HidingCause(words, _("Announcements"), url))
    for owner in _hidden_owners(row):
        words = _("It rests on what was not shown yet (%(table)s):") % {
            "table": owner._meta.verbose_name
        }
        found.append(HidingCause(words, label_of(owner), _address(site, request, owner)))
    return found


def _hidden_owners(row: models.Model) -> list[models.Model]:
    """What a record belongs to, at any depth, and the public does not see."""
    found: list[models.Model] = []
    waiting = [row]
    while waiting:
        one = waiting.pop()
        owners = [getattr(one, name) for name in OWNERS if getattr(one, f"{name}_id", None)]
        found += [own for own in owners if not getattr(own, "is_public", True)]
        waiting += owners
    return list(dict.fromkeys(found))


def _own(row: Any) -> list[str]:
    """What stands on the record itself."""
    if isinstance(row, Reviewed) and row.state != State.PUBLISHED:
        return [_("Its state: %(state)s.") % {"state": row.get_state_display()}]
    if isinstance(row, Showable) and row.withdrawn_at is not None:
        return [_("It was withdrawn.")]
    if isinstance(row, Showable) and not row.is_public:
        return [_("It was not shown yet: it is shown with what is published on it, or by a step.")]
    if not getattr(row, "is_public", True):
        return [_("Its box “public” is not ticked.")]
    return []


def _is_announced(target: Target) -> bool:
    return target.revisions.filter(published_at__isnull=False).exists()


def _address(site: admin.AdminSite, request: HttpRequest, row: models.Model) -> str:
    """The page of a record, where the person may open it."""
    screen = site.get_model_admin(type(row))
    return change_url(row) if screen.has_view_permission(request, row) else ""
