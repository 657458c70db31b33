"""Promises. Everything that could move one lives in its revisions alone."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes import languages
from programmes.calculations import choices
from programmes.calculations.assessment.promises import Definition, redefines
from programmes.models.chains import leads_back
from programmes.models.columns import (
    NUMBER_FROM_ONE,
    CodeField,
    PreciseDateField,
    QuantityField,
    is_number,
    precise_date_checks,
)
from programmes.models.corrections import (
    MOVE_NEEDS_REASON,
    correction_faults,
    known_before,
    last_in_order,
    one_published_correction,
    standing_entry,
)
from programmes.models.permissions import REVIEWED_PERMISSIONS, TABLE_PERMISSIONS
from programmes.models.reasons import has_words
from programmes.models.review import (
    FROZEN,
    FrozenRowError,
    OwnedByReviewed,
    OwnedByReviewedQuerySet,
    Reviewed,
    ReviewedQuerySet,
    State,
    is_lifted,
    passes,
    stored_values,
)
from programmes.models.sealed import SealedQuerySet, Showable, showable_check
from programmes.models.series import Series, public_series
from programmes.models.source import Source, said_after


class Qualifier(models.TextChoices):
    """How exact a figure claims to be. Printed beside it; arithmetic uses the number."""

    EXACTLY = choices.Qualifier.EXACTLY.value, _("exactly")
    ABOUT = choices.Qualifier.ABOUT.value, _("about")
    MORE_THAN = choices.Qualifier.MORE_THAN.value, _("more than")
    AT_LEAST = choices.Qualifier.AT_LEAST.value, _("at least")
    UP_TO = choices.Qualifier.UP_TO.value, _("up to")
    LESS_THAN = choices.Qualifier.LESS_THAN.value, _("less than")


def public_target(prefix: str = "") -> Q:
    """The condition under which the target at `prefix` is public."""
    return Q(**{f"{prefix}is_public": True}) & public_series(f"{prefix}series__")


class TargetQuerySet(SealedQuerySet["Target"]):
    def published(self) -> Self:
        """Public targets of which an announcement was ever published: withdrawn, it leaves the page standing."""
        announced = TargetRevision.objects.filter(
            published_at__isnull=False, target=models.OuterRef("pk")
        )
        return self.filter(public_target()).filter(models.Exists(announced))


ORIGINAL_IS_SETTLED = _(
    "The original announcement is the earliest of those published on the day on which the target was first published. "
    "One that was announced earlier, and found later, becomes it by a proposal alone."
)
ORIGINAL_IS_EARLIER = _(
    "The original announcement stays the original one: only an announcement of this target that stands may take its "
    "place, and only one that was made earlier and was found later, or the one that was the original at first."
)


class Target(Showable):
    """One promise on a series. What was promised, and by when, is in its revisions."""

    code = CodeField(max_length=120)
    series = models.ForeignKey(
        "Series", verbose_name=_("series"), on_delete=models.PROTECT, related_name="targets"
    )
    agreement = models.ForeignKey(
        "Agreement",
        verbose_name=_("made in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    responsible = models.ForeignKey(
        "Organisation",
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    share_of = models.ForeignKey(
        "self",
        verbose_name=_("announced share of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="shares",
        help_text=_("The larger target of which this one was announced as a share."),
    )
    original = models.ForeignKey(
        "TargetRevision",
        verbose_name=_("original announcement"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The earliest of those published on the day it was first published."),
    )

    identity = ("code", "series")
    settled = ("original",)
    sealed = (
        "code",
        "series",
        "agreement",
        "responsible",
        "share_of",
        "original",
    )

    # of one that a file brings: its first announcement, until both are kept
    first_revision: "TargetRevision"

    objects = TargetQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["code"]
        constraints = [
            showable_check("target"),
            models.CheckConstraint(
                condition=Q(share_of__isnull=True) | ~Q(share_of=F("id")),
                name="target_not_share_of_itself",
                violation_error_message=_("A target cannot be a share of itself."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.series) if self.series_id else self.code

    def save(self, *args: Any, **options: Any) -> None:
        """Saves it as any sealed record.

        Raises:
            FrozenRowError: another original announcement than the rule gives, or the one that an amendment names.
        """
        stored = stored_values(self)
        before = stored["original_id"] if stored else None
        if self.original_id != before and not is_lifted():
            self._refuse_original(before)
        super().save(*args, **options)

    def _refuse_original(self, before: int | None) -> None:
        first = first_announced(self) if self.pk else None
        if first is not None and self.original_id == first.pk:
            return
        if before is None or not passes(self) or not self._takes_place(self.original_id, before):
            raise FrozenRowError(ORIGINAL_IS_SETTLED)

    def _takes_place(self, key: int | None, original: int) -> bool:
        """Whether an announcement may take the place of the original one."""
        stored = TargetRevision.objects.get(pk=original)
        return any(row.pk == key for row in others_for_original(stored))

    def clean(self) -> None:
        """Checks what a row alone cannot: its series, the larger target, the original announcement."""
        errors: dict[str, Any] = {}
        if self.series_id and self.series.role == Series.Role.CONTEXT:
            errors["series"] = _(
                "This series is context, never progress: no target can be set on it. Choose the series of what is "
                "promised, or make one."
            )
        if self.share_of is not None and leads_back(self, "share_of"):
            errors["share_of"] = _("A target cannot be a share of itself, nor of its own shares.")
        if self.original is not None and (
            self.original.target_id != self.pk or self.original.published_at is None
        ):
            errors[NON_FIELD_ERRORS] = _(
                "The original announcement is one of this target that was published."
            )
        else:
            self.refuse_original(self.original)
        if errors:
            raise ValidationError(errors)

    def refuse_original(self, row: "TargetRevision | None") -> None:
        """Raises ValidationError where an announcement may not take the place of the original one that is stored."""
        stored = Target.objects.filter(pk=self.pk).values_list("original", flat=True).first()
        key = None if row is None else row.pk
        if stored not in (None, key) and not self._takes_place(key, stored):
            raise ValidationError(ORIGINAL_IS_EARLIER)


def once_announced(target: Target) -> "TargetRevisionQuerySet":
    """The announcements of a target that were ever published and may be its original one.

    A correction takes the place of what it corrects, so entries that correct others do not count; withdrawn or set
    aside, the original stays original.
    """
    rows = TargetRevision.objects.filter(target=target, corrects=None, state__in=FROZEN)
    return rows.filter(published_at__isnull=False)


def others_for_original(original: "TargetRevision") -> "list[TargetRevision]":
    """The announcements of a target that may take the place of its original one.

    Those that were made before it and published after it, and the one that was the original at first; of these, those
    that stand.
    """
    rows = once_announced(original.target).filter(
        announced_on__lt=original.announced_on, published_at__gt=original.published_at
    )
    found = {row.pk: row for row in (*rows, first_announced(original.target)) if row is not None}
    found.pop(original.pk, None)
    return [row for row in found.values() if standing_entry(row) is not None]


def first_announced(target: Target) -> "TargetRevision | None":
    """The earliest announced among those published on the day of the first publication; None: nothing was ever."""
    rows = list(once_announced(target))
    day = min((timezone.localdate(row.published_at) for row in rows), default=None)
    return min(
        (row for row in rows if timezone.localdate(row.published_at) == day),
        key=lambda row: (row.announced_on, row.number),
        default=None,
    )


def present_announcement(target_id: int, *, but: int | None = None) -> "TargetRevision | None":
    """The announcement of a target that stands now: the latest announced, a correction in the place of its entry.

    but: the key of one that is left aside. None: nothing stands.
    """
    entries = TargetRevision.objects.filter(target=target_id).in_bulk()
    return last_in_order(entries, lambda row: row.state == State.PUBLISHED and row.pk != but)


# What an announcement promises: where one of these, or its definition, differs from what was promised before, it moves
# the promise.
PROMISE_COLUMNS = (
    "value",
    "qualifier",
    "sense",
    "due_on",
    "due_precision",
    "due_from",
    "baseline",
    "baseline_on",
)
# the columns of a definition, in the order of the languages of the site
DEFINITIONS = tuple(f"definition_{code}" for code in languages.CODES)


def definition_given(given: str | None, *texts: str | None) -> Definition:
    """A definition as it was given, in the languages that `given` names; None: in all in which it stands.

    texts: those of the columns of `DEFINITIONS`.
    """
    stands = dict(zip(languages.CODES, texts, strict=True))
    codes = languages.CODES if given is None else given.split()
    return tuple((code, text) for code in codes if (text := stands.get(code)))


class TargetRevisionQuerySet(ReviewedQuerySet["TargetRevision"]):
    def published(self) -> Self:
        """Published announcements of public targets."""
        return self.filter(Q(state=State.PUBLISHED) & public_target("target__"))

    def once_published(self) -> Self:
        """The same with those that were corrected, set aside or withdrawn since."""
        return self.filter(Q(published_at__isnull=False) & public_target("target__"))


class TargetRevision(Reviewed):
    """One announcement of a target: what is promised, by when, counted from where, said by whom."""

    class Kind(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        CORRECTION = "correction", _("correction of an entry")
        ABANDONED = "abandoned", _("abandoned")

    class Sense(models.TextChoices):
        AT_LEAST = choices.Sense.AT_LEAST.value, _("at least")
        AT_MOST = choices.Sense.AT_MOST.value, _("at most")

    target = models.ForeignKey(
        "Target", verbose_name=_("target"), on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ANNOUNCED)
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    value = QuantityField(_("value"), null=True, blank=True)
    qualifier = models.CharField(
        _("qualifier"), max_length=10, choices=Qualifier, default=Qualifier.EXACTLY
    )
    sense = models.CharField(_("sense"), max_length=8, choices=Sense, default=Sense.AT_LEAST)
    due = PreciseDateField(_("due date"))
    due_on: date | None
    due_text = models.CharField(_("due date as printed"), max_length=120, blank=True)
    baseline = QuantityField(_("baseline"), null=True, blank=True)
    baseline_on = models.DateField(_("date of the baseline"), null=True, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    # sealed by its publication: a translation that is added later moves no promise
    definition_languages = models.CharField(
        _("languages of the definition when it was published"),
        max_length=100,
        null=True,
        editable=False,
    )
    wording = models.TextField(_("wording as printed"), blank=True)
    wording_language = models.CharField(
        _("language of the wording"), max_length=8, choices=Source.Language, blank=True
    )
    announced = PreciseDateField(_("announced on"))
    announced_on: date
    source = models.ForeignKey(
        "Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="target_revisions",
    )
    reason = models.TextField(_("reason of the revision"), blank=True)

    settled = ("definition_languages",)

    objects = MultilingualManager.from_queryset(TargetRevisionQuerySet)()

    class Meta:
        default_permissions = REVIEWED_PERMISSIONS
        verbose_name = _("target revision")
        verbose_name_plural = _("target revisions")
        ordering = ["target", "number"]
        constraints = [
            *precise_date_checks("target_revision", "due", "announced"),
            models.UniqueConstraint(
                fields=["target", "number"],
                name="target_revision_number_unique",
                violation_error_message=_("This target already has a revision of that number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="target_revision_number_from_one",
                violation_error_message=NUMBER_FROM_ONE,
            ),
            models.CheckConstraint(
                condition=Q(kind="abandoned") | Q(value__isnull=False),
                name="target_revision_has_value",
                violation_error_message=_(
                    "Give the promised value; only a target that is abandoned has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(announced_on__isnull=False),
                name="target_revision_is_dated",
                violation_error_message=_("Give the date of the announcement."),
            ),
            models.CheckConstraint(
                condition=Q(kind="abandoned") | ~Q(sense="at_most") | Q(baseline__isnull=False),
                name="target_revision_at_most_has_baseline",
                violation_error_message=_(
                    "“At most” needs a baseline: give the value from which it counts down."
                ),
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True)
                | Q(baseline_on__isnull=True)
                | Q(due_on__gte=F("baseline_on")),
                name="target_revision_due_after_baseline",
                violation_error_message=_(
                    "The due date lies before the date of the baseline. Check both dates."
                ),
            ),
            models.CheckConstraint(
                condition=Q(baseline_on__isnull=True) | Q(baseline__isnull=False),
                name="target_revision_baseline_date_has_value",
                violation_error_message=_(
                    "A date of the baseline needs the value of the baseline."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | (~Q(kind="correction") & Q(corrects__isnull=True)),
                name="target_revision_correction_names_revision",
                violation_error_message=_(
                    "A correction names the revision it corrects; any other revision names none."
                ),
            ),
            one_published_correction("target_revision", "corrects"),
        ]
        indexes = [models.Index(fields=["state", "announced_on"], name="target_revision_published")]

    def __str__(self) -> str:
        return f"{self.target} – {_('no. %(number)s') % {'number': self.number}}"

    def clean(self) -> None:
        """Checks what a row alone cannot: its indicator, its source, the revision it corrects."""
        errors: dict[str, Any] = {}
        if self.target_id and self.target.series_id:
            measure = self.target.series.indicator.measure
            if self.sense == self.Sense.AT_MOST and measure not in (
                choices.Measure.LEVEL,
                choices.Measure.RATIO,
            ):
                errors["sense"] = _("“At most” is for levels and ratios: a total only grows.")
            if measure == choices.Measure.RATIO:
                for column in ("value", "baseline"):
                    number = getattr(self, column)
                    if is_number(number) and not 0 <= number <= 1:
                        errors[column] = _("A ratio lies between 0 and 100 %.")
        if self.source_id and said_after(self.announced, self.source.date):
            errors["announced_on"] = _(
                "The announcement is dated after its source. Check both dates."
            )
        if self.announced.first and self.announced.first > timezone.localdate():
            errors["announced_on"] = _("The announcement lies in the future.")
        if self.corrects is not None and self.corrects.target_id != self.target_id:
            errors["corrects"] = _("The revision that is corrected belongs to another target.")
        errors |= correction_faults(self, "corrects")
        if self.is_editable and self._moves_without_reason(PROMISE_COLUMNS):
            errors["reason"] = self.why_a_reason
        if errors:
            raise ValidationError(errors)

    why_a_reason = MOVE_NEEDS_REASON

    def moves_without_reason(self) -> bool:
        """Whether this announcement differs in what is promised from the present one and does not say why.

        Its waypoints are kept after it: a draft is asked for them once it is submitted.
        """
        return self._moves_without_reason((*PROMISE_COLUMNS, "waypoint_values"))

    @property
    def given_definition(self) -> Definition:
        """The definition as it was given; of what was never published, as it stands."""
        texts = (getattr(self, column) for column in DEFINITIONS)
        return definition_given(self.definition_languages, *texts)

    @property
    def waypoint_values(self) -> list[tuple[date, Decimal]]:
        """The values promised for the way, as they are kept, in order."""
        return list(self.waypoints.order_by("on").values_list("on", "value"))

    def _moves_without_reason(self, promised: Iterable[str]) -> bool:
        if not self.target_id or self.corrects_id or has_words(self.reason):
            return False
        before = known_before(self, TargetRevision.objects.filter(target=self.target_id).in_bulk())
        return any(self._moves(one, promised) for one in before)

    def moves(self, before: Self) -> bool:
        """Whether this promises anything else than an announcement before it."""
        return self._moves(before, (*PROMISE_COLUMNS, "waypoint_values"))

    def _moves(self, before: Self, promised: Iterable[str]) -> bool:
        # where no day is promised, the printed words are the due date
        names = promised if self.due_on else (*promised, "due_text")
        # one found later is announced before what readers know
        is_earlier = self.announced_on and self.announced_on < before.announced_on
        earlier, later = (self, before) if is_earlier else (before, self)
        return (
            self.kind == self.Kind.ABANDONED
            or any(getattr(self, name) != getattr(before, name) for name in names)
            or redefines(earlier.given_definition, later.given_definition)
        )


class WaypointQuerySet(OwnedByReviewedQuerySet["Waypoint"]):
    owner = "revision"


class Waypoint(OwnedByReviewed):
    """An intermediate value that a revision announces."""

    owner_name = "revision"

    revision = models.ForeignKey(
        "TargetRevision",
        verbose_name=_("revision"),
        on_delete=models.CASCADE,
        related_name="waypoints",
    )
    on = models.DateField(_("date"))
    value = QuantityField(_("value"))

    objects = WaypointQuerySet.as_manager()

    class Meta:
        default_permissions = TABLE_PERMISSIONS
        verbose_name = _("waypoint")
        verbose_name_plural = _("waypoints")
        ordering = ["revision", "on"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "on"],
                name="waypoint_date_unique",
                violation_error_message=_(
                    "This announcement already has an intermediate value of that date."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.value}"
