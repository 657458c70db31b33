"""What a page says of itself to machines (JSON-LD, schema.org). A block of data, which no browser runs."""

import json
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from programmes.public.links import Links
from programmes.public.page_request import PageRequest
from programmes.selectors.lines.kept_since import kept_since
from programmes.selectors.pages.targets import TargetPage
from programmes.selectors.wording.formats import language
from programmes.selectors.wording.site import SiteWords, site_words
from programmes.spreadsheets.sending.exporting import FORMATS

# Inside a script element nothing is escaped as HTML: these signs could end it.
UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def about_site() -> SafeString:
    """The site, and where it is searched."""
    who = site_words()
    home, search = (Links(language()).to(page) for page in ("home", "search"))
    return _block(
        {
            "@type": "WebSite",
            "name": who.name.text,
            **publisher(who),
            "url": settings.SITE_URL + home,
            "inLanguage": language(),
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{settings.SITE_URL}{search}?q={{q}}",
                "query-input": "required name=q",
            },
        }
    )


def about_data(links: Links, asked: PageRequest) -> SafeString:
    """All the data as one set: who publishes it, under which licence, since when and as of when."""
    who, since = site_words(), kept_since()
    files = [
        *(
            (content_type.partition(";")[0], links.to("table_file", "promises", kind))
            for kind, content_type in FORMATS.items()
        ),
        ("application/zip", links.to("package")),
    ]
    data: dict[str, Any] = {
        "@type": "Dataset",
        "name": who.name.text,
        "description": _("What was promised, where it stands, who says so, as of when."),
        "url": settings.SITE_URL + links.to("data"),
        "inLanguage": language(),
        "isAccessibleForFree": True,
        "temporalCoverage": f"../{asked.on.isoformat()}",
        **publisher(who),
        **licence(who),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": settings.SITE_URL + address,
            }
            for kind, address in files
        ],
    }
    if who.country_name:
        data["spatialCoverage"] = who.country_name.text
    if since is not None:
        data["datePublished"] = timezone.localdate(since).isoformat()
    if asked.published is not None:
        data["dateModified"] = asked.published.isoformat()
    return _block(data)


def about_target(page: TargetPage, links: Links) -> SafeString:
    """A target as a set of data: what is counted, where, for whom, and the sentence that says where it stands.

    links: of the day and the moment of the page.
    """
    who = site_words()
    data: dict[str, Any] = {
        "@type": "Dataset",
        "name": page.line.label.text,
        "description": page.told,
        "url": settings.SITE_URL + links.to("target", page.line.code),
        "inLanguage": language(),
        "isAccessibleForFree": True,
        "spatialCoverage": page.place.name.text,
        **publisher(who),
        **licence(who),
    }
    data["distribution"] = [
        {
            "@type": "DataDownload",
            "encodingFormat": content_type.partition(";")[0],
            "contentUrl": settings.SITE_URL + links.to("target_file", page.line.code, kind),
        }
        for kind, content_type in FORMATS.items()
    ]
    if page.definition:
        data["measurementTechnique"] = page.definition.text
    if page.responsible:
        data["sourceOrganization"] = {"@type": "Organization", "name": page.responsible.name.text}
    if addresses := [source.url for source in page.sources if source.url]:
        data["isBasedOn"] = addresses
    return _block(data)


def publisher(who: SiteWords) -> dict[str, Any]:
    """Who publishes it; nothing where nobody says so."""
    if not who.publisher:
        return {}
    return {"publisher": {"@type": "Organization", "name": who.publisher.text}}


def licence(who: SiteWords) -> dict[str, Any]:
    """Under which licence: its address, else its name."""
    named = who.licence_address or who.licence
    return {"license": named} if named else {}


def _block(data: dict[str, Any]) -> SafeString:
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return mark_safe(text.translate(UNSAFE))
