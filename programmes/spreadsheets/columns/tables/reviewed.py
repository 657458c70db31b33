"""What tables share whose rows go through review, and those whose rows are parts of such a row."""

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from programmes import services
from programmes.models import EDITABLE, State
from programmes.models.review import OwnedByReviewed
from programmes.services.entries import require
from programmes.spreadsheets.columns.resource import TableResource
from programmes.type_names import Words


class ReviewedResource(TableResource):
    """A table whose rows arrive as drafts and are never changed once submitted."""

    def refusal(self, record: Any) -> str:
        return str(self.refusal_of_state(record.state))

    def refusal_of_state(self, state: str) -> Words:
        """Why a record in that state may not be changed by a file; empty where it may."""
        if state == State.SUBMITTED:
            return _("This record awaits review: it can be changed only once it has been returned.")
        if state not in EDITABLE:
            return _(
                "This record is published or past it: a file never changes it. Enter a new one that corrects it."
            )
        return ""

    def remove(self, record: Any, *, by: User) -> None:
        services.discard(record, by=by)

    def remove_all(self, records: list[Any], *, by: User) -> None:
        rows = self.model._default_manager.filter(pk__in=[record.pk for record in records])
        services.discard_all(rows, by=by)

    def last_changed_by(self, record: Any) -> str:
        event = record.events.select_related("by").first()
        return str(event.by if event else record.changed_by or "")


class PartResource(TableResource):
    """A table whose rows are parts of a reviewed row: frozen with it, and a change of it.

    owned: what the tracker calls them, where their owner is frozen.
    """

    owned: Any

    def owner(self, record: Any) -> Any:
        """The reviewed row that a part belongs to."""
        return getattr(record, record.owner_name)

    def refusal(self, record: OwnedByReviewed) -> str:
        return "" if self.owner(record).is_editable else str(self.owned)

    def placed(self, record: OwnedByReviewed, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([self.owner(record)], by)

    def save(self, record: Any, cells: dict[str, Any], *, by: User, is_new: bool) -> None:
        require(by, "add" if is_new else "change", self.model)
        self._change_owner(record, by)
        record.full_clean()
        record.save()

    def remove(self, record: Any, *, by: User) -> None:
        require(by, "delete", self.model)
        self._change_owner(record, by)
        record.delete()

    def _change_owner(self, record: Any, by: User) -> None:
        """Whoever changes a part changes the row that it belongs to: the review log says so."""
        owners = type(self.owner(record))._default_manager
        owner = owners.select_for_update(of=("self",)).get(pk=self.owner(record).pk)
        setattr(record, record.owner_name, services.change_draft(owner, by=by))
