"""What search engines read: the list of pages, and what they may follow."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from programmes.public.caching import (
    as_taken,
    not_modified,
    packed,
    validator_of,
    with_validator,
)
from programmes.public.links import Links
from programmes.selectors.addresses import MOST, public_codes
from programmes.selectors.presence import public_pairs

PLAIN = (
    "home",
    "programmes",
    "regions",
    "compare",
    "centres",
    "agreements",
    "status",
    "updates",
    "methodology",
    "data",
    "glossary",
    "about",
    "accessibility",
)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, each with its versions in the other languages."""
    validator = validator_of(request)
    if held := not_modified(request, validator):
        return held
    pages: list[tuple[str, ...]] = [(page,) for page in PLAIN]
    pages += public_codes() + [("pair", *codes) for codes in public_pairs()]
    addresses = [
        {lang: settings.SITE_URL + Links(lang).to(*page) for lang in LANGUAGES}
        for page in pages[:MOST]
    ]
    xml = render_to_string("public/sitemap.xml", {"addresses": addresses})
    answer = packed(HttpResponse(xml, content_type="application/xml"))
    return with_validator(as_taken(request, answer), validator)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """All may be read but the staff's pages, and the endless: searches and pages of past days."""
    lines = ["User-agent: *"]
    for lang in LANGUAGES:
        lines += [f"Disallow: /{lang}/{part}/" for part in ("admin", "account", "search")]
    lines += ["Disallow: /*?on=", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
