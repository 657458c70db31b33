"""What search engines read: the list of pages, and what they may follow."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from programmes.languages import CODES
from programmes.public.caching import (
    as_taken,
    not_modified,
    packed,
    validator_of,
    with_validator,
)
from programmes.public.links import Links
from programmes.public.page_request import CLOCKS
from programmes.selectors.lines.programmes_in_places import regions_with_programmes
from programmes.selectors.pages.addresses import MOST, public_codes

PLAIN = (
    "home",
    "programmes",
    "regions",
    "compare",
    "centres",
    "agreements",
    "status",
    "history",
    "calendar",
    "updates",
    "methodology",
    "data",
    "api",
    "ledger",
    "glossary",
    "about",
    "accessibility",
)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """Every public page, each with its versions in the other languages."""
    validator = validator_of(request)
    if held := not_modified(request, validator):
        return held
    pages: list[tuple[str, ...]] = [(page,) for page in PLAIN]
    pages += public_codes() + [
        ("programme_in_territory", *codes) for codes in regions_with_programmes()
    ]
    addresses = [
        {lang: settings.SITE_URL + Links(lang).to(*page) for lang in CODES} for page in pages[:MOST]
    ]
    xml = render_to_string("public/sitemap.xml", {"addresses": addresses})
    answer = packed(HttpResponse(xml, content_type="application/xml"))
    return with_validator(as_taken(request, answer), validator)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """All may be read but the staff's pages, and the endless: searches, and pages of past days and moments."""
    lines = ["User-agent: *"]
    for lang in CODES:
        home = Links(lang).to("home")
        lines += [f"Disallow: {home}{part}/" for part in ("admin", "account", "search")]
    lines += [
        *(f"Disallow: /*{sign}{clock}=" for clock in CLOCKS for sign in "?&"),
        f"Sitemap: {settings.SITE_URL}{get_script_prefix()}sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
