"""What a reviewer looks at: what was submitted, what stood before, how far apart they are, where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import (
    display_for_field,
    flatten_fieldsets,
    label_for_field,
    lookup_field,
)
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes import languages
from programmes.admin.forms.labels import (
    RELATED,
    code_sign,
    figure_words,
    label_of,
    measured_words,
    plain_figure,
    review_label,
    written,
)
from programmes.admin.forms.panels import change_url
from programmes.models import (
    Indicator,
    Measurement,
    MilestoneStatement,
    Series,
    Source,
    State,
    TargetRevision,
)
from programmes.models.corrections import corrected_row, last_in_order
from programmes.models.review import Reviewed, translated_columns
from programmes.selectors.desk.queue import table_address
from programmes.selectors.wording.formats import as_of_words, day_words, percentage
from programmes.selectors.wording.texts import Text, stated_in

# what both of two entries speak of
SHARED = frozenset({"series_shown", "target_shown", "milestone"})
# said elsewhere on the page
APART = frozenset(
    {
        "source",
        "supersedes",
        "corrects",
        "entered_by_shown",
        "entered_at",
        "ref",
        "number",
        "changes_shown",
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One column: as submitted, and as it stood before. differs: whether the two are not the same."""

    label: str
    now: str
    before: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """Something to hold a figure against: what it is called, its value, and a word on its day or source."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """What a source has besides: address and file, one of which may be empty."""

    title: Text
    url: str
    file: str


@dataclass(frozen=True, slots=True)
class SourceCard:
    """Where it comes from: address, copy, and file, each empty where there is none; what else the source has."""

    title: str
    page: str
    kind: str
    day: str
    url: str
    archived: str
    file: str
    evidence: Sequence[EvidenceCard]


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """All that the screen says of one submission.

    before: what the earlier entry is called; empty: there is none. order: that it would be told as found later.
    """

    label: str
    facts: Sequence[Fact]
    before: str
    beside: Sequence[ComparedFigure]
    parts: Sequence[str]
    source: SourceCard | None
    order: str


def submission_page(screen: admin.ModelAdmin[Any], row: Reviewed) -> SubmissionPage:
    """A submission beside what stood before it."""
    earlier, title = _earlier(row)
    return SubmissionPage(
        label=review_label(row),
        facts=_facts(screen, row, earlier),
        before=title,
        beside=_beside(row),
        parts=_parts(row),
        source=_source(source) if (source := getattr(row, "source", None)) else None,
        order=_found_later(row),
    )


def _found_later(row: Reviewed) -> str:
    """That another entry, announced after this one, was published on an earlier day; empty: none was."""
    if not isinstance(row, TargetRevision | MilestoneStatement) or row.corrects_id:
        return ""
    owner = "target" if isinstance(row, TargetRevision) else "milestone"
    later = type(row).objects.filter(
        **{owner: getattr(row, f"{owner}_id")},
        announced_on__gt=row.announced_on,
        published_at__date__lt=timezone.localdate(),
    )
    if not later.exists():
        return ""
    return _(
        "Announced before what is published already: it will be told as found later, and takes nothing back of what "
        "was said since."
    )


def _earlier(row: Reviewed) -> tuple[Reviewed | None, str]:
    """What a submission is compared with: what it corrects, else what was last published of the same."""
    corrected = corrected_row(row)
    if corrected is not None:
        model: Any = type(row)  # each of these tables has a source
        related = model._default_manager.select_related(*RELATED.get(type(row), ()), "source")
        return related.get(pk=corrected.pk), _("What it corrects")
    if isinstance(row, TargetRevision):
        told = TargetRevision.objects.filter(target=row.target_id, published_at__isnull=False)
        told = told.select_related(*RELATED[TargetRevision], "source")
        return _last_standing(told), _("Announced before")
    if isinstance(row, MilestoneStatement):
        said = MilestoneStatement.objects.filter(
            milestone=row.milestone_id, published_at__isnull=False
        )
        return _last_standing(said.select_related("milestone", "source")), _("Said before")
    return None, ""


def _last_standing(rows: QuerySet[Any], *, promises: bool = False) -> Any:
    """The last announced that stands, a correction in the place of its entry; None where nothing does.

    promises: of those that promise a value.
    """
    return last_in_order(
        rows.in_bulk(),
        lambda row: row.state == State.PUBLISHED and not (promises and row.value is None),
    )


def _facts(screen: Any, row: Any, earlier: Any) -> list[Fact]:
    facts = []
    model: type[Reviewed] = type(row)
    translated = translated_columns(model)
    # a text is published in each language that it stands in: all of them are looked at
    columns = [
        (one.attname if one else name, one)
        for name in flatten_fieldsets(screen.read)
        if name not in APART
        for one in translated.get(name, (None,))
    ]
    for name, column in columns:
        if earlier is not None and name in SHARED:
            continue
        now = _said(screen, row, name)
        before = _said(screen, earlier, name) if earlier is not None else ""
        if now or before:
            said_of = column.translated_field.name if column else name
            label = capfirst(str(label_for_field(said_of, type(row), screen)))
            if column:
                label = f"{label} – {languages.own_name(column.language)}"
            facts.append(
                Fact(label, now or "–", before or "–", earlier is not None and now != before)
            )
    if earlier is not None and earlier.source_id != row.source_id:
        facts.append(
            Fact(
                capfirst(_("source")),
                label_of(row.source),
                label_of(earlier.source),
                differs=True,
            )
        )
    return facts


def _said(screen: Any, row: Any, name: str) -> str:
    """A column of a record in words; empty where it says nothing."""
    try:
        field, _attr, value = lookup_field(name, row, screen)
    except ObjectDoesNotExist:
        return ""
    if value is None or value == "":
        return ""
    if field is None:
        return str(value)
    if field.is_relation:
        return label_of(getattr(row, name))
    return str(display_for_field(value, field, ""))


def _beside(row: Reviewed) -> list[ComparedFigure]:
    if isinstance(row, Measurement):
        return _beside_figure(row)
    if isinstance(row, TargetRevision):
        last = _published(row.target.series, Measurement.objects.all()).first()
        return [] if last is None else [_figure(_("Last figure"), row.target.series, last)]
    return []


def _beside_figure(row: Measurement) -> list[ComparedFigure]:
    """The figures before and after it, how far it is from the one before, what is promised."""
    series = row.series
    others = _published(series, Measurement.objects.exclude(pk=row.supersedes_id or 0))
    last = others.filter(as_of_on__lte=row.as_of_on).first()
    following = others.filter(as_of_on__gt=row.as_of_on).last()
    found = []
    if last is None:
        found.append(ComparedFigure(_("Last figure"), _("none: it is the first")))
    else:
        found.append(_figure(_("Last figure"), series, last))
        found.append(ComparedFigure(_("Change since then"), *_change(series, last, row)))
    if following is not None:
        found.append(_figure(_("Figure after it"), series, following))
    promise = _last_standing(
        TargetRevision.objects.filter(target__series=series, published_at__isnull=False),
        promises=True,
    )
    if promise is not None:
        due = written(promise.due)
        found.append(
            ComparedFigure(
                _("Promised"), figure_words(series, promise), due and _("by %(due)s") % {"due": due}
            )
        )
    return found


def _published(series: Series, rows: Any) -> Any:
    rows = rows.filter(series=series, state=State.PUBLISHED).select_related("source")
    return rows.order_by("-as_of_on", "-pk")


def _figure(label: str, series: Series, row: Measurement) -> ComparedFigure:
    row.series = series
    return ComparedFigure(
        label, measured_words(row), f"{as_of_words(row.as_of)} · {label_of(row.source)}"
    )


def _change(series: Series, last: Measurement, row: Measurement) -> tuple[str, str]:
    """By how much a figure differs from the one before, in its unit, and per cent of that."""
    before, now = _amount(last), _amount(row)
    if before == now:
        return _("none"), ""
    difference = now - before
    sign = "+" if difference > 0 else "−"
    words = code_sign(f"{sign}{plain_figure(series, abs(difference))}")
    if not before:
        return words, ""
    return words, code_sign(f"{sign}{percentage(abs(difference) / abs(before), 1)}")


def _amount(row: Measurement) -> Fraction:
    if row.value is not None:
        return Fraction(row.value)
    return Fraction(row.numerator or Decimal(0)) / Fraction(row.denominator or Decimal(1))


def _parts(row: Reviewed) -> list[str]:
    """The breakdown of a figure, or the values in between of an announcement."""
    if isinstance(row, Measurement):
        shares = row.shares.select_related("category__dimension").order_by("category")
        if row.series.indicator.measure == Indicator.Measure.RATIO:
            # of the people that it is a ratio of, not of the ratio
            return [label_of(one) for one in shares]
        return [
            f"{label_of(one.category)} : {plain_figure(row.series, one.value)}" for one in shares
        ]
    if isinstance(row, TargetRevision):
        series = row.target.series
        return [
            f"{day_words(one.on)} : {plain_figure(series, one.value)}"
            for one in row.waypoints.order_by("on")
        ]
    return []


def _source(source: Source) -> SourceCard:
    return SourceCard(
        title=label_of(source),
        page=change_url(source),
        kind=source.get_kind_display(),
        day=written(source.date),
        url=source.url,
        archived=source.archived_url,
        file=source.file.url if source.file else "",
        evidence=[
            EvidenceCard(
                stated_in(one.title, one.language), one.url, one.file.url if one.file else ""
            )
            for one in source.evidence.order_by("title")
        ],
    )


def review_url(row: Reviewed, query: str = "") -> str:
    """The screen on which a submission is decided."""
    address = reverse("admin:review_record", args=[table_address(type(row)), row.pk])
    return f"{address}?{query}" if query else address
