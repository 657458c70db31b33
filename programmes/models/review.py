"""Review of figures, promises and statements: draft, submitted, published, and what may follow.

What is published is never edited and never removed; what was submitted stays as it is until it is published or
returned. This file guards it in the model and its queryset; triggers on both databases stand behind it (guards.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField
from simple_history.models import HistoricalRecords

from programmes import languages
from programmes.models.data_version import mark_change
from programmes.models.querysets import queryset_only
from programmes.type_names import Words


class State(models.TextChoices):
    """Where a row stands in review."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted for review")
    RETURNED = "returned", _("returned")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")
    SET_ASIDE = "set_aside", _("set aside")
    WITHDRAWN = "withdrawn", _("withdrawn")


# From each state, the states that may follow. A state that is not a key here is final.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.RETURNED: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.PUBLISHED, State.RETURNED, State.SET_ASIDE}),
    State.PUBLISHED: frozenset({State.SUPERSEDED, State.SET_ASIDE, State.WITHDRAWN}),
}
EDITABLE = (State.DRAFT, State.RETURNED)
# what was published and no longer stands: pages strike it through
STRUCK = (State.SUPERSEDED, State.WITHDRAWN)
# what was published and no longer stands, though nothing took its place: an announcement keeps its verdict
TAKEN_BACK = (State.WITHDRAWN, State.SET_ASIDE)
FROZEN = (State.PUBLISHED, State.SUPERSEDED, State.SET_ASIDE, State.WITHDRAWN)
# The columns that steps of review write; the rest of a row is its content.
STEP_COLUMNS = frozenset(
    {"state", "outcome_reason", "published_at", "ended_at", "confirmation", "changed_at"}
    | {f"outcome_reason_{code}" for code in languages.CODES}
)


STAYS = _(
    "This belongs to the record that it was made for, and does not move to another one. Remove it here and add it "
    "there."
)


class FrozenRowError(Exception):
    """Raised on any attempt to change or remove what has been published, or to skip a step of review."""


_lifted: ContextVar[bool] = ContextVar("models_lifted", default=False)


@contextmanager
def models_lifted() -> Iterator[None]:
    """Within it, no model refuses: for `guards.guards_lifted`, which lifts the triggers too."""
    token = _lifted.set(True)
    try:
        yield
    finally:
        _lifted.reset(token)


def is_lifted() -> bool:
    """Whether models let everything pass."""
    return _lifted.get()


# the records that a published amendment changes now
_amended: ContextVar[frozenset[tuple[type[models.Model], int]]] = ContextVar(
    "amended", default=frozenset()
)


@contextmanager
def amending(record: models.Model) -> Iterator[None]:
    """Within it, that record may change: for the service that applies a published amendment."""
    token = _amended.set(_amended.get() | {(type(record), record.pk)})
    try:
        yield
    finally:
        _amended.reset(token)


def passes(record: models.Model) -> bool:
    """Whether that record is being amended, or the guards are lifted."""
    return passes_key(type(record), record.pk)


def passes_key(model: type[models.Model], key: Any) -> bool:
    """The same, by table and key."""
    return is_lifted() or (model, key) in _amended.get()


@cache
def translated_columns(model: type[models.Model]) -> dict[str, tuple[TranslationField, ...]]:
    """The columns of each translated text of a table, one a language, by its name."""
    found: dict[str, list[TranslationField]] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, TranslationField):
            found.setdefault(field.translated_field.name, []).append(field)
    return {name: tuple(columns) for name, columns in found.items()}


def column_names(model: type[models.Model], name: str) -> tuple[str, ...]:
    """The columns of a text of a table: one a language where it is translated, else its own."""
    columns = translated_columns(model).get(name, ())
    return tuple(column.attname for column in columns) or (name,)


def missing_translations(
    model: type[models.Model], values: Mapping[str, Any]
) -> dict[str, tuple[TranslationField, ...]]:
    """Of texts that stand in some languages, the columns of those in which they do not, by name. Of a row that has
    ended, those of why it did.

    values: those of a row, by column.
    """
    found = {}
    ended = values.get("state") in (*STRUCK, *TAKEN_BACK)
    for name, columns in translated_columns(model).items():
        if ended and name != "outcome_reason":
            continue
        empty = tuple(column for column in columns if not values.get(column.attname))
        if 0 < len(empty) < len(columns):
            found[name] = empty
    return found


def stored_values(row: models.Model) -> dict[str, Any] | None:
    """The columns of a row as the database has them. None: it has no such row."""
    if row.pk is None:
        return None
    # a translated table's own manager would answer in the language of the reader
    return models.QuerySet(type(row)).filter(pk=row.pk).values().first()


def differing(row: models.Model, stored: Mapping[str, Any]) -> set[str]:
    """The columns in which a row differs from what is stored."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    # what lies in the untranslated column is whatever was saved last, and nobody reads it
    unread = translated_columns(type(row)).keys()
    return {
        column
        for column, value in stored.items()
        if column not in unread and fields[column].to_python(getattr(row, column)) != value
    }


def refusal_of_change(state: str) -> Words:
    """What is said where somebody changes a row of that state."""
    if state == State.SUBMITTED:
        return _("A submitted record stays as it is until a reviewer publishes or returns it.")
    return _("A published record is never edited. Enter a new one that corrects it.")


Record = TypeVar("Record", bound="Reviewed", covariant=True)
PartOfRecord = TypeVar("PartOfRecord", bound="RecordPart", covariant=True)
ReviewedPart = TypeVar("ReviewedPart", bound="OwnedByReviewed", covariant=True)


class ReviewedQuerySet(models.QuerySet[Record]):
    """Refuses the ways around `save()`. States move one row at a time, through the services."""

    def frozen(self) -> Self:
        """The rows that were published, or kept aside, and never change again."""
        return self.filter(state__in=FROZEN)

    def standing(self, known: datetime | None = None) -> Self:
        """The rows that stood at a moment (None: now)."""
        if known is None:
            return self.filter(state=State.PUBLISHED)
        ended_later = Q(ended_at__isnull=True) | Q(ended_at__gt=known)
        return self.filter(ended_later, published_at__lte=known)

    def readable(self, known: datetime | None = None) -> Self:
        """The rows that could be read at a moment (None: now): those that no longer stand are struck through.

        What was set aside without being published is shown as the other source's.
        """
        if known is None:
            return self.filter(state__in=FROZEN)
        aside = Q(published_at__isnull=True, state=State.SET_ASIDE, ended_at__lte=known)
        return self.filter(Q(published_at__lte=known) | aside)

    def locked(self) -> Self:
        """The rows that nobody may change now: submitted, or frozen."""
        return self.exclude(state__in=EDITABLE)

    def update(self, **changes: Any) -> int:
        """Changes drafts. Their log says so, as after a save."""
        if not changes or is_lifted():
            return super().update(**changes)
        locked = self.locked().values_list("state", flat=True).order_by().first()
        if locked is not None or "state" in changes:
            raise FrozenRowError(refusal_of_change(locked or State.PUBLISHED))
        with transaction.atomic(savepoint=False):
            keys = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**changes)
            note_changes(self.model, keys)
        return count

    @queryset_only
    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_removal()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self._refuse_removal()
        return super()._raw_delete(using)

    def _refuse_removal(self) -> None:
        if not is_lifted() and self.locked().exists():
            raise FrozenRowError(
                _("A published record is never removed. It can be withdrawn, with a reason.")
            )

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        objs = list(objs)
        rows = self.model._base_manager.filter(pk__in=[row.pk for row in objs])
        locked = rows.exclude(state__in=EDITABLE).values_list("state", flat=True).first()
        if not is_lifted() and (locked is not None or "state" in fields):
            raise FrozenRowError(refusal_of_change(locked or State.PUBLISHED))
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        objs = list(objs)
        reviewed = options.get("update_conflicts") or any(row.state != State.DRAFT for row in objs)
        if reviewed and not is_lifted():
            raise FrozenRowError(_("New records start as drafts and are published through review."))
        return super().bulk_create(objs, *args, **options)


class Reviewed(models.Model):
    """A row that is public only once a reviewer has published it."""

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    outcome_reason = models.TextField(
        _("reason of the outcome"),
        blank=True,
        editable=False,
        help_text=_("Why it was superseded, set aside or withdrawn. Public."),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    ended_at = models.DateTimeField(
        _("ended at"),
        null=True,
        editable=False,
        help_text=_("When it was superseded, set aside or withdrawn."),
    )
    confirmation = models.TextField(
        _("why it is right, though unusual"),
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("What the reviewer found who looked at an unusual value."),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # shown with a record, never looked up
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    # its steps of review: the relation of ReviewEvent with each table
    events: ClassVar[Any]  # no table is named: each has its own
    # from each state, those that may follow
    transitions: ClassVar[Mapping[str, frozenset[str]]] = TRANSITIONS
    # columns that a step fills once, after it
    settled: ClassVar[tuple[str, ...]] = ()
    # whether records are found by words of it
    is_found_by_words: ClassVar[bool] = True

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Saves a new draft, a change to an editable row, or one permitted step of review. Of what is locked and stays
        as it is nothing is written, so that the moment at which it was submitted stands.

        Raises:
            FrozenRowError: the row is published or past it, or the step is not permitted.
        """
        changed = self._guard()
        if changed is None:
            return
        super().save(*args, **options)
        if changed:
            note_changes(type(self), [self.pk])
        if self.state in FROZEN:
            mark_change(words=self.is_found_by_words)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        stored = None if is_lifted() else stored_values(self)
        if stored and stored["state"] not in EDITABLE:
            raise FrozenRowError(
                _("A published record is never removed. It can be withdrawn, with a reason.")
            )
        return super().delete(*args, **options)

    def as_known(self, known: datetime | None) -> Self:
        """The row, in memory, as it stood at a moment (None: now): what ended later had not ended."""
        if known is not None and self.ended_at is not None and self.ended_at > known:
            self.state, self.ended_at = State.PUBLISHED, None
            for column in column_names(type(self), "outcome_reason"):
                setattr(self, column, None)
        return self

    @property
    def is_editable(self) -> bool:
        """Whether its content may still be changed."""
        return self.state in EDITABLE

    def refuse_step(self, before: str, after: str) -> None:
        """Raises FrozenRowError where no step of review leads from one state to the other."""
        if after not in self.transitions.get(before, frozenset()):
            raise FrozenRowError(
                _("A record that is “%(before)s” cannot become “%(after)s”.")
                % {"before": State(before).label, "after": State(after).label}
            )

    def _guard(self) -> bool | None:
        """Whether the content of a draft changes. None: nothing of a locked row does. Raises FrozenRowError where
        nothing may."""
        stored = None if is_lifted() else stored_values(self)
        if stored is None:
            if self.state != State.DRAFT and not is_lifted():
                raise FrozenRowError(
                    _("New records start as drafts and are published through review.")
                )
            return False
        before, after = stored["state"], self.state
        if before != after:
            self.refuse_step(before, after)
        changed = differing(self, stored)
        if before not in EDITABLE:
            step = STEP_COLUMNS if before != after else frozenset()
            if before in FROZEN:
                step -= {"published_at"}
            filled = {name for name in self.settled if stored[name] is None}
            if before == after and before in FROZEN and passes(self):
                missing = missing_translations(type(self), stored)
                filled |= {column.attname for some in missing.values() for column in some}
            if changed - step - filled:
                raise FrozenRowError(refusal_of_change(before))
            return False if changed else None
        return bool(changed - STEP_COLUMNS - {"changed_by_id"})


def note_changes(model: type[Reviewed], keys: Iterable[int], *, by: User | None = None) -> None:
    """Adds to the log of records that somebody changed the content: whoever did cannot publish it.

    Changes of one person that follow each other are one line.

    Args:
        by: whoever did. Without it, whoever is signed in, whatever page they change it on; beside all requests, the
            `changed_by` of each record.
    """
    by = by or _signed_in()
    log, owner = model.events.rel.related_model, model.events.field.attname
    keys = list(keys)
    lasts = log.objects.filter(
        pk__in=log.objects.filter(**{f"{owner}__in": keys})
        .order_by()
        .values(owner)
        .annotate(last=models.Max("pk"))
        .values("last")
    )
    known = set(lasts.values_list(owner, "from_state", "to_state", "by"))
    rows = [
        (key, state, changed if by is None else by.pk)
        for key, state, changed in models.QuerySet[Reviewed](model)
        .filter(pk__in=keys)
        .values_list("pk", "state", "changed_by")
    ]
    log.objects.bulk_create(
        log(**{owner: key, "from_state": state, "to_state": state, "by_id": by})
        for key, state, by in rows
        if (key, state, state, by) not in known
    )


def _signed_in() -> Any:
    """Whoever sent the request that is answered now; None outside of one."""
    user = getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user if user is not None and user.is_authenticated else None


class PartQuerySet(models.QuerySet[PartOfRecord]):
    """Parts of a record: each stays with the one that it was made for."""

    def update(self, **changes: Any) -> int:
        owner = self.model.owner_field()
        if not is_lifted() and changes.keys() & {owner.name, owner.attname}:
            raise FrozenRowError(STAYS)
        return super().update(**changes)


class RecordPart(models.Model):
    """A part of a record. `owner_name` names the foreign key to it, which never changes.

    What leaves a record is a change of that record: were a part moved, whoever moved it would stand in the history of
    the other one alone.
    """

    owner_name: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not is_lifted() and self._is_moved():
            raise FrozenRowError(STAYS)
        super().save(*args, **options)

    def clean(self) -> None:
        super().clean()
        if self._is_moved():
            raise ValidationError({self.owner_name: STAYS})

    @classmethod
    def owner_field(cls) -> models.ForeignKey[Any, Any]:  # to whichever table
        """The foreign key to the record that it is a part of."""
        field = cls._meta.get_field(cls.owner_name)
        assert isinstance(field, models.ForeignKey)
        return field

    def _is_moved(self) -> bool:
        owner = self.owner_field()
        stored = type(self)._base_manager.filter(pk=self.pk).values_list(owner.attname, flat=True)
        return self.pk is not None and any(key != getattr(self, owner.attname) for key in stored)


class OwnedByReviewedQuerySet(PartQuerySet[ReviewedPart]):
    """Parts of a reviewed row (waypoints, shares): frozen with the row that owns them."""

    owner: str

    def _refuse_frozen(self) -> None:
        if not is_lifted() and self.exclude(**{f"{self.owner}__state__in": EDITABLE}).exists():
            raise FrozenRowError(_("The parts of a submitted or published record are not changed."))

    def update(self, **changes: Any) -> int:
        self._refuse_frozen()
        with transaction.atomic(savepoint=False):
            owners = self._owners()
            count = super().update(**changes)
            self._note(owners)
        return count

    @queryset_only
    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        with transaction.atomic(savepoint=False):
            self._note(self._owners())
            return super().delete()

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        objs = list(objs)
        type(self)(self.model).filter(pk__in=[row.pk for row in objs])._refuse_frozen()
        for row in objs:
            row.refuse_frozen_owner()
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        objs = list(objs)
        for row in objs:
            row.refuse_frozen_owner()
        with transaction.atomic(savepoint=False):
            made = super().bulk_create(objs, *args, **options)
            self._note({getattr(row, f"{self.owner}_id") for row in objs})
        return made

    def _owners(self) -> set[int]:
        return set(self.order_by().values_list(f"{self.owner}_id", flat=True))

    def _note(self, owners: Iterable[int]) -> None:
        if not is_lifted():
            note_changes(self.model.owner_table(), owners)


class OwnedByReviewed(RecordPart):
    """A part of a reviewed row."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        self.refuse_frozen_owner()
        super().save(*args, **options)
        self._note()

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.refuse_frozen_owner()
        self._note()
        return super().delete(*args, **options)

    @classmethod
    def owner_table(cls) -> type[Reviewed]:
        """The table of the records that have such parts."""
        table = cls.owner_field().related_model
        assert issubclass(table, Reviewed)
        return table

    def _note(self) -> None:
        if not is_lifted():
            note_changes(self.owner_table(), [getattr(self, self.owner_field().attname)])

    def refuse_frozen_owner(self) -> None:
        """Raises FrozenRowError where the row that owns this part, now or as stored, is frozen."""
        owner_field = self.owner_field()
        owners = {getattr(self, owner_field.attname)}
        if self.pk:
            owners |= set(
                type(self)
                ._base_manager.filter(pk=self.pk)
                .values_list(owner_field.attname, flat=True)
            )
        if (
            not is_lifted()
            and self.owner_table()
            ._base_manager.filter(pk__in=owners - {None})
            .exclude(state__in=EDITABLE)
            .exists()
        ):
            raise FrozenRowError(_("The parts of a submitted or published record are not changed."))
