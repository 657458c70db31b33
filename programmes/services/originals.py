"""Which announcement of a target is the original one."""

from programmes.models import Amendment, TargetRevision
from programmes.models.review import amending
from programmes.models.target import first_announced


def settle_original(row: TargetRevision) -> bool:
    """Stores the original announcement of a target in the transaction that publishes the first one, which is `row`.

    Published later on the same day, one that was announced earlier still takes its place. After that day, and where a
    proposal has named another, the original changes by a proposal alone. Returns whether it changed.
    """
    target, first = row.target, first_announced(row.target)
    if first is None or target.original_id == first.pk:
        return False
    if target.original_id is not None and (first.pk != row.pk or _is_amended(row)):
        return False
    target.original = first
    with amending(target):
        target.save(update_fields=["original"])
    return True


def _is_amended(row: TargetRevision) -> bool:
    amendments = Amendment.objects.applied().of(row.target)
    return bool(amendments.filter(changes__has_key="original").exists())
