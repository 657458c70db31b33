"""What other sites may show of a target: a card in a frame, and a badge as an image. Both lead back to its page."""

import re
from functools import cache

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from programmes.public.asked import Asked
from programmes.public.pages import found, public_page, render_page
from programmes.selectors.formats import language
from programmes.selectors.sources import SourceLine
from programmes.selectors.targets import promise_of

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
    **dict.fromkeys(("achieved", "achieved_late", "on_track"), "#0b6b41"),
    "behind": "#7d5300",
    "far_behind": "#a23a0c",
    **dict.fromkeys(("missed", "abandoned"), "#96191c"),
    "under_way": "#274b73",
}
MUTE = "#5b6066"
LONGEST = 46
UNWRITABLE = re.compile("[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public_page
def card(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """The one page that any site may put in a frame. It has no form and no cookie."""
    line = found(promise_of(code, asked.on))
    return render_page(request, "public/embed.html", asked, {"line": line})


@public_page
def badge(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """The figure, its date and status as a static SVG image."""
    line = found(promise_of(code, asked.on))
    image = render_to_string(
        "public/badge.svg",
        {
            "line": line,
            "label": short(line.label.text),
            "figure": short(f"{line.value} {line.value_date}" if line.value else ""),
            "none": _("No figure published"),
            "target": short(_("Target: %(target)s") % {"target": f"{line.target} {line.by}"}),
            "source": _apart(line.source) if line.source else "",
            "drawing": _drawings().get(line.status.code, ""),
            "colour": COLOURS.get(line.status.code, MUTE),
            "language": language(),
            "is_rtl": get_language_bidi(),
        },
    )
    return HttpResponse(image, content_type="image/svg+xml")


def _apart(source: SourceLine) -> str:
    """A source whose name keeps its own direction beside the date."""
    label = short(source.label)
    return label.replace(source.publisher, f"\u2068{source.publisher}\u2069", 1)


def short(text: str) -> str:
    """A text that fits on a line of an image, without what XML cannot hold."""
    clean = UNWRITABLE.sub("", text).strip()
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1].rstrip()}…"


@cache
def _drawings() -> dict[str, SafeString]:
    """The shape of each status, drawn without a stylesheet."""
    found_shapes = {}
    for code, drawing in SYMBOL.findall(render_to_string("public/_shapes.html")):
        for name, attributes in DRAWN.items():
            drawing = drawing.replace(name, attributes)
        found_shapes[code] = mark_safe(drawing)
    return found_shapes
