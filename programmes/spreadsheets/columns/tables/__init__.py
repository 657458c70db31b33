"""The tables that files may fill, in the order in which one may refer to the one before."""

from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables.actions import (
    AgreementResource,
    CentreResource,
    MilestoneResource,
    ParticipationResource,
    ProgrammeResource,
    ReplyResource,
    SignatureResource,
    StageResource,
)
from programmes.spreadsheets.columns.tables.figures import (
    IndicatorResource,
    MeasurementResource,
    MeasurementShareResource,
    SeriesResource,
)
from programmes.spreadsheets.columns.tables.places import (
    CategoryResource,
    DimensionResource,
    EvidenceResource,
    OrganisationResource,
    SectorResource,
    SourceResource,
    TerritoryResource,
)
from programmes.spreadsheets.columns.tables.promises import (
    RevisionResource,
    StatementResource,
    TargetResource,
    WaypointResource,
)

TABLES: dict[str, type[TableResource]] = {
    resource.name: resource
    for resource in (
        TerritoryResource,
        DimensionResource,
        CategoryResource,
        OrganisationResource,
        SourceResource,
        EvidenceResource,
        SectorResource,
        ProgrammeResource,
        ParticipationResource,
        StageResource,
        AgreementResource,
        SignatureResource,
        CentreResource,
        IndicatorResource,
        SeriesResource,
        TargetResource,
        RevisionResource,
        WaypointResource,
        MeasurementResource,
        MeasurementShareResource,
        MilestoneResource,
        StatementResource,
        ReplyResource,
    )
}
