"""The tables, one file each."""

from programmes.models.agreement import Agreement, Signature
from programmes.models.amendment import Amendment
from programmes.models.assignment import Assignment
from programmes.models.bulk_review import BulkReview
from programmes.models.centre import Centre
from programmes.models.data_file import DataFile
from programmes.models.data_version import DataVersion
from programmes.models.guard_lift import GuardLift
from programmes.models.import_job import ColumnMapping, ImportChunk, ImportFile, ImportJob
from programmes.models.indicator import Indicator
from programmes.models.ledger_entry import LedgerEntry
from programmes.models.measurement import (
    Category,
    Dimension,
    Measurement,
    MeasurementShare,
)
from programmes.models.milestone import Milestone, MilestoneStatement
from programmes.models.organisation import Organisation
from programmes.models.preference import Preference
from programmes.models.programme import Participation, Programme, Stage
from programmes.models.publication_clock import PublicationClock
from programmes.models.reply import Reply
from programmes.models.review import (
    EDITABLE,
    FROZEN,
    STRUCK,
    TAKEN_BACK,
    FrozenRowError,
    State,
)
from programmes.models.review_event import ReviewEvent
from programmes.models.sector import Sector
from programmes.models.series import Series
from programmes.models.site import Site
from programmes.models.source import Evidence, Source
from programmes.models.standing import Standing
from programmes.models.target import Qualifier, Target, TargetRevision, Waypoint
from programmes.models.territory import Territory
from programmes.models.worker import ScheduledWork, Worker

__all__ = [
    "EDITABLE",
    "FROZEN",
    "STRUCK",
    "TAKEN_BACK",
    "Agreement",
    "Amendment",
    "Assignment",
    "BulkReview",
    "Category",
    "Centre",
    "ColumnMapping",
    "DataFile",
    "DataVersion",
    "Dimension",
    "Evidence",
    "FrozenRowError",
    "GuardLift",
    "ImportChunk",
    "ImportFile",
    "ImportJob",
    "Indicator",
    "LedgerEntry",
    "Measurement",
    "MeasurementShare",
    "Milestone",
    "MilestoneStatement",
    "Organisation",
    "Participation",
    "Preference",
    "Programme",
    "PublicationClock",
    "Qualifier",
    "Reply",
    "ReviewEvent",
    "ScheduledWork",
    "Sector",
    "Series",
    "Signature",
    "Site",
    "Source",
    "Stage",
    "Standing",
    "State",
    "Target",
    "TargetRevision",
    "Territory",
    "Waypoint",
    "Worker",
]
