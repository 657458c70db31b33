"""Agreements: who signed what, and what became of what was promised in them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from programmes.models import Agreement, Signature, Territory
from programmes.selectors.lines.milestone_lines import MilestoneLine
from programmes.selectors.lines.notes import Notes, read_notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.lines.withdrawals import Withdrawals, read_withdrawals
from programmes.selectors.promises.own_targets import own_targets
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import TrackRecord, track_record
from programmes.selectors.wording.formats import date_words
from programmes.selectors.wording.names import NamedRecord, Relation, named, read_names, record_of
from programmes.selectors.wording.texts import Text, translated


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One agreement in a list. mark: that it is withdrawn; empty where it stands."""

    code: str
    title: Text
    kind_words: str
    date: str
    place: Text
    parties: tuple[NamedRecord, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class AgreementList:
    """The agreements signed by a day, latest first, those without a date last."""

    lines: tuple[AgreementLine, ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class Party:
    """One party: what it is, what it undertakes, and who signed for it, where that is known."""

    organisation: NamedRecord
    kind_words: str
    person: Text
    office: Text
    undertaking: Text


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """All that an agreement's page prints. territories: those of its programmes.

    number: which page of its promises it is, from one; older: whether another one follows.
    """

    line: AgreementLine
    subject: Text
    end: str
    parent: NamedRecord | None
    children: tuple[NamedRecord, ...]
    parties: tuple[Party, ...]
    programmes: tuple[NamedRecord, ...]
    territories: tuple[NamedRecord, ...]
    milestones: tuple[MilestoneLine, ...]
    record: TrackRecord
    promises: tuple[PromiseLine, ...]
    sources: tuple[SourceLine, ...]
    notes: Notes
    number: int
    older: bool


def agreement_list(on: date, *, known: datetime | None = None) -> AgreementList:
    """The list of public agreements. Five queries."""
    rows = agreements_made_by(on, known).prefetch_related(
        Prefetch("signatures", Signature.objects.select_related("organisation"))
    )
    dated = sorted(rows, key=lambda row: row.code)
    dated.sort(key=lambda row: row.date.last or date.min, reverse=True)
    parties = (one.organisation for row in dated for one in _signatures(row))
    withdrawals = read_withdrawals(map(record_of, (*dated, *parties)), known=known)
    lines = tuple(_line(row, withdrawals) for row in dated)
    return AgreementList(lines, read_notes(withdrawals))


def agreements_made_by(on: date, known: datetime | None = None) -> QuerySet[Agreement]:
    """Public agreements that were signed by a day, or whose date is not known, as known at a moment (None: now)."""
    return Agreement.objects.published(known).filter(Q(date_on__isnull=True) | Q(date_on__lte=on))


def agreement_page(
    code: str, on: date, *, known: datetime | None = None, number: int = 1
) -> AgreementPage | None:
    """The page of a public agreement, or None. Six queries."""
    row = (
        Agreement.objects.published(known)
        .select_related("parent")
        .prefetch_related(Prefetch("signatures", Signature.objects.select_related("organisation")))
        .filter(code=code)
        .first()
    )
    if row is None:
        return None
    names = read_names(
        children=Relation(
            agreements_made_by(on, known).filter(parent=row), name="title", order="date_on"
        ),
        programmes=Relation(row.programmes.published(known)),
        territories=Relation(
            Territory.objects.published().filter(programmes__in=row.programmes.published(known)),
            order="hcp_code",
        ),
    )
    page_rows = read_page_rows(
        on,
        known=known,
        number=number,
        own=row,
        owners=[row.parent, *names["programmes"]],
        beside=[one.organisation for one in _signatures(row)],
        names=names,
        targets=own_targets(row).order_by("code"),
        milestones=row.milestones.all(),
        own_sources=row.sources.all(),
    )
    promised = page_rows.promised()
    (promises,) = page_rows.promises_here(promised)
    return AgreementPage(
        line=_line(row, page_rows.withdrawals),
        subject=translated(row, "subject"),
        end=date_words(row.end) if row.end.last else "",
        parent=page_rows.named(row.parent, "title"),
        children=page_rows.names["children"],
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
        programmes=page_rows.names["programmes"],
        territories=page_rows.names["territories"],
        milestones=page_rows.milestones(),
        record=track_record(promised),
        promises=promises,
        sources=page_rows.own_sources(),
        notes=page_rows.notes,
        number=number,
        older=page_rows.goes_on(len(promised)),
    )


def _signatures(row: Agreement) -> list[Signature]:
    return sorted(
        (one for one in row.signatures.all() if one.organisation.is_public),
        key=lambda one: one.organisation.code,
    )


def _line(row: Agreement, withdrawals: Withdrawals) -> AgreementLine:
    return AgreementLine(
        code=row.code,
        title=translated(row, "title"),
        kind_words=row.get_kind_display(),
        date=date_words(row.date) if row.date.last else "",
        place=translated(row, "place"),
        parties=tuple(named(one.organisation) for one in _signatures(row)),
        mark=withdrawals.mark("agreement", row.code),
    )
