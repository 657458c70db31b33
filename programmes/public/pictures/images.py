"""Pictures as files: the drawings of the pages with their styles inside, as SVG, and as PNG made of it."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import resvg_py
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.page_request import PageRequest
from programmes.public.pages import NotFoundError
from programmes.selectors.wording.formats import language
from programmes.selectors.wording.site import site_name
from programmes.selectors.wording.texts import for_xml

SVG, PNG = "svg", "png"
TYPES = {SVG: "image/svg+xml", PNG: "image/png"}
MARGIN = 24
# For what a slide or a printed page shows of it.
ZOOM = 2
STYLES = settings.BASE_DIR / "programmes" / "static" / "programmes"
TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
USED = re.compile(r"var\((--[\w-]+)\)")
# Found on servers and on readers' machines alike; letters that one has not are taken from the next.
FONTS = "'Noto Sans', 'Noto Sans Arabic', 'Segoe UI', 'DejaVu Sans', sans-serif"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Where a line may end: not at the space of a number.
SPACES = re.compile(r"[ \t\r\n]+")
# How wide signs are, in ems: of the widest font of those named, in its bold letters. Other signs are SIGN wide.
SIGN = 0.72
WIDTHS = {
    sign: width
    for signs, width in (
        ("\u202f\u2066\u2067\u2068\u2069\u200e\u200f", 0.2),
        ("iîïjlIJ'!|.,:;·’ \u00a0()[]/اأإآـ،؛", 0.4),
        ("tfr-–sczءدذرزوةهجحخعغ", 0.58),
        ("ABDGHNOQUVKRXwœCEÉÈP&+→←%", 0.86),
        ("mMW@—…", 1.08),
        ("سشصض", 0.95),
    )
    for sign in signs
}


def width_of(text: str, size: float) -> float:
    """The room that a text takes at most, in the units of the drawing."""
    return size * sum(WIDTHS.get(sign, SIGN) for sign in text)


def wrapped_lines(text: str, size: float, width: float, most: int = 99) -> list[str]:
    """A text in lines that fit a width, in the units of the drawing; a sign ends the last where more would follow."""
    lines = [""]
    for word in SPACES.split(text.strip()):
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        # a word longer than a line is broken
        for sign in word:
            if width_of(lines[-1] + sign, size) > width:
                lines.append("")
            lines[-1] += sign
    if len(lines) > most:
        last = lines[most - 1]
        while width_of(f"{last}…", size) > width:
            last = last[:-1].rstrip()
        lines[most - 1 :] = [f"{last}…"]
    return lines


def placed(lines: Iterable[str], top: int, step: int) -> list[tuple[int, str]]:
    """Lines with their heights, one under another."""
    return [(top + step * place, line) for place, line in enumerate(lines)]


def picture(
    request: HttpRequest,
    asked: PageRequest,
    kind: str,
    template: str,
    context: dict[str, Any],
    *,
    page: str,
    zoom: float = ZOOM,
) -> HttpResponse:
    """A drawing with its source line inside: the site, the day, and the address of the page that it is of.

    Raises:
        NotFoundError: a kind other than SVG and PNG.
    """
    if kind not in TYPES:
        raise NotFoundError
    width = context["width"]
    address, _mark, question = page.partition("?")
    is_rtl = get_language_bidi()
    image = render_to_string(
        template,
        {
            "side": width - MARGIN if is_rtl else MARGIN,
            "side_anchor": "end" if is_rtl else "start",
            "left": MARGIN,
            "right": width - MARGIN,
            "style": image_style(),
            "language": language(),
            "is_rtl": is_rtl,
            "credit": _("%(site)s, %(day)s") % {"site": site_name(), "day": asked.dated},
            "address": f"{settings.SITE_URL}{address}",
            "question": f"?{question}" if question else "",
            **context,
        },
    )
    drawing = for_xml(image)
    content = drawing if kind == SVG else rendered(drawing, zoom)
    return HttpResponse(content, content_type=TYPES[kind])


def rendered(image: str, zoom: float = 1) -> bytes:
    """A PNG of an SVG."""
    return bytes(resvg_py.svg_to_bytes(svg_string=image, zoom=zoom))


@cache
def image_style() -> SafeString:
    """What the pages say of drawings, with the colours of the light theme in place of their names."""
    tokens = (STYLES / "tokens.css").read_text("utf-8").partition("@media")[0]
    values = dict(TOKEN.findall(tokens)) | {"--font": FONTS}
    sheet = (STYLES / "public.css").read_text("utf-8")
    rules = COMMENT.sub("", sheet[sheet.index("/* Drawings.") : sheet.index("/* End of drawings")])
    drawn = "\n".join(line for line in rules.splitlines() if not line.startswith("@"))
    return mark_safe(USED.sub(lambda found: values.get(found[1], "inherit"), drawn))
