"""What is kept of a member of staff: given out to them, and taken away (law no. 09-08)."""

from pathlib import PurePath
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from programmes.models import Assignment, ImportJob, Preference

# Tables of which each column tells something of the person; of the others, which records they entered or changed.
OF_THE_PERSON = (
    Assignment,
    Preference,
    UserSession,
    EmailAddress,
    Authenticator,
    LogEntry,
    ImportJob,
)
# What lets somebody in is given to nobody.
SECRET = frozenset({"data", "session_key", "password"})


def personal_data(user: User) -> dict[str, Any]:
    """All that is kept of an account, as plain values; records that it entered or changed by their keys."""
    told: dict[str, Any] = {
        "account": _told(User.objects.filter(pk=user.pk))[0],
        "roles": list(user.groups.order_by("name").values_list("name", flat=True)),
    }
    for relation in user._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.many_to_many or not relation.is_relation:
            continue
        model: Any = relation.related_model
        column: Any = relation.remote_field
        name = column.name
        rows = model._base_manager.filter(**{name: user.pk}).order_by("pk")
        found = _told(rows) if model in OF_THE_PERSON else list(rows.values_list("pk", flat=True))
        if found:
            told[f"{model._meta.label_lower}.{name}"] = found
    return told


def _told(rows: models.QuerySet[Any]) -> list[dict[str, Any]]:
    names = [
        field.attname
        for field in rows.model._meta.concrete_fields
        if field.name not in SECRET and not isinstance(field, models.BinaryField)
    ]
    return list(rows.values(*names))


@transaction.atomic
def erase_person(user: User) -> None:
    """Closes an account for good and takes away all that tells who it was; what it entered stays, under a number.

    Raises:
        ValidationError: it is the last superuser, without whom nobody gives rights any more.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not any(other.has_usable_password() for other in others):
        raise ValidationError(_("This is the last superuser: make another one first."))
    for session in UserSession.objects.filter(user=user.pk):
        session.end()
    for model in (Authenticator, EmailAddress, Preference, Assignment):
        model._base_manager.filter(user=user.pk).delete()
    for job in ImportJob.objects.filter(owner=user.pk):
        # people name files after themselves
        ImportJob.objects.filter(pk=job.pk).update(
            file_name=f"import-{job.pk}{PurePath(job.file_name).suffix}"
        )
    user.groups.clear()
    user.user_permissions.clear()
    user.username = f"account-{user.pk}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    about.update(object_repr=user.username)
