"""Columns of the reference tables: territories, organisations, sectors, sources, dimensions."""

from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models import Category, Dimension, Evidence, Organisation, Sector, Source, Territory
from programmes.models.territory import TerritoryKind
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    HcpCodeCell,
    IntegerCell,
    PreciseDateCell,
    RowCell,
    TextCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column, in_each_language
from programmes.spreadsheets.columns.resource import TableResource

SHOWN_BY_REVIEW = _(
    "Showing and withdrawing are steps of review, which no file takes. Propose it on the record's own page."
)


def code_column(length: int = 80) -> Column:
    """The key of a table."""
    return Column("code", _("code"), TextCell(max_length=length), required=True)


def public_column() -> Column:
    """Whether the public may read of the record; empty keeps what is usual for the table."""
    return Column("is_public", _("public"), YesNoCell())


def shown_column() -> Column:
    """Whether a record was shown to the public: a step of review, which no file takes."""
    return Column("is_public", _("shown to the public"), YesNoCell(), decided=SHOWN_BY_REVIEW)


def spellings_column() -> Column:
    """Other spellings, joined with |."""
    return Column("other_spellings", _("other spellings"), TextCell(lines=True))


class EnteredResource(TableResource):
    """A table whose rows whoever entered them may change."""

    def blank(self, cells: dict[str, Any], by: User) -> models.Model:
        return self.model(entered_by=by)


class TerritoryResource(TableResource):
    name, model, related = "territories", Territory, ("parent",)

    code = code_column(10)
    hcp_code = Column("hcp_code", _("HCP code"), HcpCodeCell(max_length=6))
    kind = Column("kind", _("kind"), ChoiceCell(TerritoryKind), required=True)
    parent = Column("parent", _("part of"), RowCell(Territory))
    name_columns = in_each_language("name", _("name"), TextCell(max_length=200), required=True)
    other_spellings = spellings_column()
    population = Column("population", _("population"), IntegerCell())
    population_year = Column("population_year", _("year of the census"), IntegerCell())
    is_public = public_column()

    def check(self, record: Territory) -> None:
        """Also where what it is part of is a new row of the same file."""
        super().check(record)
        record.refuse_misplaced()


class OrganisationResource(EnteredResource):
    name, model, related = "organisations", Organisation, ("territory",)

    code = code_column()
    kind = Column("kind", _("kind"), ChoiceCell(Organisation.Kind), required=True)
    name_columns = in_each_language("name", _("name"), TextCell(max_length=250), required=True)
    acronym = Column("acronym", _("acronym"), TextCell(max_length=40))
    other_spellings = spellings_column()
    territory = Column("territory", _("territory"), RowCell(Territory))
    website = Column("website", _("website"), TextCell(max_length=500))
    is_public = public_column()


class SourceResource(EnteredResource):
    name, model, related = "sources", Source, ("organisation",)

    code = code_column()
    kind = Column("kind", _("kind"), ChoiceCell(Source.Kind), required=True)
    title = Column("title", _("title"), TextCell(max_length=400), required=True)
    publisher = Column("publisher", _("publisher"), TextCell(max_length=200))
    organisation = Column("organisation", _("organisation"), RowCell(Organisation))
    url = Column("url", _("address"), TextCell(max_length=1500))
    archived_url = Column("archived_url", _("archived address"), TextCell(max_length=1500))
    date = Column("date", _("date"), PreciseDateCell())
    read_on = Column("read_on", _("read on"), DayCell())
    language = Column("language", _("language"), ChoiceCell(Source.Language))
    is_public = public_column()


class EvidenceResource(TableResource):
    name, model, related = "evidence", Evidence, ("source",)
    keys = ("source", "title")

    source = Column("source", _("source"), RowCell(Source), required=True)
    title = Column("title", _("title"), TextCell(max_length=200), required=True)
    language = Column("language", _("language"), ChoiceCell(Source.Language))
    url = Column("url", _("address"), TextCell(max_length=1500))

    def placed(self, record: Evidence, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.source], by)


class SectorResource(TableResource):
    name, model = "sectors", Sector

    code = code_column()
    name_columns = in_each_language("name", _("name"), TextCell(max_length=200), required=True)
    is_public = public_column()


class DimensionResource(TableResource):
    name, model = "dimensions", Dimension

    code = code_column()
    name_columns = in_each_language("name", _("name"), TextCell(max_length=120), required=True)
    is_public = public_column()


class CategoryResource(TableResource):
    name, model, related = "categories", Category, ("dimension",)
    keys = ("dimension", "code")

    dimension = Column("dimension", _("dimension"), RowCell(Dimension), required=True)
    code = code_column()
    position = Column("position", _("position"), IntegerCell())
    name_columns = in_each_language("name", _("name"), TextCell(max_length=120), required=True)
