"""Read-only lists on a record's page: what hangs on it, limited and counted, each line a link."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.admin.forms.labels import (
    RELATED,
    figure_words,
    label_of,
    measured_words,
    state_mark,
    with_announcements,
    written,
)
from programmes.models import Measurement, Target
from programmes.type_names import Words

LIMIT = 10


@dataclass(frozen=True)
class PanelLine:
    """One record: its address, and its cells, the first of which is the link."""

    url: str
    cells: Sequence[str | SafeString]


@dataclass(frozen=True)
class Button:
    """Something to do from here."""

    url: str
    text: Words


@dataclass(frozen=True)
class Panel:
    """A titled list. `total` counts all there are; `all_url` lists them. `html`: instead of lines."""

    title: str
    columns: Sequence[str] = ()
    lines: Sequence[PanelLine] = ()
    total: int | None = None
    all_url: str = ""
    buttons: Sequence[Button] = field(default_factory=tuple)
    empty: str = ""
    html: SafeString | str = ""

    @property
    def has_more(self) -> bool:
        return self.total is not None and self.total > len(self.lines)


def change_url(row: models.Model) -> str:
    """The page of a record."""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def list_url(model: type[models.Model], **filters: Any) -> str:
    """The list of a table, filtered."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{address}?{query}" if query else address


def listed(
    title: str,
    rows: models.QuerySet[Any],
    columns: Sequence[str],
    cells: Callable[[Any], Sequence[str]],
    *,
    all_url: str = "",
    buttons: Iterable[Button] = (),
) -> Panel:
    """A panel of the first rows of a queryset, and how many there are. Two queries."""
    shown = list(rows[: LIMIT + 1])
    total = rows.count() if len(shown) > LIMIT else len(shown)
    return Panel(
        title=title,
        columns=columns,
        lines=[
            PanelLine(
                change_url(row),
                [cell if isinstance(cell, SafeString) else str(cell) for cell in cells(row)],
            )
            for row in shown[:LIMIT]
        ],
        total=total,
        all_url=all_url,
        buttons=tuple(buttons),
        empty=_("None yet."),
    )


def listed_measurements(rows: models.QuerySet[Any], **options: Any) -> Panel:
    """A panel of the figures of a series, with their sources. options: as of `listed`."""
    return listed(
        _("Measurements"),
        rows.select_related("source", *RELATED[Measurement]),
        (_("As of"), _("Figure"), _("State"), _("Source")),
        lambda row: (
            written(row.as_of),
            measured_words(row),
            state_mark(row),
            label_of(row.source),
        ),
        **options,
    )


def listed_milestones(rows: models.QuerySet[Any], **options: Any) -> Panel:
    """A panel of milestones by name and kind. options: as of `listed`."""
    return listed(
        _("Milestones"),
        rows,
        (_("Milestone"), _("Kind")),
        lambda row: (str(row), row.get_kind_display()),
        **options,
    )


def listed_replies(rows: models.QuerySet[Any], **options: Any) -> Panel:
    """A panel of what responsible bodies replied. options: as of `listed`."""
    return listed(
        _("Replies"),
        rows.select_related("organisation"),
        (_("Organisation"), _("Date"), _("State")),
        lambda row: (str(row.organisation), written(row.date), state_mark(row)),
        **options,
    )


def listed_targets(title: str, rows: models.QuerySet[Any], **options: Any) -> Panel:
    """A panel of targets with what was announced last of each. options: as of `listed`."""

    def cells(row: Any) -> Sequence[str]:
        said = row.announcements[0] if row.announcements else None
        return (
            label_of(row.series),
            figure_words(row.series, said) if said else "",
            written(said.due) if said else "",
        )

    return listed(
        title,
        with_announcements(rows.select_related(*RELATED[Target])),
        (_("What is promised"), _("Value"), _("Due date")),
        cells,
        **options,
    )
