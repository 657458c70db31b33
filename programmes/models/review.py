"""Review of figures, promises and statements: draft, submitted, published, and what may follow.

What is published is never edited and never removed. This file guards it in the model and its queryset;
on PostgreSQL a trigger guards it once more (see the migration `published_rows_guard`).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.data_version import mark_change


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
FROZEN = (State.PUBLISHED, State.SUPERSEDED, State.SET_ASIDE, State.WITHDRAWN)
# The only columns of a frozen row that a later step of review may write.
OUTCOME_COLUMNS = frozenset({"state", "outcome_reason"})


class FrozenRowError(Exception):
    """Raised on any attempt to change or remove what has been published, or to skip a step of review."""


class ReviewedQuerySet(models.QuerySet):
    """Refuses the ways around `save()`. States move one row at a time, through the services."""

    def frozen(self) -> "ReviewedQuerySet":
        """The rows that may no longer change."""
        return self.filter(state__in=FROZEN)

    def update(self, **changes: Any) -> int:
        if "state" in changes or self.frozen().exists():
            raise FrozenRowError(
                _("A published record is never edited. Enter a new one that corrects it.")
            )
        return super().update(**changes)

    update.alters_data = True

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.frozen().exists():
            raise FrozenRowError(
                _("A published record is never removed. It can be withdrawn, with a reason.")
            )
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _raw_delete(self, using: str) -> int:
        if self.frozen().exists():
            raise FrozenRowError(
                _("A published record is never removed. It can be withdrawn, with a reason.")
            )
        return super()._raw_delete(using)

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        objs = list(objs)
        if (
            "state" in fields
            or self.model._base_manager.filter(
                pk__in=[row.pk for row in objs], state__in=FROZEN
            ).exists()
        ):
            raise FrozenRowError(
                _("A published record is never edited. Enter a new one that corrects it.")
            )
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        objs = list(objs)
        if options.get("update_conflicts") or any(row.state != State.DRAFT for row in objs):
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

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Saves a new draft, a change to an editable row, or one permitted step of review.

        Raises:
            FrozenRowError: the row is published or past it, or the step is not permitted.
        """
        self._guard()
        super().save(*args, **options)
        if self.state in FROZEN:
            mark_change()

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        stored = self._stored()
        if stored and stored["state"] in FROZEN:
            raise FrozenRowError(
                _("A published record is never removed. It can be withdrawn, with a reason.")
            )
        return super().delete(*args, **options)

    @property
    def is_editable(self) -> bool:
        """Whether its content may still be changed."""
        return self.state in EDITABLE

    def _stored(self) -> dict[str, Any] | None:
        if self.pk is None:
            return None
        return type(self)._base_manager.filter(pk=self.pk).values().first()

    def _guard(self) -> None:
        stored = self._stored()
        if stored is None:
            if self.state != State.DRAFT:
                raise FrozenRowError(
                    _("New records start as drafts and are published through review.")
                )
            return
        before, after = stored["state"], self.state
        if before != after and after not in TRANSITIONS.get(before, frozenset()):
            raise FrozenRowError(
                _("A record that is “%(before)s” cannot become “%(after)s”.")
                % {"before": State(before).label, "after": State(after).label}
            )
        if before in FROZEN:
            ignored = OUTCOME_COLUMNS | {"changed_at"} if before != after else {"changed_at"}
            for column, value in stored.items():
                field = self._meta.get_field(column)
                if column not in ignored and field.to_python(getattr(self, field.attname)) != value:
                    raise FrozenRowError(
                        _("A published record is never edited. Enter a new one that corrects it.")
                    )


class OwnedByReviewedQuerySet(models.QuerySet):
    """Parts of a reviewed row (waypoints, shares): frozen with the row that owns them."""

    owner: str

    def _refuse_frozen(self) -> None:
        if self.filter(**{f"{self.owner}__state__in": FROZEN}).exists():
            raise FrozenRowError(_("The parts of a published record are never edited or removed."))

    def update(self, **changes: Any) -> int:
        self._refuse_frozen()
        return super().update(**changes)

    update.alters_data = True

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        objs = list(objs)
        self.model._default_manager.filter(pk__in=[row.pk for row in objs])._refuse_frozen()
        for row in objs:
            row.refuse_frozen_owner()
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        objs = list(objs)
        for row in objs:
            row.refuse_frozen_owner()
        return super().bulk_create(objs, *args, **options)


class OwnedByReviewed(models.Model):
    """A part of a reviewed row. `owner_name` names the foreign key to it."""

    owner_name: str

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        self.refuse_frozen_owner()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.refuse_frozen_owner()
        return super().delete(*args, **options)

    def refuse_frozen_owner(self) -> None:
        """Raises FrozenRowError where the row that owns this part, now or as stored, is frozen."""
        owner_field = self._meta.get_field(self.owner_name)
        owners = {getattr(self, owner_field.attname)}
        if self.pk:
            owners |= set(
                type(self)
                ._base_manager.filter(pk=self.pk)
                .values_list(owner_field.attname, flat=True)
            )
        if owner_field.related_model._base_manager.filter(
            pk__in=owners - {None}, state__in=FROZEN
        ).exists():
            raise FrozenRowError(_("The parts of a published record are never edited or removed."))
