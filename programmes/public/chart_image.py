"""The chart of a target as an image of its own, for a report or a slide."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.asked import Asked
from programmes.public.charts import trajectory_chart
from programmes.public.embeds import short
from programmes.public.pages import found, public_page
from programmes.selectors.formats import language
from programmes.selectors.targets import target_page

UNWRITABLE = re.compile("[^\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
PAPER, INK, EDGE, ACCENT = "#fff", "#17191b", "#8a8d88", "#0b5c3b"
DASHED = f'stroke="{EDGE}" stroke-width="1.25" stroke-dasharray="4 3"'
HALO = f'paint-order="stroke" stroke="{PAPER}" stroke-width="4" stroke-linejoin="round"'
DOTTED = 'stroke-dasharray=".1 5" stroke-linecap="round"'
# What the stylesheet says of the parts of a chart, as attributes.
CHART = {
    "chart__grid": 'stroke="#d9d9d1"',
    "chart__tick": f'stroke="{EDGE}"',
    "chart__step": 'text-anchor="end" fill="#54585c"',
    "chart__year": 'text-anchor="middle" fill="#54585c"',
    "chart__measured": f'fill="none" stroke="{ACCENT}" stroke-width="2.5" stroke-linejoin="round"',
    "chart__dot": f'fill="{ACCENT}" stroke="{PAPER}" stroke-width="1.5"',
    "chart__value": f'text-anchor="middle" font-weight="700" fill="{INK}" {HALO}',
    "chart__corner": f'fill="{PAPER}" stroke="{INK}" stroke-width="1.25"',
    "chart__corner-value": f'text-anchor="middle" fill="#54585c" {HALO}',
    "chart__corner-value chart__ahead-value": f'text-anchor="end" fill="#54585c" {HALO}',
    "chart__ahead": f'fill="none" stroke="{ACCENT}" stroke-width="2" {DOTTED}',
    "chart__promise chart__promise--present": f'fill="none" stroke="{INK}" stroke-width="1.25"',
    "chart__pole chart__pole--present": f'stroke="{INK}" stroke-width="1.25"',
    "chart__goal chart__goal--present": f'fill="{INK}"',
    "chart__flag chart__flag--present": f'font-weight="600" fill="{INK}" {HALO}',
    "chart__promise chart__promise--original": f'fill="none" {DASHED}',
    "chart__pole chart__pole--original": DASHED,
    "chart__goal chart__goal--original": f'fill="{PAPER}" stroke="{EDGE}" stroke-width="1.5"',
    "chart__flag chart__flag--original": f'fill="#54585c" {HALO}',
}


@public_page
def chart(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """The chart of a target as a static SVG image, as on its page."""
    page = found(target_page(code, asked.on))
    drawn = found(trajectory_chart(page.trajectory))
    html = render_to_string(
        "charts/_trajectory.html",
        {"chart": drawn, "line": page.line, "is_rtl": get_language_bidi()},
    )
    credit = _("%(site)s, %(day)s") % {"site": _("Training programmes tracker"), "day": asked.words}
    image = render_to_string(
        "public/chart.svg",
        {
            "label": short(page.line.label.text),
            "drawing": mark_safe(DRAWING.search(html)[1]),
            "credit": credit,
            "address": settings.SITE_URL + request.path.removesuffix("chart.svg"),
            "language": language(),
            "is_rtl": get_language_bidi(),
        },
    )
    for name, attributes in CHART.items():
        image = image.replace(f'class="{name}"', attributes)
    return HttpResponse(UNWRITABLE.sub("", image), content_type="image/svg+xml")
