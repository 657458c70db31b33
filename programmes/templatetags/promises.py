"""Promises in lists, written in one go: a page may hold hundreds, and a template for each is what costs most."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape as html_escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.links import Links
from programmes.selectors.formats import language
from programmes.selectors.promises import PromiseLine
from programmes.templatetags.reading import NUMBERS, cited, marked, shape

register = template.Library()
# Most of what a line says stands on other lines too, and on the next page.
escape = lru_cache(maxsize=8192)(html_escape)


class _Writer:
    """Writes promises in the current language; what does not change from line to line is looked up once."""

    def __init__(self) -> None:
        self.language, self.is_rtl = language(), get_language_bidi()
        self.none, self.last, self.source = (
            escape(_("No figure published")),
            escape(_("Last figure:")),
            escape(_("Source:")),
        )
        self.against = escape(_("against the first announcement"))
        self.sources: dict[str, str] = {}
        self.shapes: dict[str, str] = {}

    def item(self, line: PromiseLine, address: str) -> str:
        by = f' <span class="promise__by">{self.bidi(line.by)}</span>' if line.by else ""
        return (
            f'\n<li class="promise">\n<h3 class="promise__title"><a href="{escape(address)}">'
            f'<span class="promise__figure">{self.bidi(line.target)}</span> '
            f'<span class="promise__label">{self.label(line)}</span></a>{by}</h3>\n'
            f'<p class="promise__status is-{line.status.code}">{self.shape(line.status.code)} '
            f"{escape(line.status.words)}</p>\n{self.fact(line)}\n</li>"
        )

    def fact(self, line: PromiseLine) -> str:
        """What was reported, by whom and when, and what was announced."""
        announced = f"<span>{self.bidi(line.announced)}</span>" if line.announced else ""
        source = f" <span>{self.source} {self.cited(line)}</span>" if line.source else ""
        note = f' <span><span dir="auto">{escape(line.note)}</span></span>' if line.note else ""
        return (
            f"{self.original(line)}{self.reported(line)}"
            f'<p class="promise__notes">{announced}{source}{note}</p>'
        )

    def original(self, line: PromiseLine) -> str:
        status = line.original_status
        if status is None or status.code == line.status.code:
            return ""
        return (
            f'<p class="promise__status promise__status--original is-{status.code}">{self.shape(status.code)} '
            f'<span>{escape(status.words)} <span class="quiet">{self.against}</span></span></p>\n'
        )

    def reported(self, line: PromiseLine) -> str:
        if not line.value:
            return (
                '<p class="promise__fact"><svg class="bar" aria-hidden="true"><rect class="bar__none" width="100%" '
                f'height="100%"/></svg> {self.none}</p>\n'
            )
        last = f"<b>{self.bidi(line.value)}</b> {self.bidi(line.value_date)}"
        if not line.is_current:
            return f'<p class="promise__fact"><span class="promise__last">{self.last} {last}</span></p>\n'
        return f'<p class="promise__fact"><span class="promise__last">{last}</span>{self.bar(line)}</p>\n'

    def bar(self, line: PromiseLine) -> str:
        if not line.percent:
            return ""
        mark = ""
        if line.expected_bar is not None:
            mark = f'<rect class="bar__mark" x="{line.expected_bar}%" width="2" height="100%"/>'
        return (
            ' <svg class="bar" aria-hidden="true"><rect class="bar__rail" width="100%" height="100%"/>'
            f'<rect class="bar__fill is-{line.status.code}" width="{line.bar}%" height="100%"/>{mark}</svg> '
            f"<bdi>{escape(line.percent)}</bdi>"
        )

    def bidi(self, text: str) -> str:
        escaped = escape(text)
        return NUMBERS.sub(r"<bdi>\g<0></bdi>", escaped) if self.is_rtl else escaped

    def label(self, line: PromiseLine) -> str:
        return marked(line.label) if line.label.lang else escape(line.label.text)

    def cited(self, line: PromiseLine) -> str:
        code = line.source.code
        if code not in self.sources:
            self.sources[code] = cited.spoken(self.language, line.source)
        return self.sources[code]

    def shape(self, code: str) -> str:
        if code not in self.shapes:
            self.shapes[code] = shape(code)
        return self.shapes[code]


@register.simple_tag
def promise_list(lines: Iterable[PromiseLine], links: Links) -> SafeString:
    """Promises as a list, each with a link to its page."""
    writer = _Writer()
    items = [writer.item(line, links.to("target", line.code)) for line in lines]
    return mark_safe(f'<ul class="promises">{"".join(items)}\n</ul>')


@register.filter
def fact(line: PromiseLine) -> SafeString:
    """What was reported of one promise, and what was announced."""
    return mark_safe(_Writer().fact(line))
