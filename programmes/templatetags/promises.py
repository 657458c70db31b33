"""Promises in lists, written in one go: a page may hold hundreds, and a template for each is what costs most."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape as html_escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.links import Links
from programmes.selectors.promises.moves import MoveLine
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.wording.formats import language
from programmes.templatetags.reading import NUMBERS, cited, flagged, headline, marked, shape

register = template.Library()
# Most of what a line says stands on other lines too, and on the next page.
escape = lru_cache(maxsize=8192)(html_escape)


def move(line: MoveLine | None, is_rtl: bool) -> str:
    """The move of a promise as a paragraph; empty where it was not moved."""
    if line is None:
        return ""
    arrow = "←" if is_rtl else "→"
    steps = "".join(
        f" <del>{_bidi(one.old, is_rtl)}</del> {arrow} <ins>{_bidi(one.new, is_rtl)}</ins>"
        for one in line.steps
    )
    late = " promise__move--late" if line.after else ""
    what = escape(_("Promise moved:"))
    return (
        f'<p class="promise__move{late}"><b>{what}</b>{steps} '
        f"<span>{_bidi(line.told, is_rtl)}</span></p>\n"
    )


def _bidi(text: str, is_rtl: bool) -> str:
    """As `bidi` of reading.py, escaped once for all lines that say the same."""
    escaped = escape(text)
    return NUMBERS.sub(r"<bdi>\g<0></bdi>", escaped) if is_rtl else escaped


class _Writer:
    """Writes promises in the current language: what was reached before what was promised."""

    def __init__(self) -> None:
        self.is_rtl = get_language_bidi()
        self.none, self.last, self.source = (
            escape(_("No figure published")),
            escape(_("Last figure:")),
            escape(_("Source:")),
        )
        self.against = escape(_("against the first announcement"))
        self.promised_word = escape(_("Promised:"))

    def item(self, line: PromiseLine, address: str) -> str:
        return (
            f'\n<li class="promise">\n<h3 class="promise__title"><a href="{escape(address)}">'
            f'<span class="promise__label">{self.label(line)}</span></a>{flagged(line.marks)}</h3>\n'
            f'<p class="promise__status is-{line.status.code}">{shape(line.status.code)} '
            f"{escape(line.status.words)}</p>\n{self.fact(line)}\n</li>"
        )

    def fact(self, line: PromiseLine) -> str:
        """What was reported, what was promised, how that was moved; by whom and when."""
        return (
            f"{self.reported(line)}{self.promised(line)}{self.moved(line)}{self.last_known(line)}"
            f"{self.original(line)}{self.notes(line)}"
        )

    def notes(self, line: PromiseLine) -> str:
        """When it was announced, unless its move tells it, and where the figure comes from."""
        announced = ""
        if line.announced and line.move is None:
            announced = f"<span>{self.bidi(line.announced)}</span>"
        source = f" <span>{self.source} {cited(line.source)}</span>" if line.source else ""
        note = f" <span>{marked(line.note)}</span>" if line.note else ""
        return f'<p class="promise__notes">{announced}{source}{note}</p>'

    def headline(self, line: PromiseLine) -> str:
        """What was reached, what was promised, how it moved, where that stands; then the sources."""
        status = (
            f'<p class="promise__status is-{line.status.code}">{shape(line.status.code)} '
            f"{escape(line.status.words)}</p>\n"
        )
        return (
            f"{self.reported(line)}{self.promised(line)}{self.moved(line)}{status}{self.original(line)}"
            f"{self.last_known(line)}{self.notes(line)}"
        )

    def promised(self, line: PromiseLine) -> str:
        if not line.target:
            return ""
        by = f' <span class="promise__by">{self.bidi(line.by)}</span>' if line.by else ""
        return (
            f'<p class="promise__promised">{self.promised_word} '
            f'<b class="promise__figure">{self.bidi(line.target)}</b>{by}</p>\n'
        )

    def moved(self, line: PromiseLine) -> str:
        return move(line.move, self.is_rtl)

    def last_known(self, line: PromiseLine) -> str:
        """How far it was when last reported, and how near the due date is."""
        said = []
        if line.last_known:
            said.append(self.bidi(_("Last known: %(known)s") % {"known": line.last_known}))
        if line.due:
            said.append(self.bidi(line.due))
        words = escape(_("; ")).join(said)
        if not words:
            return ""
        bar = ""
        if line.last_bar is not None:
            bar = (
                ' <svg class="bar" aria-hidden="true"><rect class="bar__rail" width="100%" height="100%"/>'
                f'<rect class="bar__old" width="{line.last_bar}%" height="100%"/>{self.clock(line)}</svg>'
            )
        quiet = "" if line.is_urgent else " promise__known--quiet"
        return f'<p class="promise__known{quiet}"><span>{words[:1].upper()}{words[1:]}</span>{bar}</p>\n'

    def clock(self, line: PromiseLine) -> str:
        """The time gone, as a mark on a bar."""
        if line.gone is None:
            return ""
        return f'<rect class="bar__gone" x="{min(line.gone, 99)}%" width="2" height="100%"/>'

    def original(self, line: PromiseLine) -> str:
        status = line.original_status
        if status is None or status.code == line.status.code:
            return ""
        return (
            f'<p class="promise__status promise__status--original is-{status.code}">{shape(status.code)} '
            f'<span>{escape(status.words)} <span class="quiet">{self.against}</span></span></p>\n'
        )

    def reported(self, line: PromiseLine) -> str:
        if not line.value:
            return (
                '<p class="promise__fact"><svg class="bar" aria-hidden="true"><rect class="bar__none" width="100%" '
                f'height="100%"/></svg> {self.none}</p>\n'
            )
        last = f"<b>{headline(line.value)}</b> {self.bidi(line.value_date)}"
        if not line.is_current:
            last = f"<small>{self.last}</small> {last}"
            return f'<p class="promise__fact"><span class="promise__last">{last}</span></p>\n'
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
            f"<bdi>{escape(line.percent)}</bdi>{self.gone(line)}"
        )

    def gone(self, line: PromiseLine) -> str:
        return (
            f' <span class="quiet">({self.bidi(line.time_gone)})</span>' if line.time_gone else ""
        )

    def bidi(self, text: str) -> str:
        return _bidi(text, self.is_rtl)

    def label(self, line: PromiseLine) -> str:
        return marked(line.label) if line.label.lang else escape(line.label.text)


@register.simple_tag
def promise_list(lines: Iterable[PromiseLine], links: Links) -> SafeString:
    """Promises as a list, each with a link to its page."""
    here = language()
    items = [_item(here, line, links.to("target", line.code)) for line in lines]
    return mark_safe(f'<ul class="promises">{"".join(items)}\n</ul>')


@lru_cache(maxsize=8192)
def _item(_language: str, line: PromiseLine, address: str) -> str:
    """One promise. Lists say the same again and again: it is written once for each language by each process."""
    return _Writer().item(line, address)


@register.filter
def moved(line: MoveLine | None) -> SafeString:
    """How far a promise was moved: the old term struck, an arrow, the new one, and by how much."""
    return mark_safe(move(line, get_language_bidi()))


@register.filter
def headline_fact(line: PromiseLine) -> SafeString:
    """The same of a promise that leads a page: the figure first, the status after it."""
    return mark_safe(_Writer().headline(line))


@register.filter
def fact(line: PromiseLine) -> SafeString:
    """What was reported of one promise, and what was announced."""
    return mark_safe(_Writer().fact(line))
