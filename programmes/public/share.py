"""Pictures of pages for where they are shared: one for links (1200 × 630), one for messages (1080 × 1080)."""

from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.asked import Asked
from programmes.public.images import PNG, lines_of, picture, placed
from programmes.public.links import links_for
from programmes.public.pages import NotFoundError, found, public_page
from programmes.selectors.pages.share_cards import RECORDS, ShareCard, record_card, site_card
from programmes.selectors.pages.targets import promise_of

# Width, height and margin of each shape.
SHAPES = {"link": (1200, 630, 64), "message": (1080, 1080, 72)}
TITLE, LINE, SMALL = 42, 54, 30
MOST_TITLE = 2
# The size of a figure by the number of its signs.
SIZES = ((6, 120), (9, 84), (24, 56), (999, 42))
WIDE, TALLER = 1000, 1.5
PAGES = ("target", *RECORDS)


@public_page
def share_site(request: HttpRequest, asked: Asked, shape: str) -> HttpResponse:
    """The picture of home and of every page without one of its own."""
    return _card(request, asked, shape, site_card(asked.on, known=asked.known), "home", "")


@public_page
def share(request: HttpRequest, asked: Asked, page: str, code: str, shape: str) -> HttpResponse:
    """The picture of one record."""
    if page == "target":
        line, _sentence = found(promise_of(code, asked.on, known=asked.known))
        card = ShareCard(line.label, "", line=line, marks=line.marks)
    else:
        card = found(record_card(page, code, asked.on, known=asked.known))
    return _card(request, asked, shape, card, page, code)


def _card(
    request: HttpRequest, asked: Asked, shape: str, card: ShareCard, page: str, code: str
) -> HttpResponse:
    if shape not in SHAPES:
        raise NotFoundError
    width, height, margin = SHAPES[shape]
    inside = width - 2 * margin
    titles = lines_of(card.title.text, TITLE, inside)[:MOST_TITLE]
    top = margin + 20 + TITLE
    below = top + LINE * (len(titles) - 1) + (height - 630) // 6
    is_rtl = get_language_bidi()
    context = {
        "card": card,
        "width": width,
        "height": height,
        "margin": margin,
        "inside": inside,
        "titles": placed(titles, top, LINE),
        "below": below,
        "side": width - margin if is_rtl else margin,
        "other_side": margin if is_rtl else width - margin,
        "other_anchor": "start" if is_rtl else "end",
        "foot": height - margin + 4,
    }
    if card.line:
        context |= _of_line(card, inside, below)
    elif card.record:
        context |= _of_record(card, below, is_rtl, width, margin, inside)
    address = links_for(asked.query).to(page, code)
    return picture(request, asked, PNG, "public/share.svg", context, page=address, zoom=1)


def _of_line(card: ShareCard, inside: int, below: int) -> dict[str, object]:
    line = card.line
    promised = f"{_('Promised:')} {line.target} {line.by}".strip() if line.target else ""
    said = lines_of(promised, 38, inside)
    small = [capfirst(one) for one in card.marks]
    if line.move:
        small += lines_of(f"{_('Promise moved:')} {line.move.words}", SMALL, inside)
    if line.known:
        small += lines_of(_("Last known: %(known)s") % {"known": line.known}, SMALL, inside)
    if line.due and line.is_urgent:
        small.append(line.due)
    figure = line.value or _("No figure published")
    start = below + (150 if inside > WIDE else 220)
    return {
        "figure": figure,
        "figure_size": next(size for most, size in SIZES if len(figure) <= most)
        * (1 if inside > WIDE else TALLER),
        "dated": line.value_date,
        "figure_y": start,
        "said": placed(said, start + 66, 48),
        "small": placed(small[:3], start + 66 + 48 * len(said) + 6, 42),
        "status": line.status,
    }


def _of_record(
    card: ShareCard, below: int, is_rtl: bool, width: int, margin: int, inside: int
) -> dict[str, object]:
    record = card.record
    blocks, at = [], float(margin)
    for one in record.groups:
        share = inside * one.count / record.total
        blocks.append((round(width - at - share if is_rtl else at, 1), round(share, 1), one))
        at += share
    legend, x, y = [], margin, below + 220
    for one in record.groups:
        long = 60 + int(len(f"{one.words} {one.count}") * 15.5)
        if x + long > width - margin:
            x, y = margin, y + 46
        legend.append((width - x - 26 if is_rtl else x, y, one))
        x += long
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
        "bar_y": below + 70,
        "legend": legend,
        "small": placed(small, y + 74, 44),
    }
