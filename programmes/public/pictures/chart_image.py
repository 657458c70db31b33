"""The charts as images of their own, for a report or a slide."""

import re
from collections.abc import Iterable

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.links import links_for
from programmes.public.page_request import PageRequest
from programmes.public.pages import found, public_page
from programmes.public.pictures.charts import trajectory_chart
from programmes.public.pictures.images import MARGIN, picture, placed, width_of, wrapped_lines
from programmes.public.pictures.time_charts import history_chart, lane_chart
from programmes.selectors.pages.programmes import programme_page
from programmes.selectors.pages.targets import target_page
from programmes.selectors.promises.status_history import read_status_history, targets_of
from programmes.selectors.wording.texts import isolated
from programmes.type_names import certain

DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
WIDTH, NARROW = 1040, 640
TOP, LINE, TITLE, SAID, SMALL = 42, 30, 22, 15, 13
LANE, NAME, NOTE = 32, 250, 230
# How wide the signs of a key are, how far from their words, and how high its lines.
LANE_SIGN, SWATCH, KEY_GAP, KEY_LINE = 30, 16, 8, 30
# An image holds its styles itself; nothing else of it can run.
styled = csp_replace({"style-src": ["'unsafe-inline'"]})


@styled
@public_page
def chart(request: HttpRequest, asked: PageRequest, code: str, kind: str) -> HttpResponse:
    """The chart of a target as on its page."""
    page = found(target_page(code, asked.on, known=asked.known))
    drawn = found(trajectory_chart(page.trajectory))
    html = render_to_string(
        "charts/_trajectory.html",
        {
            "chart": drawn,
            "line": page.line,
            "sentence": page.sentence,
        },
    )
    taken_back: list[str] = []
    for one in page.line.withdrawals:
        first, *others = map(isolated, wrapped_lines(one.reason.plain, SMALL, NARROW - 4 * MARGIN))
        taken_back += [f"{capfirst(one.mark)}.", f"{_('Reason:')} {first}", *others]
    titles = wrapped_lines(page.line.label.text, TITLE, NARROW - 2 * MARGIN)
    said = f"{_('Promised:')} {page.line.target} {page.line.by}".strip()
    if page.line.value:
        said = f"{page.line.value} {page.line.value_date} · {said}"
    lines = wrapped_lines(said, SAID, NARROW - 2 * MARGIN)
    below = TOP + LINE * len(titles) + 22 * len(lines)
    foot = below + 405 + 20 * len(taken_back)
    context = {
        "width": NARROW,
        "height": foot + 56,
        "titles": placed(titles, TOP, LINE),
        "said": placed(lines, TOP + LINE * len(titles), 22),
        "drawing": mark_safe(certain(DRAWING.search(html))[1]),
        "below": below,
        "withdrawals": placed(taken_back, below + 400, 20),
        "foot": foot,
    }
    address = links_for(asked.query).to("target", code)
    return picture(request, asked, kind, "public/chart.svg", context, page=address)


def _key_of(
    signs: Iterable[tuple[str, str]], top: int, wide: int
) -> tuple[list[tuple[int, int, int, str, str]], int]:
    """Where each sign of the key begins, its words begin (in Arabic: end at the right), and how far down; its name
    and words; in lines as wide as the picture. And where these end."""
    found, x, y = [], MARGIN, top
    for name, words in signs:
        room = wide + KEY_GAP + int(width_of(words, SMALL))
        if x > MARGIN and x + room > WIDTH - MARGIN:
            x, y = MARGIN, y + KEY_LINE
        sign, text = x, x + wide + KEY_GAP
        if get_language_bidi():
            sign, text = WIDTH - x - wide, WIDTH - text
        found.append((sign, text, y, name, words))
        x += room + MARGIN // 2
    return found, y + KEY_LINE


@styled
@public_page
def lanes_image(request: HttpRequest, asked: PageRequest, code: str, kind: str) -> HttpResponse:
    """The centres of a programme over time."""
    page = found(programme_page(code, asked.on, known=asked.known))
    drawn = found(lane_chart(page.timelines, asked.on, page.counted))
    titles = wrapped_lines(f"{page.line.name.text} – {drawn.title}", TITLE, WIDTH - 2 * MARGIN)
    head = TOP + LINE * len(titles)
    first = head + drawn.top
    foot = first + LANE * len(drawn.lanes)
    key, below = _key_of(drawn.key, foot + KEY_LINE, LANE_SIGN)
    context = {
        "width": WIDTH,
        "height": below + 66,
        "titles": placed(titles, TOP, LINE),
        "chart": drawn,
        "key": key,
        "below": below,
        "rows": [(first + place * LANE + 2, one) for place, one in enumerate(drawn.lanes)],
        "head": head,
        "tall": foot - head,
        "foot": foot,
        "drawing_width": WIDTH - NAME - NOTE,
        "name_end": NAME - 14,
        "drawing_start": NAME,
        "note_start": WIDTH - NOTE + 14,
    }
    address = links_for(asked.query).to("programme", code)
    return picture(request, asked, kind, "public/lanes.svg", context, page=address)


@styled
@public_page
def history_image(
    request: HttpRequest, asked: PageRequest, kind: str, page: str = "", code: str = ""
) -> HttpResponse:
    """What became of promises by quarter: of all, of a programme, or of a territory."""
    name, targets = found(targets_of(page, code, known=asked.known)) if page else ("", None)
    drawn = found(history_chart(read_status_history(targets, asked.on, known=asked.known)))
    title = f"{name} – {drawn.history.title}" if name else drawn.history.title
    titles = wrapped_lines(title, TITLE, WIDTH - 2 * MARGIN)
    head = TOP + LINE * len(titles)
    key, below = _key_of(drawn.history.legend, head + drawn.height + KEY_LINE, SWATCH)
    context = {
        "width": WIDTH,
        "height": below + 66,
        "titles": placed(titles, TOP, LINE),
        "chart": drawn,
        "head": head,
        "below": below,
        "drawing_width": WIDTH - 2 * MARGIN,
        "key": key,
    }
    address = links_for(asked.query).to(f"{page}_history" if page else "history", code)
    return picture(request, asked, kind, "public/history.svg", context, page=address)
