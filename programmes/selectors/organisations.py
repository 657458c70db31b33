"""One organisation: what it takes part in, what it signed, what it is responsible for."""

from dataclasses import dataclass
from datetime import date

from programmes.models import Centre, Organisation, Participation, Target
from programmes.selectors.agreements import made_by
from programmes.selectors.centre_lines import CentreLine
from programmes.selectors.dossier import read_dossier
from programmes.selectors.names import Named, Relation, named_if_public, read_names
from programmes.selectors.promises import PromiseLine
from programmes.selectors.texts import Text, translated


@dataclass(frozen=True, slots=True)
class Role:
    """A programme, and what the organisation does in it."""

    programme: Named
    words: str


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """All that an organisation's page prints."""

    name: Text
    acronym: str
    kind_words: str
    place: Named | None
    website: str
    roles: tuple[Role, ...]
    agreements: tuple[Named, ...]
    promises: tuple[PromiseLine, ...]
    centres: tuple[CentreLine, ...]


def organisation_page(code: str, on: date) -> OrganisationPage | None:
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
            made_by(on).filter(signatures__organisation=row), name="title", order="date_on"
        ),
    )
    dossier = read_dossier(
        on,
        targets=Target.objects.filter(responsible=row, series__role="progress").order_by(
            "series__territory__hcp_code", "code"
        ),
        centres=Centre.objects.filter(operator=row),
    )
    return OrganisationPage(
        name=translated(row, "name"),
        acronym=row.acronym,
        kind_words=row.get_kind_display(),
        place=named_if_public(row.territory),
        website=row.website,
        roles=tuple(Role(one, str(Participation.Role(one.note).label)) for one in names["roles"]),
        agreements=names["agreements"][::-1],
        promises=dossier.promises(),
        centres=dossier.centre_lines(),
    )
