"""Columns of what is kept by editors: programmes, agreements, centres, milestones, replies."""

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from programmes import access, services
from programmes.models import (
    Agreement,
    Centre,
    Milestone,
    Organisation,
    Participation,
    Programme,
    Reply,
    Sector,
    Signature,
    Source,
    Stage,
    State,
    Target,
    Territory,
)
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    IntegerCell,
    NumberCell,
    PreciseDateCell,
    RowCell,
    RowsCell,
    TextCell,
)
from programmes.spreadsheets.columns.column import Column, in_each_language
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables.places import (
    code_column,
    shown_column,
    spellings_column,
)
from programmes.spreadsheets.columns.tables.reviewed import ReviewedResource


def sources_column() -> Column:
    """The sources of a record, joined with |."""
    return Column("sources", _("sources"), RowsCell(Source), many=True)


class ProgrammeResource(TableResource):
    name, model, related = "programmes", Programme, ("parent",)
    many = ("territories", "sectors", "sources")

    code = code_column()
    name_columns = in_each_language("name", _("name"), TextCell(max_length=250), required=True)
    summary_columns = in_each_language("summary", _("summary"), TextCell())
    other_spellings = spellings_column()
    parent = Column("parent", _("part of"), RowCell(Programme))
    start = Column("start", _("start"), PreciseDateCell())
    end = Column("end", _("end"), PreciseDateCell())
    territories = Column("territories", _("territories"), RowsCell(Territory), many=True)
    sectors = Column("sectors", _("sectors"), RowsCell(Sector), many=True)
    sources = sources_column()
    is_public = shown_column()

    def placed(self, record: Programme, cells: dict[str, Any], by: User) -> bool:
        return access.may_place_programme(
            by,
            territories=cells.get("territories") or (),
            itself_and_parent=(record, record.parent),
        )


class _OfProgramme(TableResource):
    """Parts of a programme."""

    def placed(self, record: Any, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.programme], by)


class ParticipationResource(_OfProgramme):
    name, model, related = "participations", Participation, ("programme", "organisation")
    keys = ("programme", "organisation", "role")

    programme = Column("programme", _("programme"), RowCell(Programme), required=True)
    organisation = Column("organisation", _("organisation"), RowCell(Organisation), required=True)
    role = Column("role", _("role"), ChoiceCell(Participation.Role), required=True)


class StageResource(_OfProgramme):
    name, model, related = "stages", Stage, ("programme",)
    keys = ("programme", "number")

    programme = Column("programme", _("programme"), RowCell(Programme), required=True)
    number = Column("number", _("number"), IntegerCell(), required=True)
    name_columns = in_each_language("name", _("name"), TextCell(max_length=250), required=True)


class AgreementResource(TableResource):
    name, model, related = "agreements", Agreement, ("parent",)
    many = ("programmes", "sources")

    code = code_column()
    kind = Column("kind", _("kind"), ChoiceCell(Agreement.Kind), required=True)
    title_columns = in_each_language("title", _("title"), TextCell(max_length=300), required=True)
    subject_columns = in_each_language("subject", _("subject"), TextCell())
    date = Column("date", _("date"), PreciseDateCell())
    place_columns = in_each_language("place", _("place"), TextCell(max_length=200))
    end = Column("end", _("end"), PreciseDateCell())
    parent = Column("parent", _("made under"), RowCell(Agreement))
    programmes = Column("programmes", _("programmes"), RowsCell(Programme), many=True)
    sources = sources_column()
    is_public = shown_column()

    def placed(self, record: Agreement, cells: dict[str, Any], by: User) -> bool:
        return access.may_place_agreement(by, programmes=cells.get("programmes") or ())


class SignatureResource(TableResource):
    name, model, related = "signatures", Signature, ("agreement", "organisation")
    keys = ("agreement", "organisation")

    agreement = Column("agreement", _("agreement"), RowCell(Agreement), required=True)
    organisation = Column("organisation", _("organisation"), RowCell(Organisation), required=True)
    person_columns = in_each_language("person", _("person"), TextCell(max_length=200))
    office_columns = in_each_language("office", _("office"), TextCell(max_length=250))
    undertaking_columns = in_each_language("undertaking", _("what it undertakes"), TextCell())

    def placed(self, record: Signature, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.agreement], by)


class CentreResource(TableResource):
    name, model, related = "centres", Centre, ("parent", "territory", "operator")
    many = ("serves", "sectors", "programmes", "sources")

    code = code_column()
    kind = Column("kind", _("kind"), ChoiceCell(Centre.Kind), required=True)
    name_columns = in_each_language("name", _("name"), TextCell(max_length=250), required=True)
    other_spellings = spellings_column()
    parent = Column("parent", _("annex of"), RowCell(Centre))
    territory = Column("territory", _("territory"), RowCell(Territory), required=True)
    serves = Column("serves", _("territories served"), RowsCell(Territory), many=True)
    locality_columns = in_each_language("locality", _("locality"), TextCell(max_length=200))
    latitude = Column("latitude", _("latitude"), NumberCell(decimals=6))
    longitude = Column("longitude", _("longitude"), NumberCell(decimals=6))
    operator = Column("operator", _("operator"), RowCell(Organisation))
    sectors = Column("sectors", _("sectors"), RowsCell(Sector), many=True)
    facilities_columns = in_each_language("facilities", _("facilities"), TextCell())
    programmes = Column("programmes", _("programmes"), RowsCell(Programme), many=True)
    sources = sources_column()
    is_public = shown_column()

    def placed(self, record: Centre, cells: dict[str, Any], by: User) -> bool:
        return access.may_place_centre(
            by, territory=record.territory, programmes=cells.get("programmes") or ()
        )


class MilestoneResource(TableResource):
    name, model, related = "milestones", Milestone, ("programme", "centre", "agreement")

    code = code_column()
    kind = Column("kind", _("kind"), ChoiceCell(Milestone.Kind), required=True)
    title_columns = in_each_language("title", _("title"), TextCell(max_length=250), required=True)
    programme = Column("programme", _("programme"), RowCell(Programme))
    centre = Column("centre", _("centre"), RowCell(Centre))
    agreement = Column("agreement", _("agreement"), RowCell(Agreement))
    is_public = shown_column()

    def placed(self, record: Milestone, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.programme, record.centre, record.agreement], by)


class ReplyResource(ReviewedResource):
    name, model, related = "replies", Reply, ("target", "milestone", "organisation", "source")

    code = code_column()
    target = Column("target", _("target"), RowCell(Target))
    milestone = Column("milestone", _("milestone"), RowCell(Milestone))
    organisation = Column("organisation", _("organisation"), RowCell(Organisation), required=True)
    date = Column("date", _("date"), PreciseDateCell(), required=True)
    text_columns = in_each_language("text", _("text"), TextCell(), required=True)
    source = Column("source", _("source"), RowCell(Source), required=True)
    state = Column("state", _("state"), ChoiceCell(State), read_only=True)

    def placed(self, record: Reply, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.target, record.milestone], by)

    def save(self, record: Reply, cells: dict[str, Any], *, by: User, is_new: bool) -> None:
        if is_new:
            services.reply(record, by=by)
        else:
            services.change_draft(record, by=by)
