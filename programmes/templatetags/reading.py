"""How lines become HTML: languages marked, mixed directions kept apart, shapes, sources and addresses. No queries."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes import languages
from programmes.public.links import Links, numbered_page
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.pages.places.region_tiles import fill_key
from programmes.selectors.wording import site
from programmes.selectors.wording.texts import Sentence, Text, direction_of

register = template.Library()

# In Arabic text a percentage or a range of years would otherwise be set apart and turned round.
NUMBERS = re.compile(r"[+\u2212]?\d[\d.,]*%|\d{4}-\d{4}|\d+/\d+")
FIGURE = re.compile(r"-?\d([\d.,\u202f\u00a0]*\d)?(\u00a0?%)?")
ARABIC = re.compile(r"[\u0600-\u06ff]")


register.filter(fill_key)


@register.filter
def marked(text: Text) -> SafeString:
    """A record's text; where it is not in the language of the page, its language is said, to machines and in a word."""
    if not text or not text.lang:
        return quoted(text)
    return format_html('{} <span class="tongue">{}</span>', quoted(text), text.word)


@register.filter
def quoted(text: Text) -> SafeString:
    """The words of a source, in its own language: marked, without a word on it."""
    if not text:
        return mark_safe("")
    if not text.lang:
        return conditional_escape(text.text)
    direction = languages.direction(text.lang)
    return format_html('<span lang="{}" dir="{}">{}</span>', text.lang, direction, text.text)


@register.filter
def told(words: str | Text | Sentence) -> SafeString:
    """Generated words; the texts of records in them are marked."""
    if isinstance(words, Text):
        return marked(words)
    if isinstance(words, Sentence):
        return mark_safe(bidi(words.pattern) % {name: told(one) for name, one in words.parts})
    return bidi(words)


@register.filter
def naming(words: str, name: Text) -> SafeString:
    """Generated words that name a record: its name is marked where it first stands."""
    html = bidi(words)
    return mark_safe(html.replace(bidi(name.text), marked(name), 1)) if name.lang else html


@register.filter
def paragraphs(text: Text) -> SafeString:
    """A longer text of a record: a paragraph where a line is left empty."""
    html = mark_safe(linebreaks(text.text, autoescape=True))
    if not text.lang:
        return html
    direction = languages.direction(text.lang)
    return format_html(
        '<p class="tongue">{}</p><div lang="{}" dir="{}">{}</div>',
        text.word,
        text.lang,
        direction,
        html,
    )


@register.filter
def direction(text: Any) -> str:
    """The direction of a line of words and names, for the attribute `dir`."""
    return direction_of(str(text))


@register.filter
def apart(text: Any) -> SafeString:
    """A line of words and names, kept apart from what stands beside it."""
    return format_html('<bdi dir="{}">{}</bdi>', direction(text), text)


@register.filter
def bidi(text: Any) -> SafeString:
    """Generated words; in Arabic, percentages and ranges keep their own direction."""
    escaped = conditional_escape(text)
    if not get_language_bidi():
        return escaped
    return mark_safe(NUMBERS.sub(r"<bdi>\g<0></bdi>", escaped))


@register.filter
def drawn(text: Any) -> str:
    """Generated words in a drawing, which runs from left to right: in Arabic they keep their own direction."""
    words = str(text)
    if not get_language_bidi():
        return words
    # browsers anchor the first sign by itself, and tear a number that comes first apart: a hair space takes its place
    first = "\u200a" if words[:1].isdigit() else ""
    apart = NUMBERS.sub(lambda found: f"\u2066{found[0]}\u2069", words)
    return f"\u2067{first}{apart}\u2069"


@register.filter
def flagged(marks: str | tuple[str, ...]) -> SafeString:
    """That a record is withdrawn, or what it belongs to, beside its name; nothing where it stands."""
    words = [marks] if isinstance(marks, str) else marks
    return format_html_join(
        "", ' <span class="flag">{}</span>', ((bidi(one),) for one in words or () if one)
    )


@register.filter
def flagged_line(marks: tuple[str, ...]) -> SafeString:
    """The same on a line of its own."""
    found = flagged(tuple(map(capfirst, marks)))
    return format_html('<p class="flags">{}</p>\n', found) if found else found


@register.filter
def headline(text: str) -> SafeString:
    """A large figure: the number stands out, its qualifier and unit stay small."""
    if not (found := FIGURE.search(text)):
        return bidi(text)
    before, figure, after = text[: found.start()], found[0], text[found.end() :]
    if not before and not after:
        return bidi(figure)
    return format_html(
        "{}{}{}",
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
def cited(source: SourceLine) -> SafeString:
    """A source by its publisher and date, with its address."""
    words = _label(source)
    if source.url:
        words = format_html('<a href="{}" rel="external">{}</a>', source.url, words)
    if source.change is not None:
        words = format_html(
            '{} <a class="changed" href="#change-{}">{}</a>',
            words,
            source.change,
            _("source changed since"),
        )
    return format_html("<cite>{}</cite>", words)


def _label(source: SourceLine) -> SafeString:
    """Where a name is not of the page's direction, it is set apart from the date that follows it.

    A title that stands for a publisher is in the language of the source, and marked.
    """
    is_title = source.title.lang and source.publisher == source.title.text
    if not is_title and get_language_bidi() == bool(ARABIC.search(source.publisher)):
        return bidi(source.label)
    name = quoted(source.title) if is_title else format_html("<bdi>{}</bdi>", source.publisher)
    words = conditional_escape(_("%(publisher)s, %(date)s"))
    return mark_safe(words % {"publisher": name, "date": bidi(source.date)})


@register.filter
def trend(points: Sequence[tuple[date, float]]) -> str:
    """Figures by date as the corners of a small line, 100 wide and 24 high, from zero; empty for fewer than two."""
    if len(points) < 2 or points[0][0] == points[-1][0]:
        return ""
    first, days = points[0][0], (points[-1][0] - points[0][0]).days
    low, high = min(0.0, *(value for _day, value in points)), max(value for _day, value in points)
    height = (high - low) or 1.0
    return " ".join(
        f"{(day - first).days / days * 100:.1f},{24 - (value - low) / height * 22:.1f}"
        for day, value in points
    )


@register.filter
def cell(value: Any) -> str:
    """What a table prints for a missing value."""
    return value or "–"


@register.simple_tag
def site_name() -> str:
    """The name of the site."""
    return site.site_name()


@register.simple_tag
def address(links: Links, page: str, code: str = "", second: str = "") -> str:
    """The address of a page in the reader's language, on the day asked for."""
    return links.to(page, code, second)


@register.filter
def page_of(address: str, number: int) -> str:
    """The address of one page of a long list."""
    return numbered_page(address, number)
