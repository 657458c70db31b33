"""What a page says of itself to machines (JSON-LD, schema.org). A block of data, which no browser runs."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from programmes.public.links import Links
from programmes.selectors.formats import language
from programmes.selectors.targets import TargetPage
from programmes.spreadsheets.exporting import FORMATS

# Inside a script element nothing is escaped as HTML: these signs could end it.
UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def about_site() -> SafeString:
    """The site, and where it is searched."""
    home, search = (Links(language()).to(page) for page in ("home", "search"))
    return _block(
        {
            "@type": "WebSite",
            "name": _("Training programmes tracker"),
            "url": settings.SITE_URL + home,
            "inLanguage": language(),
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{settings.SITE_URL}{search}?q={{q}}",
                "query-input": "required name=q",
            },
        }
    )


def about_target(page: TargetPage) -> SafeString:
    """A target as a set of data: what is counted, where, for whom, and the sentence that says where it stands."""
    data: dict[str, Any] = {
        "@type": "Dataset",
        "name": page.line.label.text,
        "description": page.line.sentence,
        "url": settings.SITE_URL + Links(language()).to("target", page.line.code),
        "inLanguage": language(),
        "isAccessibleForFree": True,
        "spatialCoverage": page.place.name.text,
    }
    data["distribution"] = [
        {
            "@type": "DataDownload",
            "encodingFormat": content_type.partition(";")[0],
            "contentUrl": settings.SITE_URL
            + Links(language()).to("target_file", page.line.code, kind),
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


def _block(data: dict[str, Any]) -> SafeString:
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return mark_safe(text.translate(UNSAFE))
