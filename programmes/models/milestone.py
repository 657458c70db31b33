"""Dated deliverables: what was planned and what was reached are separate statements."""

import datetime
from collections.abc import Callable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.calculations import choices
from programmes.calculations.milestones import Statement
from programmes.models.columns import (
    NUMBER_FROM_ONE,
    CodeField,
    PreciseDateField,
    precise_date_checks,
)
from programmes.models.corrections import (
    POSTPONED_NEEDS_REASON,
    REACHED_AGAIN_NEEDS_REASON,
    TAKEN_UP_NEEDS_REASON,
    correction_faults,
    known_before,
    one_published_correction,
)
from programmes.models.named import NamedModel
from programmes.models.permissions import REVIEWED_PERMISSIONS, TABLE_PERMISSIONS
from programmes.models.published import PublicQuerySet, public_condition
from programmes.models.reasons import has_words
from programmes.models.review import Reviewed, ReviewedQuerySet, State
from programmes.models.sealed import Showable, showable_check
from programmes.models.source import Source, said_after


class MilestoneQuerySet(PublicQuerySet["Milestone"]):
    owners = ("programme", "centre", "agreement")


class Milestone(NamedModel, Showable):
    """A dated deliverable of one programme, centre or agreement."""

    class Kind(models.TextChoices):
        SIGNATURE = choices.MilestoneKind.SIGNATURE.value, _("signature")
        WORKS_START = choices.MilestoneKind.WORKS_START.value, _("start of works")
        HANDOVER = choices.MilestoneKind.HANDOVER.value, _("handover")
        OPENING = choices.MilestoneKind.OPENING.value, _("opening to trainees")
        INAUGURATION = choices.MilestoneKind.INAUGURATION.value, _("inauguration")
        LAUNCH = choices.MilestoneKind.LAUNCH.value, _("launch")
        CLOSING = choices.MilestoneKind.CLOSING.value, _("closing")
        OTHER = choices.MilestoneKind.OTHER.value, _("other")

    code = CodeField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=250)
    programme = models.ForeignKey(
        "Programme",
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="milestones",
    )
    centre = models.ForeignKey(
        "Centre",
        verbose_name=_("centre"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="milestones",
    )
    agreement = models.ForeignKey(
        "Agreement",
        verbose_name=_("agreement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="milestones",
    )

    sealed = ("code", "kind", "title", "programme", "centre", "agreement")

    named = ("title",)
    objects = MultilingualManager.from_queryset(MilestoneQuerySet)()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["code"]
        constraints = [
            showable_check("milestone"),
            models.CheckConstraint(
                condition=Q(programme__isnull=False, centre__isnull=True, agreement__isnull=True)
                | Q(programme__isnull=True, centre__isnull=False, agreement__isnull=True)
                | Q(programme__isnull=True, centre__isnull=True, agreement__isnull=False),
                name="milestone_of_one_thing",
                violation_error_message=_(
                    "Name one of programme, centre or agreement, and only one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.code


class MilestoneStatementQuerySet(ReviewedQuerySet["MilestoneStatement"]):
    def published(self) -> Self:
        """Published statements of public milestones."""
        return self.filter(
            Q(state=State.PUBLISHED) & public_condition(MilestoneQuerySet.owners, "milestone__")
        )

    def once_published(self) -> Self:
        """The same with those that were corrected, set aside or withdrawn since."""
        return self.filter(
            Q(published_at__isnull=False)
            & public_condition(MilestoneQuerySet.owners, "milestone__")
        )

    def reached_by_centres(self, known: datetime.datetime | None = None) -> Self:
        """What stood, at a moment (None: now), of what public centres reached."""
        found = self.once_published().standing(known)
        for owner in ("milestone", "milestone__centre"):
            there = Q(**{f"{owner}__withdrawn_at__isnull": True})
            if known is not None:
                there |= Q(**{f"{owner}__withdrawn_at__gt": known})
            found = found.filter(there)
        return found.filter(kind=choices.StatementKind.REACHED, milestone__centre__isnull=False)


class MilestoneStatement(Reviewed):
    """What was said of a milestone: planned for, reached on, or cancelled."""

    class Kind(models.TextChoices):
        PLANNED = choices.StatementKind.PLANNED.value, _("planned")
        REACHED = choices.StatementKind.REACHED.value, _("reached")
        CANCELLED = choices.StatementKind.CANCELLED.value, _("cancelled")

    milestone = models.ForeignKey(
        "Milestone",
        verbose_name=_("milestone"),
        on_delete=models.PROTECT,
        related_name="statements",
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    date = PreciseDateField(_("date"))
    date_text = models.CharField(_("date as printed"), max_length=120, blank=True)
    announced = PreciseDateField(_("announced on"))
    announced_on: datetime.date
    source = models.ForeignKey(
        "Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="milestone_statements",
    )
    wording = models.TextField(_("wording as printed"), blank=True)
    wording_language = models.CharField(
        _("language of the wording"), max_length=8, choices=Source.Language, blank=True
    )
    reason = models.TextField(_("reason"), blank=True)

    objects = MultilingualManager.from_queryset(MilestoneStatementQuerySet)()

    class Meta:
        default_permissions = REVIEWED_PERMISSIONS
        verbose_name = _("milestone statement")
        verbose_name_plural = _("milestone statements")
        ordering = ["milestone", "number"]
        constraints = [
            *precise_date_checks("milestone_statement", "date", "announced"),
            models.UniqueConstraint(
                fields=["milestone", "number"],
                name="milestone_statement_number_unique",
                violation_error_message=_("This milestone already has a statement of that number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="milestone_statement_number_from_one",
                violation_error_message=NUMBER_FROM_ONE,
            ),
            models.CheckConstraint(
                condition=~Q(kind="reached") | Q(date_on__isnull=False),
                name="milestone_statement_reached_is_dated",
                violation_error_message=_("Say when it was reached."),
            ),
            models.CheckConstraint(
                condition=Q(announced_on__isnull=False),
                name="milestone_statement_is_dated",
                violation_error_message=_("Give the date of the announcement."),
            ),
            one_published_correction("milestone_statement", "corrects"),
        ]
        indexes = [models.Index(fields=["state", "announced_on"], name="milestone_stmt_published")]

    @property
    def statement(self) -> Statement:
        """The row as the arithmetic takes it, with the date of its source, but for what it corrects."""
        return Statement(
            choices.StatementKind(self.kind),
            self.number,
            self.date,
            self.announced_on,
            self.source.date.last,
            published_at=self.published_at and timezone.localtime(self.published_at),
            ended_at=self.ended_at,
            aside=self.state == State.SET_ASIDE,
        )

    def __str__(self) -> str:
        return f"{self.milestone} – {self.get_kind_display()}"

    def clean(self) -> None:
        """Checks what a row alone cannot: its source, today, and the statement it corrects."""
        errors: dict[str, Any] = {}
        today = timezone.localdate()
        if self.source_id and said_after(self.announced, self.source.date):
            errors["announced_on"] = _(
                "The announcement is dated after its source. Check both dates."
            )
        if self.announced.first and self.announced.first > today:
            errors["announced_on"] = _("The announcement lies in the future.")
        if self.kind == self.Kind.REACHED:
            if self.date.first and self.date.first > today:
                errors["date_on"] = _(
                    "What is reached cannot lie in the future: enter it as planned."
                )
            elif self.source_id and said_after(self.date, self.source.date):
                errors["date_on"] = _(
                    "It is said to be reached after the date of its source. Check both dates."
                )
        if self.corrects is not None and self.corrects.milestone_id != self.milestone_id:
            errors["corrects"] = _("The statement that is corrected belongs to another milestone.")
        errors |= correction_faults(self, "corrects")
        if self.is_editable and self.moves_without_reason():
            errors["reason"] = self.why_a_reason
        if errors:
            raise ValidationError(errors)

    @property
    def why_a_reason(self) -> Any:
        """What is said where it moves something without one."""
        if self.kind != self.Kind.CANCELLED and self._was_given_up:
            return TAKEN_UP_NEEDS_REASON
        is_reached = self.kind == self.Kind.REACHED
        return REACHED_AGAIN_NEEDS_REASON if is_reached else POSTPONED_NEEDS_REASON

    def moves_without_reason(self) -> bool:
        """Whether this says another date than was said before, gives up or takes up again, and does not say why."""
        if not self.milestone_id or self.corrects_id or has_words(self.reason):
            return False
        if self.kind == self.Kind.CANCELLED:
            return bool(self._said())
        if self._was_given_up:
            return True
        # where no day is said, the printed words are the date
        names = ("date",) if self.date.last else ("date", "date_text")
        return any(
            getattr(self, name) != getattr(one, name)
            for one in self._said(lambda row: row.kind == self.kind)
            for name in names
        )

    @property
    def _was_given_up(self) -> bool:
        return any(one.kind == self.Kind.CANCELLED for one in self._said())

    def _said(self, counts: Callable[[Any], bool] = lambda row: True) -> list[Any]:
        entries = MilestoneStatement.objects.filter(milestone=self.milestone_id).in_bulk()
        return known_before(self, entries, counts)
