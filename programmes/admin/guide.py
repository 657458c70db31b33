"""The staff guide inside the site, in the reader's language, and the chapter that each page is about.

Its text is that of docs/, where it can be read without the site too.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from programmes import languages

FOLDER = settings.BASE_DIR / "docs"
# The chapters by what they are called in addresses, in the order in which each language has them.
CHAPTERS = (
    "signing-in",
    "roles",
    "finding",
    "set-up",
    "target",
    "month",
    "figure",
    "returned",
    "publishing",
    "changing",
    "correcting",
    "files",
    "site",
    "dates",
)
# Of the pages beside forms, by the name of their address, what chapter they are about; of forms, by their table.
PAGES = {
    "entry": "month",
    "calendar": "month",
    "review_desk": "publishing",
    "review_record": "publishing",
    "set_up": "set-up",
    "set_up_new": "set-up",
    "set_up_resume": "set-up",
    "set_up_step": "set-up",
    "workbooks": "files",
}
TABLES = {
    "programme": "set-up",
    "participation": "set-up",
    "stage": "set-up",
    "centre": "set-up",
    "agreement": "set-up",
    "signature": "set-up",
    "milestone": "set-up",
    "target": "target",
    "targetrevision": "target",
    "waypoint": "target",
    "series": "target",
    "indicator": "target",
    "measurement": "figure",
    "measurementshare": "figure",
    "milestonestatement": "figure",
    "reply": "figure",
    "amendment": "changing",
    "bulkreview": "publishing",
    "reviewevent": "publishing",
    "importjob": "files",
    "site": "site",
    "user": "roles",
    "assignment": "roles",
    "group": "roles",
}


def chapter_of(name: str) -> str:
    """The chapter that a page of the staff's site is about, by the name of its address; empty: the whole guide."""
    if name in PAGES:
        return PAGES[name]
    _app, _mark, rest = name.partition("_")
    table, _mark, step = rest.partition("_")
    if step in ("import", "export"):
        return "files"
    return TABLES.get(table, "finding") if step else ""


def guide_link(request: HttpRequest) -> str:
    """The address of the guide, at the chapter of a page."""
    found = request.resolver_match
    chapter = chapter_of(found.url_name or "") if found else ""
    return reverse("admin:guide") + (f"#{chapter}" if chapter else "")


def guide_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The whole guide on one page."""
    language = get_language() or settings.LANGUAGE_CODE
    text, chapters = _read_guide(language)
    return TemplateResponse(
        request,
        "admin/programmes/guide.html",
        {**context, "title": _("Guide"), "text": text, "chapters": chapters},
    )


@cache
def _read_guide(language: str) -> tuple[SafeString, list[tuple[str, str]]]:
    """The guide of a language as HTML without its title, and its chapters: name in addresses, heading.

    A language that has none yet reads that of the site's first language.
    """
    file = FOLDER / f"staff-guide.{language}.md"
    if not file.exists():
        file = FOLDER / f"staff-guide.{settings.LANGUAGE_CODE}.md"
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = reader.parse(file.read_text(encoding="utf-8"))
    start = next(at for at, token in enumerate(tokens) if token.type == "heading_close") + 1
    found: list[Any] = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            token.attrSet("id", CHAPTERS[len(found)])
            found.append((CHAPTERS[len(found)], tokens[at + 1].content))
        for inner in token.children or ():
            _point(inner)
    # what surrounds the whole text sets its direction, which the page does already
    body = [token for token in tokens[start:] if token.type != "html_block"]
    # the text is the project's own
    return mark_safe(reader.renderer.render(body, reader.options, {})), found


def _point(token: Token) -> None:
    """Links to other languages lead to this page in them, pictures to where they are served."""
    if token.type == "image":
        name = str(token.attrGet("src")).removeprefix("images/")
        token.attrSet("src", static(f"guide/{name}"))
    elif token.type == "link_open":
        for code in languages.CODES:
            if token.attrGet("href") == f"staff-guide.{code}.md":
                with translation.override(code):
                    token.attrSet("href", reverse("admin:guide"))
