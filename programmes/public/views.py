"""The public pages: read the question, select, render."""

from dataclasses import asdict

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from programmes.public.asked import (
    Asked,
    RefusedError,
    read_filters,
    read_page_number,
    read_regions,
)
from programmes.public.charts import strip, trajectory_chart
from programmes.public.links import links_for, numbered
from programmes.public.pages import found, not_found_page, public_page, render_page
from programmes.public.structured import about_site, about_target
from programmes.selectors.agreements import agreement_lines, agreement_page
from programmes.selectors.board import status_board
from programmes.selectors.centres import all_centres, centre_page
from programmes.selectors.comparing import FEWEST, MOST, comparable_regions
from programmes.selectors.comparing import compare as compare_regions
from programmes.selectors.glossary import glossary as glossary_terms
from programmes.selectors.home import home_page
from programmes.selectors.methodology import status_rules, worked_examples
from programmes.selectors.organisations import organisation_page
from programmes.selectors.pairs import pair_page
from programmes.selectors.programme_filters import filter_choices, filtered_programmes
from programmes.selectors.programmes import programme_page
from programmes.selectors.search import search as search_names
from programmes.selectors.targets import target_page
from programmes.selectors.territories import region_tiles, territory_page
from programmes.selectors.updates import read_updates
from programmes.spreadsheets.exporting import FORMATS


@require_safe
def language_redirect(request: HttpRequest) -> HttpResponse:
    """From the bare address to the reader's language: by what the browser asks for, without a cookie."""
    response = HttpResponseRedirect(f"/{best_language(request)}/")
    patch_vary_headers(response, ("Accept-Language",))
    return response


def best_language(request: HttpRequest) -> str:
    """The first language of the browser that the site speaks, else French."""
    for wanted, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere, in the reader's language."""
    return not_found_page(request)


@public_page
def home(request: HttpRequest, asked: Asked) -> HttpResponse:
    context = {"page": home_page(asked.on), "structured": about_site()}
    return render_page(request, "public/home.html", asked, context)


@public_page
def programmes(request: HttpRequest, asked: Asked) -> HttpResponse:
    filters, choices = read_filters(request), filter_choices()
    if not choices.knows(filters):
        raise RefusedError(
            _("One of the filters is not in the list. Choose again from all programmes.")
        )
    context = {
        "programmes": filtered_programmes(asked.on, filters),
        "filters": filters,
        "choices": choices,
        "here": links_for(),
    }
    kept = [(name, value) for name, value in asdict(filters).items() if value]
    return render_page(request, "public/programmes.html", asked, context, kept=kept)


@public_page
def programme(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    page = found(programme_page(code, asked.on))
    context = {"page": page, "strip": strip(page.milestones, asked.on)}
    return render_page(request, "public/programme.html", asked, context)


@public_page
def target(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    page = found(target_page(code, asked.on))
    context = {
        "page": page,
        "chart": trajectory_chart(page.trajectory),
        "here": links_for(),
        "structured": about_target(page),
        "formats": tuple(FORMATS),
    }
    return render_page(request, "public/target.html", asked, context)


@public_page
def regions(request: HttpRequest, asked: Asked) -> HttpResponse:
    context = {"tiles": region_tiles(asked.on), "chosen": [""] * MOST, "here": links_for()}
    return render_page(request, "public/regions.html", asked, context)


@public_page
def territory(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    page = found(territory_page(code.upper(), asked.on))
    return render_page(request, "public/territory.html", asked, {"page": page})


@public_page
def pair(request: HttpRequest, asked: Asked, code: str, programme: str) -> HttpResponse:
    page = found(pair_page(code.upper(), programme, asked.on))
    context = {"page": page, "strip": strip(page.milestones, asked.on)}
    return render_page(request, "public/pair.html", asked, context)


@public_page
def compare(request: HttpRequest, asked: Asked) -> HttpResponse:
    codes = read_regions(request)
    regions = {one.code: one for one in comparable_regions(asked.on)}
    if any(code not in regions for code in codes):
        raise RefusedError(_("One of the regions is not in the list. Choose again."))
    chosen = tuple(regions[code] for code in codes)
    context = {
        "regions": regions.values(),
        "chosen": [*codes, *MOST * [""]][:MOST],
        "page": compare_regions(chosen, asked.on) if len(chosen) >= FEWEST else None,
        "twice": sum(map(bool, request.GET.getlist("region"))) > 1 == len(codes),
        "here": links_for(),
    }
    kept = [("region", code) for code in codes]
    return render_page(request, "public/compare.html", asked, context, kept=kept)


@public_page
def centres(request: HttpRequest, asked: Asked) -> HttpResponse:
    return render_page(request, "public/centres.html", asked, {"centres": all_centres(asked.on)})


@public_page
def centre(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    page = found(centre_page(code, asked.on))
    context = {"page": page, "strip": strip(page.milestones, asked.on)}
    return render_page(request, "public/centre.html", asked, context)


@public_page
def agreements(request: HttpRequest, asked: Asked) -> HttpResponse:
    lines = agreement_lines(asked.on)
    return render_page(request, "public/agreements.html", asked, {"agreements": lines})


@public_page
def agreement(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    page = found(agreement_page(code, asked.on))
    context = {"page": page, "strip": strip(page.milestones, asked.on)}
    return render_page(request, "public/agreement.html", asked, context)


@public_page
def organisation(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    page = found(organisation_page(code, asked.on))
    return render_page(request, "public/organisation.html", asked, {"page": page})


@public_page
def methodology(request: HttpRequest, asked: Asked) -> HttpResponse:
    context = {"examples": worked_examples(), "rules": status_rules()}
    return render_page(request, "public/methodology.html", asked, context)


@public_page
def status(request: HttpRequest, asked: Asked) -> HttpResponse:
    return render_page(request, "public/status.html", asked, {"groups": status_board(asked.on)})


@public_page
def updates(request: HttpRequest, asked: Asked) -> HttpResponse:
    page = read_updates(asked.on, number=read_page_number(request))
    here = links_for(asked.query).to("updates")
    context = {
        "page": page,
        "newer": numbered(here, page.number - 1) if page.number > 1 else "",
        "older": numbered(here, page.number + 1) if page.older else "",
    }
    return render_page(request, "public/updates.html", asked, context)


@public_page
def search(request: HttpRequest, asked: Asked) -> HttpResponse:
    found = search_names(request.GET.get("q", ""))
    kept = [("q", found.question)] if found.question else []
    return render_page(request, "public/search.html", asked, {"found": found}, kept=kept)


@public_page
def glossary(request: HttpRequest, asked: Asked) -> HttpResponse:
    return render_page(request, "public/glossary.html", asked, {"terms": glossary_terms()})


@public_page
def about(request: HttpRequest, asked: Asked) -> HttpResponse:
    return render_page(request, "public/about.html", asked, {})


@public_page
def accessibility(request: HttpRequest, asked: Asked) -> HttpResponse:
    return render_page(request, "public/accessibility.html", asked, {})
