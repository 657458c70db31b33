"""What other sites may show of a target: a card in a frame, and a badge as an image. Both lead back to its page."""

import re
from functools import cache

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from programmes.public.page_request import PageRequest
from programmes.public.pages import found, public_page, render_page
from programmes.public.pictures.images import placed, wrapped_lines
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.pages.home import home_page
from programmes.selectors.pages.places.territories import promises_beside
from programmes.selectors.pages.share_cards import record_card
from programmes.selectors.pages.targets import promise_of
from programmes.selectors.wording.formats import language
from programmes.selectors.wording.texts import for_xml, isolated

SYMBOL = re.compile(r'<symbol id="s-(\w+)"[^>]*>(.*?)</symbol>', re.DOTALL)
# An image has no stylesheet: what the classes of the shapes say, as attributes.
DRAWN = {
    'class="full"': 'fill="currentColor"',
    'class="ring"': 'fill="none" stroke="currentColor" stroke-width="1.5"',
    'class="ring dotted"': 'fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="2 2.08"',
    'class="cut"': 'fill="none" stroke="#fff" stroke-width="2"',
    'class="hatched"': 'fill="currentColor" fill-opacity=".35"',
}
COLOURS = {
    **dict.fromkeys(
        ("achieved", "achieved_date_not_shown", "achieved_late", "on_track"), "#0b6b41"
    ),
    "behind": "#7d5300",
    "far_behind": "#a23a0c",
    **dict.fromkeys(("missed", "due_date_passed", "abandoned", "withdrawn"), "#96191c"),
    "under_way": "#274b73",
}
MUTE = "#5b6066"
LONGEST = 46
# Sizes of letters, the room between the margins, and from line to line.
LARGE, SMALL, INSIDE, STEP, MOST_LINES = 14, 12, 372, 18, 4


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public_page
def card(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    """The one page that any site may put in a frame. It has no form and no cookie."""
    shown = found(promise_of(code, asked.on, known=asked.known))
    return render_page(request, "public/embed.html", asked, {"line": shown.line})


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public_page
def record_embed(request: HttpRequest, asked: PageRequest, page: str, code: str) -> HttpResponse:
    """What became of the promises of a programme or a territory, for a frame."""
    card = found(record_card(page, code, asked.on, known=asked.known))
    beside = promises_beside(code, asked.on, known=asked.known) if page == "territory" else None
    context = {
        "card": card,
        "record": card.record,
        "beside": beside,
        "page": page,
        "code": code,
    }
    return render_page(request, "public/embed_record.html", asked, context)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public_page
def tiles_embed(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    """The regions, for a frame."""
    page = home_page(asked.on, known=asked.known)
    return render_page(request, "public/embed_tiles.html", asked, {"page": page})


@public_page
def badge(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    """The figure, its date and status as a static SVG image."""
    line, sentence = found(promise_of(code, asked.on, known=asked.known))
    if line.marks:
        promised = capfirst(line.marks[0])
    else:
        promised = _("Promised: %(target)s") % {"target": f"{line.target} {line.by}"}
    labels = _lines(line.label.text, LARGE)
    promises = _lines(promised, LARGE)
    late = []
    if line.original_status:
        late += _lines(f"{_('As first promised:')} {line.original_status.words}", SMALL)
    if line.move:
        late += _lines(line.move.words, SMALL)
    figure_y = 32 + STEP * len(labels)
    status_y = figure_y + 25 + STEP * len(promises)
    source_y = status_y + 22
    late_y = source_y + 21
    image = render_to_string(
        "public/badge.svg",
        {
            "line": line,
            "sentence": sentence,
            "labels": placed(labels, 26, STEP),
            "figure": _short(f"{line.value} {line.value_date}" if line.value else ""),
            "figure_y": figure_y,
            "promises": placed(promises, figure_y + 21, STEP),
            "status_y": status_y,
            "source_y": source_y,
            "late": placed(late, late_y, STEP),
            "height": late_y + STEP * len(late) - 8,
            "none": _("No figure published"),
            "source": f"{_('Reason:')} {isolated(_short(line.withdrawals[0].reason.plain))}"
            if line.withdrawals
            else _apart(line.source)
            if line.source
            else "",
            "drawing": _drawings().get(line.status.code, ""),
            "colour": COLOURS.get(line.status.code, MUTE),
            "language": language(),
            "is_rtl": get_language_bidi(),
        },
    )
    return HttpResponse(for_xml(image), content_type="image/svg+xml")


def _lines(text: str, size: int) -> list[str]:
    """A text in the lines of the badge."""
    return wrapped_lines(text, size, INSIDE, MOST_LINES)


def _apart(source: SourceLine) -> str:
    """A source whose name keeps its own direction beside the date."""
    label = _short(source.label)
    return label.replace(source.publisher, isolated(source.publisher), 1)


def _short(text: str) -> str:
    """A text that fits on a line of the badge."""
    text = text.strip()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


@cache
def _drawings() -> dict[str, SafeString]:
    """The shape of each status, drawn without a stylesheet."""
    found_shapes = {}
    for code, drawing in SYMBOL.findall(render_to_string("public/_shapes.html")):
        for name, attributes in DRAWN.items():
            drawing = drawing.replace(name, attributes)
        found_shapes[code] = mark_safe(drawing)
    return found_shapes
