"""The tables, one file each."""

from programmes.models.agreement import Agreement, Signature
from programmes.models.assignment import Assignment
from programmes.models.bulk_review import BulkReview
from programmes.models.centre import Centre
from programmes.models.columns import DatePrecision
from programmes.models.data_version import DataVersion
from programmes.models.import_job import ImportChunk, ImportFile, ImportJob
from programmes.models.indicator import Indicator
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
from programmes.models.reply import Reply
from programmes.models.review import (
    EDITABLE,
    FROZEN,
    TRANSITIONS,
    FrozenRowError,
    State,
)
from programmes.models.review_event import ReviewEvent
from programmes.models.sector import Sector
from programmes.models.series import Series
from programmes.models.source import Source
from programmes.models.target import Qualifier, Target, TargetRevision, Waypoint
from programmes.models.territory import Territory

__all__ = [
    "EDITABLE",
    "FROZEN",
    "TRANSITIONS",
    "Agreement",
    "Assignment",
    "BulkReview",
    "Category",
    "Centre",
    "DataVersion",
    "DatePrecision",
    "Dimension",
    "FrozenRowError",
    "ImportChunk",
    "ImportFile",
    "ImportJob",
    "Indicator",
    "Measurement",
    "MeasurementShare",
    "Milestone",
    "MilestoneStatement",
    "Organisation",
    "Participation",
    "Preference",
    "Programme",
    "Qualifier",
    "Reply",
    "ReviewEvent",
    "Sector",
    "Series",
    "Signature",
    "Source",
    "Stage",
    "State",
    "Target",
    "TargetRevision",
    "Territory",
    "Waypoint",
]
