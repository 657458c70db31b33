"""What changes in the open: sealed columns, and what was shown or published and no longer holds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from programmes.models.reasons import has_words
from programmes.models.review import EDITABLE, TRANSITIONS, Reviewed, ReviewedQuerySet, State

OPEN = (*EDITABLE, State.SUBMITTED)
# kinds that add to what the public reads and take nothing away
NEED_NO_REASON = ("showing", "translation")
WAITS_ALREADY = _(
    "A proposal for the same columns of this record is waiting already. Change that one, or wait until it is decided."
)
REASON_MISSING = _("Give the reason: the public reads it beside what changes.")


class AmendmentQuerySet(ReviewedQuerySet["Amendment"]):
    def published(self) -> Self:
        """Those that took effect: the public reads them beside what they changed."""
        return self.filter(state=State.PUBLISHED)

    def applied(self, known: datetime | None = None) -> Self:
        """Those that had taken effect at a moment (None: now)."""
        rows = self.published()
        return rows if known is None else rows.filter(applied_at__lte=known)

    def values_before(
        self, table: str, names: Iterable[str], known: datetime | None
    ) -> dict[int, dict[str, Any]]:
        """What columns of a table said at a moment, by record: of those that were amended since. One query.

        In the notation of files: a record by its code. known: None, which is now, finds none without asking.
        """
        found = defaultdict[int, dict[str, Any]](dict)
        if known is None:
            return found
        later = self.published().filter(
            table=table, kind=Amendment.Kind.CHANGE, applied_at__gt=known
        )
        wanted = set(names)
        # the first one after the moment comes last, and tells what stood then
        for record, changes in later.order_by("-applied_at").values_list("record", "changes"):
            found[record] |= {name: changes[name][0] for name in wanted & changes.keys()}
        return {record: values for record, values in found.items() if values}

    def open(self) -> Self:
        """Those that nobody has decided on."""
        return self.filter(state__in=OPEN)

    def of(self, record: models.Model) -> Self:
        """Those of one record."""
        return self.filter(table=record._meta.model_name, record=record.pk)


class Amendment(Reviewed):
    """A proposal to change one record that the public relies on, reviewed like a figure.

    Publishing it takes effect in the same step. `changes` holds, by sealed column, the old and the new value in the
    notation of files; of a translation, by text that it is of; the other kinds have none. A draft made by a file or by
    a return to an earlier state has no reason until somebody gives it. Of a removal of personal data
    (services/erasing/blanking.py) this is the line that stays.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("change")
        SHOWING = "showing", _("showing")
        WITHDRAWAL = "withdrawal", _("withdrawal")
        SETTING_ASIDE = "setting_aside", _("setting aside")
        TRANSLATION = "translation", _("translation")
        BLANKING = "blanking", _("removal of personal data")

    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.CHANGE)
    table = models.CharField(_("table"), max_length=40, editable=False)
    record = models.BigIntegerField(_("record"), editable=False)
    key = models.CharField(_("code"), max_length=300, editable=False)
    changes = models.JSONField(_("changes"), default=dict, editable=False)
    reason = models.TextField(_("reason"), blank=True, help_text=_("Why. Public, for good."))
    source = models.ForeignKey(
        "Source",
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="amendments",
    )
    applied_at = models.DateTimeField(_("took effect at"), null=True, editable=False)

    # what was changed in the open is changed again in the open, by another one: a published amendment stands
    transitions = {
        before: after for before, after in TRANSITIONS.items() if before != State.PUBLISHED
    }
    settled = ("applied_at",)

    # of what is told in the place of a record: its table
    said_of: type[models.Model]
    # once it was read: the record that it speaks of
    found: models.Model | None

    objects = MultilingualManager.from_queryset(AmendmentQuerySet)()

    class Meta:
        default_permissions = ("add", "change", "delete", "view", "submit", "publish")
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NEED_NO_REASON) | Q(state__in=EDITABLE) | ~Q(reason=""),
                name="amendment_has_reason",
                violation_error_message=REASON_MISSING,
            ),
        ]
        indexes = [models.Index(fields=["table", "record"], name="amendment_of_record")]

    def __str__(self) -> str:
        try:
            record = self.amended()
        except ObjectDoesNotExist:
            record = self.key
        return f"{self.get_kind_display()} – {record}"

    @property
    def model(self) -> type[models.Model]:
        """The table that it speaks of."""
        return apps.get_model("programmes", self.table)

    def amended(self) -> Any:
        """The record that it speaks of, as it stands now.

        Raises:
            DoesNotExist: somebody removed it before it was ever public.
        """
        return self.model._base_manager.get(pk=self.record)

    @property
    def ends_entry(self) -> bool:
        """Whether it ends a figure, announcement, statement or reply: its reason then stands beside the entry, too."""
        ends = (self.Kind.WITHDRAWAL, self.Kind.SETTING_ASIDE)
        return self.kind in ends and issubclass(self.model, Reviewed)

    @property
    def lacks_reason(self) -> bool:
        """Whether it has still to say why, in words that the public can read. What only adds needs no reason."""
        return self.kind not in NEED_NO_REASON and not has_words(self.reason)

    def clean(self) -> None:
        """One open proposal for a record and column: a second one would be decided without the first."""
        if self.reason and self.lacks_reason:
            raise ValidationError({"reason": REASON_MISSING})
        if not self.table or not self.record:
            return
        others = Amendment.objects.open().filter(table=self.table, record=self.record)
        for other in others.exclude(pk=self.pk):
            shared = set(other.changes) & set(self.changes)
            if shared or (other.kind == self.kind and self.kind != self.Kind.CHANGE):
                raise ValidationError(WAITS_ALREADY)
