"""One organisation: what it takes part in, what it signed, what it is responsible for."""

from dataclasses import dataclass
from datetime import date, datetime

from programmes.models import Centre, Organisation, Participation
from programmes.selectors.lines.centre_lines import CentreLine
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.pages.agreements import agreements_made_by
from programmes.selectors.promises.own_targets import own_targets
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import TrackRecord, track_record
from programmes.selectors.wording.names import NamedRecord, Relation, named_if_public, read_names
from programmes.selectors.wording.texts import Text, translated


@dataclass(frozen=True, slots=True)
class ProgrammeRole:
    """A programme, and what the organisation does in it."""

    programme: NamedRecord
    words: str


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """All that an organisation's page prints.

    number: which page of its promises it is, from one; older: whether another one follows.
    """

    code: str
    name: Text
    acronym: str
    kind_words: str
    place: NamedRecord | None
    website: str
    roles: tuple[ProgrammeRole, ...]
    agreements: tuple[NamedRecord, ...]
    record: TrackRecord
    promises: tuple[PromiseLine, ...]
    centres: tuple[CentreLine, ...]
    notes: Notes
    number: int
    older: bool


def organisation_page(
    code: str, on: date, *, known: datetime | None = None, number: int = 1
) -> OrganisationPage | None:
    """The page of a public organisation, or None. Five queries."""
    row = Organisation.objects.published().select_related("territory").filter(code=code).first()
    if row is None:
        return None
    names = read_names(
        roles=Relation(
            Participation.objects.filter(organisation=row, programme__is_public=True),
            path="programme__",
            note="role",
            order="programme__code",
        ),
        agreements=Relation(
            agreements_made_by(on, known).filter(signatures__organisation=row),
            name="title",
            order="date_on",
        ),
    )
    page_rows = read_page_rows(
        on,
        known=known,
        number=number,
        own=row,
        beside=[row.territory],
        names=names,
        targets=own_targets(row).order_by("series__territory__hcp_code", "code"),
        centres=Centre.objects.filter(operator=row),
    )
    promised = page_rows.promised()
    (promises,) = page_rows.promises_here(promised)
    return OrganisationPage(
        code=row.code,
        name=translated(row, "name"),
        acronym=row.acronym,
        kind_words=row.get_kind_display(),
        place=named_if_public(row.territory),
        website=row.website,
        roles=tuple(
            ProgrammeRole(one, str(Participation.Role(one.note).label))
            for one in page_rows.names["roles"]
        ),
        agreements=page_rows.names["agreements"][::-1],
        record=track_record(promised),
        promises=promises,
        centres=page_rows.centre_lines(),
        notes=page_rows.notes,
        number=number,
        older=page_rows.goes_on(len(promised)),
    )
