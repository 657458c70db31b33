"""Agreements: who signed what, and what became of what was promised in them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from programmes.models import Agreement, Signature, Target, Territory
from programmes.selectors.dossier import read_dossier
from programmes.selectors.formats import date_words
from programmes.selectors.milestones import MilestoneLine
from programmes.selectors.names import Named, Relation, named, named_if_public, read_names
from programmes.selectors.promises import PromiseLine
from programmes.selectors.sources import SourceLine
from programmes.selectors.texts import Text, translated


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One agreement in a list."""

    code: str
    title: Text
    kind_words: str
    date: str
    place: Text
    parties: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """One party: what it is, what it undertakes, and who signed for it, where that is known."""

    organisation: Named
    kind_words: str
    person: Text
    office: Text
    undertaking: Text


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """All that an agreement's page prints. territories: those of its programmes."""

    line: AgreementLine
    subject: Text
    end: str
    parent: Named | None
    children: tuple[Named, ...]
    parties: tuple[Party, ...]
    programmes: tuple[Named, ...]
    territories: tuple[Named, ...]
    milestones: tuple[MilestoneLine, ...]
    promises: tuple[PromiseLine, ...]
    sources: tuple[SourceLine, ...]


def agreement_lines(on: date) -> list[AgreementLine]:
    """Public agreements signed by a day, latest first, those without a date last. Three queries."""
    rows = made_by(on).prefetch_related(
        Prefetch("signatures", Signature.objects.select_related("organisation"))
    )
    dated = sorted(rows, key=lambda row: row.code)
    dated.sort(key=lambda row: row.date_on or date.min, reverse=True)
    return [_line(row) for row in dated]


def made_by(on: date) -> QuerySet[Agreement]:
    """Public agreements that were signed by a day, or whose date is not known."""
    return Agreement.objects.published().filter(Q(date_on__isnull=True) | Q(date_on__lte=on))


def agreement_page(code: str, on: date) -> AgreementPage | None:
    """The page of a public agreement, or None. Six queries."""
    row = (
        Agreement.objects.published()
        .select_related("parent")
        .prefetch_related(Prefetch("signatures", Signature.objects.select_related("organisation")))
        .filter(code=code)
        .first()
    )
    if row is None:
        return None
    names = read_names(
        children=Relation(made_by(on).filter(parent=row), name="title", order="date_on"),
        programmes=Relation(row.programmes.published()),
        territories=Relation(
            Territory.objects.published().filter(programmes__in=row.programmes.published()),
            order="hcp_code",
        ),
    )
    dossier = read_dossier(
        on,
        targets=Target.objects.filter(agreement=row, series__role="progress").order_by("code"),
        milestones=row.milestones.all(),
        own_sources=row.sources.all(),
    )
    return AgreementPage(
        line=_line(row),
        subject=translated(row, "subject"),
        end=date_words(row.end) if row.end.last else "",
        parent=named_if_public(row.parent, "title"),
        children=names["children"],
        parties=tuple(
            Party(
                organisation=named(one.organisation),
                kind_words=one.organisation.get_kind_display(),
                person=translated(one, "person"),
                office=translated(one, "office"),
                undertaking=translated(one, "undertaking"),
            )
            for one in _signatures(row)
        ),
        programmes=names["programmes"],
        territories=names["territories"],
        milestones=dossier.milestones(),
        promises=dossier.promises(),
        sources=dossier.own_sources(),
    )


def _signatures(row: Agreement) -> list[Signature]:
    return sorted(
        (one for one in row.signatures.all() if one.organisation.is_public),
        key=lambda one: one.organisation.code,
    )


def _line(row: Agreement) -> AgreementLine:
    return AgreementLine(
        code=row.code,
        title=translated(row, "title"),
        kind_words=row.get_kind_display(),
        date=date_words(row.date) if row.date.last else "",
        place=translated(row, "place"),
        parties=tuple(named(one.organisation) for one in _signatures(row)),
    )
