"""Every screen of the staff's site; importing them registers them."""

from programmes.admin.accounts import accounts, assignments
from programmes.admin.review import bulk, review_log
from programmes.admin.tables import (
    agreements,
    amendments,
    centres,
    dimensions,
    indicators,
    measurements,
    milestones,
    organisations,
    programmes,
    replies,
    revisions,
    sectors,
    series,
    site_record,
    sources,
    statements,
    targets,
    territories,
)
from programmes.admin.transfer import imports

__all__ = [
    "accounts",
    "agreements",
    "amendments",
    "assignments",
    "bulk",
    "centres",
    "dimensions",
    "imports",
    "indicators",
    "measurements",
    "milestones",
    "organisations",
    "programmes",
    "replies",
    "review_log",
    "revisions",
    "sectors",
    "series",
    "site_record",
    "sources",
    "statements",
    "targets",
    "territories",
]
