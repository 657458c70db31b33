"""The entry for catalogues of open data: DCAT-AP, as JSON-LD and as Turtle, from the same statements."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from programmes.languages import CODES
from programmes.public.api.tables import ROOT
from programmes.public.links import Links
from programmes.public.open_data.any_origin import any_origin
from programmes.public.page_request import PageRequest
from programmes.public.pages import NotFoundError, public_page
from programmes.selectors.lines.kept_since import kept_since
from programmes.selectors.wording.site import SiteWords, site_words
from programmes.selectors.wording.texts import Text
from programmes.spreadsheets.sending.exporting import FORMATS
from programmes.spreadsheets.sending.public_files.published import derived_tables

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
MEDIA = "https://www.iana.org/assignments/media-types/"
LANGUAGES = {"fr": "FRA", "ar": "ARA", "en": "ENG"}


class Iri(NamedTuple):
    """Something by its address."""

    address: str


class Literal(NamedTuple):
    """A text, in a language or of a type."""

    text: str
    lang: str = ""
    type: str = ""


# What is said of one thing: its class, then its properties with their values.
Node = dict[str, list[Iri | Literal]]


@any_origin
@public_page
def catalogue(request: HttpRequest, asked: PageRequest, kind: str) -> HttpResponse:
    """The entry, in one of two ways to write it."""
    written: dict[str, tuple[Callable[[dict[str, Node]], str], str]] = {
        "jsonld": (as_json, "application/ld+json"),
        "ttl": (as_turtle, "text/turtle; charset=utf-8"),
    }
    if kind not in written:
        raise NotFoundError
    write, content_type = written[kind]
    return HttpResponse(write(statements(asked)), content_type=content_type)


def statements(asked: PageRequest) -> dict[str, Node]:
    """What is said of the catalogue, its set of data, each file of it, the API and the publisher, by address."""
    links = Links(settings.LANGUAGE_CODE)
    page, service = settings.SITE_URL + links.to("data"), settings.SITE_URL + ROOT
    who, publisher = site_words(), Iri(f"{page}#publisher")
    common: Node = {
        "dct:title": _in_each(lambda: site_words().name),
        "dct:description": _in_each(lambda: _("What was promised, where it stands, who says so, as of when.")),
        "dct:publisher": [publisher],
        "dct:language": [Iri(f"{AUTHORITY}/language/{code}") for spoken, code in LANGUAGES.items() if spoken in CODES],
        **_licence(who),
        **_dates(asked),
    }  # fmt: skip
    files = dict(_files(links, who))
    nodes: dict[str, Node] = {
        f"{page}#catalogue": {
            "a": [Iri("dcat:Catalog")],
            **common,
            "foaf:homepage": [Iri(settings.SITE_URL + links.to("home"))],
            "dcat:dataset": [Iri(f"{page}#dataset")],
            "dcat:service": [Iri(service)],
        },
        f"{page}#dataset": {
            "a": [Iri("dcat:Dataset")],
            **common,
            "dcat:landingPage": [Iri(page)],
            "dcat:theme": [Iri(f"{AUTHORITY}/data-theme/EDUC")],
            "dct:accrualPeriodicity": [Iri(f"{AUTHORITY}/frequency/IRREG")],
            "dcat:distribution": [Iri(address) for address in files],
        },
        **files,
        service: {
            "a": [Iri("dcat:DataService")],
            "dct:title": [Literal("API", "en")],
            "dcat:endpointURL": [Iri(service)],
            "dcat:endpointDescription": [Iri(f"{service}openapi.json")],
            "dcat:servesDataset": [Iri(f"{page}#dataset")],
        },
        publisher.address: {
            "a": [Iri("foaf:Agent")],
            "foaf:name": _in_each(lambda: site_words().says),
        },
    }
    dataset = nodes[f"{page}#dataset"]
    if who.country:
        place = settings.SITE_URL + links.to("territory", who.country)
        dataset["dct:spatial"] = [Iri(place)]
        nodes[place] = {
            "a": [Iri("dct:Location")],
            "rdfs:label": _in_each(lambda: site_words().country_name),
        }
    if who.contact:
        dataset["dcat:contactPoint"] = [Iri(f"{page}#contact")]
        nodes[f"{page}#contact"] = {
            "a": [Iri("vcard:Organization")],
            "vcard:fn": _in_each(lambda: site_words().says),
            "vcard:hasEmail": [Iri(f"mailto:{who.contact}")],
        }
    return nodes


def _in_each(text: Callable[[], str | Text]) -> list[Iri | Literal]:
    """A text in each language of the site that it has."""
    found: list[Iri | Literal] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said = text()
            lang = said.lang if isinstance(said, Text) else ""
            found.append(Literal(str(said), lang or code))
    return list(dict.fromkeys(found))


def _licence(who: SiteWords) -> Node:
    return {"dct:license": [Iri(who.licence_address)]} if who.licence_address else {}


def _dates(asked: PageRequest) -> Node:
    """When something was first published, and last."""
    found: Node = {}
    for name, moment in (("dct:issued", kept_since()), ("dct:modified", asked.published)):
        if moment is not None:
            found[name] = [Literal(moment.isoformat(), type="xsd:dateTime")]
    return found


def _files(links: Links, who: SiteWords) -> list[tuple[str, Node]]:
    """The files that hold most, and all in one."""
    files = [
        (table.label, links.to("table_file", table.name, kind) + "?languages=all", kind)
        for table in derived_tables()
        for kind in FORMATS
    ]
    files.append((_("Everything in one data package"), links.to("package"), "zip"))
    types = {**FORMATS, "zip": "application/zip"}
    return [
        (
            settings.SITE_URL + path,
            {
                "a": [Iri("dcat:Distribution")],
                "dct:title": [Literal(title, settings.LANGUAGE_CODE)],
                "dcat:accessURL": [Iri(settings.SITE_URL + path)],
                "dcat:downloadURL": [Iri(settings.SITE_URL + path)],
                "dcat:mediaType": [Iri(MEDIA + types[kind].partition(";")[0])],
                "dct:format": [Iri(f"{AUTHORITY}/file-type/{kind.upper()}")],
                **_licence(who),
            },
        )
        for title, path, kind in files
    ]


def as_json(nodes: dict[str, Node]) -> str:
    """The statements as JSON-LD."""
    graph = []
    for address, said in nodes.items():
        node: dict[str, Any] = {
            "@id": address,
            "@type": [one.address for one in said["a"] if isinstance(one, Iri)],
        }
        node |= {name: [_value(one) for one in some] for name, some in said.items() if name != "a"}
        graph.append(node)
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False, indent=1)


def _value(one: Iri | Literal) -> dict[str, str]:
    if isinstance(one, Iri):
        return {"@id": one.address}
    kind = {"@language": one.lang} if one.lang else {"@type": one.type}
    return {"@value": one.text, **kind}


def as_turtle(nodes: dict[str, Node]) -> str:
    """The same as Turtle."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    for address, said in nodes.items():
        pairs = [f"{name} {', '.join(map(_term, some))}" for name, some in said.items()]
        lines += ["", f"<{address}> " + " ;\n    ".join(pairs) + " ."]
    return "\n".join(lines) + "\n"


def _term(one: Iri | Literal) -> str:
    if isinstance(one, Iri):
        short = one.address.partition(":")[0] in PREFIXES
        return one.address if short else f"<{one.address}>"
    # JSON escapes what Turtle does
    text = json.dumps(one.text, ensure_ascii=False)
    return f"{text}@{one.lang}" if one.lang else f"{text}^^{one.type}"
