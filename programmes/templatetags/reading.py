"""How lines become HTML: languages marked, mixed directions kept apart, shapes, sources and addresses. No queries."""

import re
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.public.links import Links
from programmes.selectors.formats import remembered
from programmes.selectors.sources import SourceLine
from programmes.selectors.texts import Text

register = template.Library()

# In Arabic text a percentage or a range of years would otherwise be set apart and turned round.
NUMBERS = re.compile(r"\d[\d.,]*%|\d{4}-\d{4}|\d+/\d+")
FIGURE = re.compile(r"-?\d([\d.,\u202f\u00a0]*\d)?(\u00a0?%)?")
ARABIC = re.compile(r"[\u0600-\u06ff]")
RTL = ("ar",)


@register.filter
def marked(text: Text) -> SafeString:
    """A record's text; where it is not in the language of the page, its language and direction are said."""
    if not text:
        return mark_safe("")
    if not text.lang:
        return conditional_escape(text.text)
    direction = "rtl" if text.lang in RTL else "ltr"
    return format_html('<span lang="{}" dir="{}">{}</span>', text.lang, direction, text.text)


@register.filter
def bidi(text: Any) -> SafeString:
    """Generated words; in Arabic, percentages and ranges keep their own direction."""
    escaped = conditional_escape(text)
    if not get_language_bidi():
        return escaped
    return mark_safe(NUMBERS.sub(r"<bdi>\g<0></bdi>", escaped))


@register.filter
def headline(text: str) -> SafeString:
    """A large figure: the number stands out, its qualifier and unit stay small."""
    if not (found := FIGURE.search(text)):
        return bidi(text)
    before, figure, after = text[: found.start()], found[0], text[found.end() :]
    return format_html(
        "{}<span>{}</span>{}",
        format_html("<small>{}</small>", before) if before else "",
        bidi(figure),
        format_html("<small>{}</small>", after) if after else "",
    )


@register.filter
def shape(line: Any) -> SafeString:
    """The drawn shape of a status or state. Words always follow it, so it is hidden from screen readers."""
    code = getattr(line, "code", line)
    return format_html(
        '<svg class="shape is-{}" aria-hidden="true"><use href="#s-{}"></use></svg>', code, code
    )


@register.filter
@remembered
def cited(source: SourceLine) -> SafeString:
    """A source by its publisher and date, with its address."""
    words = _label(source)
    if source.url:
        words = format_html('<a href="{}" rel="external">{}</a>', source.url, words)
    return format_html("<cite>{}</cite>", words)


def _label(source: SourceLine) -> SafeString:
    """Where a name is not of the page's direction, it is set apart from the date that follows it."""
    if get_language_bidi() == bool(ARABIC.search(source.publisher)):
        return bidi(source.label)
    name = format_html("<bdi>{}</bdi>", source.publisher)
    words = conditional_escape(_("%(publisher)s, %(date)s"))
    return mark_safe(words % {"publisher": name, "date": bidi(source.date)})


@register.filter
def cell(value: Any) -> str:
    """What a table prints for a missing value."""
    return value or "–"


@register.simple_tag
def address(links: Links, page: str, code: str = "", second: str = "") -> str:
    """The address of a page in the reader's language, on the day asked for."""
    return links.to(page, code, second)
