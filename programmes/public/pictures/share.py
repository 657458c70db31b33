"""Pictures of pages for where they are shared: one for links (1200 × 630), one for messages (1080 × 1080)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.links import links_for
from programmes.public.page_request import PageRequest
from programmes.public.pages import NotFoundError, found, public_page
from programmes.public.pictures.images import PNG, picture, placed, width_of, wrapped_lines
from programmes.selectors.pages.share_cards import ShareCard, record_card, site_card
from programmes.selectors.pages.targets import promise_of
from programmes.selectors.promises.own_targets import OWNERS
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import TrackRecord


@dataclass(frozen=True, slots=True)
class Shape:
    """The measures of a picture. figures: the sizes of a figure, the first that fits is taken.

    titles: how many lines a title may have. status, figure, bar: how far below the title they stand.
    """

    width: int
    height: int
    margin: int
    titles: int
    figures: tuple[int, ...]
    status: int
    figure: int
    bar: int

    @property
    def inside(self) -> int:
        """The room between the margins."""
        return self.width - 2 * self.margin

    @property
    def foot(self) -> int:
        """Where the line of the site stands."""
        return self.height - self.margin // 2

    def rows(self, texts: Sequence[str], top: int) -> dict[str, object]:
        """Texts with their heights, the most important first, and the size of their letters.

        Where not all of them have room above the foot, the letters are smaller; what still has none is left out.
        """
        found: list[str] = []
        for size, step in SMALL:
            wrapped = [wrapped_lines(text, size, self.inside) for text in texts]
            most, found = (self.foot - 40 - top) // step + 1, []
            for lines in wrapped:
                if len(found) + len(lines) <= most:
                    found += lines
            if len(found) == sum(map(len, wrapped)):
                break
        return {"small": placed(found, top, step), "small_size": size}


SHAPES = {
    "link": Shape(1200, 630, 64, 2, (104, 84, 56, 42), status=52, figure=160, bar=40),
    "message": Shape(1080, 1080, 72, 4, (160, 120, 84, 56, 42), status=76, figure=230, bar=70),
}
TITLE, LINE, LEGEND, PROMISED = 42, 54, 28, 36
# Sizes of the letters below, with how far their lines stand apart.
SMALL = ((28, 40), (24, 32))
BAR = 80
PAGES = ("target", *OWNERS)


@public_page
def share_site(request: HttpRequest, asked: PageRequest, shape: str) -> HttpResponse:
    """The picture of home and of every page without one of its own."""
    return _card(request, asked, shape, site_card(asked.on, known=asked.known), "home", "")


@public_page
def share(
    request: HttpRequest, asked: PageRequest, page: str, code: str, shape: str
) -> HttpResponse:
    """The picture of one record."""
    if page == "target":
        line, _sentence = found(promise_of(code, asked.on, known=asked.known))
        card = ShareCard(line.label, "", line=line, marks=line.marks)
    else:
        card = found(record_card(page, code, asked.on, known=asked.known))
    return _card(request, asked, shape, card, page, code)


def _card(
    request: HttpRequest, asked: PageRequest, shape: str, card: ShareCard, page: str, code: str
) -> HttpResponse:
    if shape not in SHAPES:
        raise NotFoundError
    form = SHAPES[shape]
    titles = wrapped_lines(card.title.text, TITLE, form.inside, form.titles)
    top = form.margin + 20 + TITLE
    below = top + LINE * (len(titles) - 1)
    is_rtl = get_language_bidi()
    context = {
        "card": card,
        "width": form.width,
        "height": form.height,
        "titles": placed(titles, top, LINE),
        "side": form.width - form.margin if is_rtl else form.margin,
        "other_side": form.margin if is_rtl else form.width - form.margin,
        "other_anchor": "start" if is_rtl else "end",
        "foot": form.foot,
    }
    if card.line:
        context |= _of_line(card, card.line, form, below)
    elif card.record:
        context |= _of_record(card, card.record, form, below, is_rtl=is_rtl)
    address = links_for(asked.query).to(page, code)
    return picture(request, asked, PNG, "public/share.svg", context, page=address, zoom=1)


def _of_line(card: ShareCard, line: PromiseLine, form: Shape, below: int) -> dict[str, object]:
    promised = f"{_('Promised:')} {line.target} {line.by}".strip() if line.target else ""
    said = wrapped_lines(promised, PROMISED, form.inside, 2)
    small = [f"{_('Promise moved:')} {line.move.words}"] if line.move else []
    small += [capfirst(one) for one in card.marks]
    if line.original_status:
        small.append(f"{_('As first promised:')} {line.original_status.words}")
    if line.last_known:
        small.append(_("Last known: %(known)s") % {"known": line.last_known})
    if line.due and line.is_urgent:
        small.append(line.due)
    figure = line.value or _("No figure published")
    room = form.inside - (width_of(line.value_date, 30) + 40 if line.value_date else 0)
    start = below + form.figure
    return {
        "figure": figure,
        "figure_size": next(
            (one for one in form.figures if width_of(figure, one) <= room), form.figures[-1]
        ),
        "dated": line.value_date,
        "figure_y": start,
        "said": placed(said, start + 60, 46),
        **form.rows(small, start + 60 + 46 * len(said)),
        "status": line.status,
        "status_y": below + form.status,
    }


def _of_record(
    card: ShareCard, record: TrackRecord, form: Shape, below: int, *, is_rtl: bool
) -> dict[str, object]:
    blocks, at = [], float(form.margin)
    for one in record.groups:
        share = form.inside * one.count / record.total
        blocks.append((round(form.width - at - share if is_rtl else at, 1), round(share, 1), one))
        at += share
    legend, x, y = [], form.margin, below + form.bar + BAR + 34
    for one in record.groups:
        long = 38 + math.ceil(width_of(f"{one.words} {one.count}", LEGEND))
        if x > form.margin and x + long > form.width - form.margin:
            x, y = form.margin, y + 44
        legend.append((form.width - x - 26 if is_rtl else x, y, one))
        x += long + 22
    small = [capfirst(one) for one in card.marks]
    if record.moved:
        words = f"{_('Promises that were moved:')} {record.moved}"
        if record.moved_late:
            late = _("%(late)s of them after the due date") % {"late": record.moved_late}
            words = f"{words}{_(', ')}{late}"
        small.append(words)
    if record.first_missed:
        words = _("Missed or without a result at the date first promised:")
        small.append(f"{words} {record.first_missed}")
    return {
        "blocks": blocks,
        "bar_y": below + form.bar,
        "bar": BAR,
        "legend": legend,
        **form.rows(small, y + 70),
    }
