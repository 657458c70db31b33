"""The public pages: read the question, select, render."""

import sys
from dataclasses import asdict
from typing import Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe
from django.views.defaults import server_error as default_server_error

from programmes.calculations.choices import FiguresFrom
from programmes.public.caching import DATABASE_AWAY
from programmes.public.ledger import record_labels
from programmes.public.links import Links, links_for, numbered_page
from programmes.public.open_data.feeds import FeedLink
from programmes.public.open_data.structured import about_site, about_target
from programmes.public.page_request import (
    PageRequest,
    RefusedError,
    read_choice,
    read_filters,
    read_page_number,
    read_regions,
)
from programmes.public.pages import (
    found,
    not_found_page,
    public_page,
    render_page,
    unavailable_page,
)
from programmes.public.pictures.charts import strip, trajectory_chart
from programmes.public.pictures.time_charts import history_chart, lane_chart
from programmes.selectors.lines.ledger_entries import entries_of_target
from programmes.selectors.pages.agreements import agreement_list, agreement_page
from programmes.selectors.pages.board import SORTS, status_board
from programmes.selectors.pages.calendar import calendar_page
from programmes.selectors.pages.centres import all_centres, centre_page
from programmes.selectors.pages.home import home_page
from programmes.selectors.pages.methodology import status_rules, worked_examples
from programmes.selectors.pages.news.updates import (
    read_updates,
    target_updates,
    target_updates_since,
)
from programmes.selectors.pages.organisations import organisation_page
from programmes.selectors.pages.places.comparison import FEWEST, MOST, comparable_regions
from programmes.selectors.pages.places.comparison import compare as compare_regions
from programmes.selectors.pages.places.programme_in_territory import programme_in_territory_page
from programmes.selectors.pages.places.region_figures import figure_choices, region_figures
from programmes.selectors.pages.places.region_tiles import region_tiles
from programmes.selectors.pages.places.territories import territory_page
from programmes.selectors.pages.programme_filters import filter_choices, filtered_programmes
from programmes.selectors.pages.programmes import programme_page
from programmes.selectors.pages.reports import report_page
from programmes.selectors.pages.search.results import search as search_names
from programmes.selectors.pages.targets import target_page
from programmes.selectors.promises.counts import read_counts
from programmes.selectors.promises.status_history import read_status_history, targets_of
from programmes.selectors.wording.glossary import glossary as glossary_terms
from programmes.selectors.wording.names import named
from programmes.spreadsheets.sending.exporting import FORMATS


@require_safe
def language_redirect(request: HttpRequest) -> HttpResponse:
    """From the bare address to the reader's language: by what the browser asks for, without a cookie."""
    response = HttpResponseRedirect(Links(best_language(request)).to("home"))
    patch_vary_headers(response, ("Accept-Language",))
    return response


def best_language(request: HttpRequest) -> str:
    """The first language of the browser that the site speaks, else French."""
    for wanted, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere, in the reader's language."""
    return not_found_page(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """What an error is answered with: where the database is away, that it is, and when to ask again."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return unavailable_page(
            _(
                "The database cannot be reached at the moment. Nothing is lost; please try again in a minute."
            ),
            seconds=30,
            has_failed=True,
        )
    return default_server_error(request)


@public_page
def home(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    page = home_page(asked.on, known=asked.known)
    context = {
        "page": page,
        "lanes": lane_chart(page.centres, asked.on, page.counted),
        "structured": about_site(),
    }
    return render_page(request, "public/home.html", asked, context)


@public_page
def programmes(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    filters, choices = read_filters(request), filter_choices()
    if not choices.knows(filters):
        raise RefusedError(
            _("One of the filters is not in the list. Choose again from all programmes.")
        )
    page = filtered_programmes(asked.on, filters, known=asked.known)
    context = {
        "page": page,
        "programmes": page.lines,
        "filters": filters,
        "choices": choices,
        "here": links_for(),
    }
    kept = [(name, value) for name, value in asdict(filters).items() if value]
    return render_page(request, "public/programmes.html", asked, context, kept=kept)


@public_page
def programme(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    number = read_page_number(request)
    page = found(programme_page(code, asked.on, known=asked.known, number=number))
    context = {
        "page": page,
        "strip": strip(page.milestones, asked.on),
        "feed": FeedLink("programme_feed", code, page.line.name),
        **_pages(asked, page, "programme", code),
        "lanes": lane_chart(page.timelines, asked.on, page.counted),
    }
    return render_page(request, "public/programme.html", asked, context)


@public_page
def target(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    page = found(target_page(code, asked.on, known=asked.known))
    context = {
        "page": page,
        "chart": trajectory_chart(page.trajectory),
        "here": links_for(),
        "structured": about_target(page, links_for(asked.query)),
        "formats": tuple(FORMATS),
        "since": target_updates_since(code, asked.known) if asked.known else None,
        # a figure that is put together of others moves by theirs
        "lately": None
        if page.line.row.figures == FiguresFrom.OWN
        else target_updates(code, asked.on, known=asked.known),
        "feed": FeedLink("target_feed", code, page.line.label),
        "entries": entries_of_target(code, asked.on, record_labels(), known=asked.known),
    }
    return render_page(request, "public/target.html", asked, context)


@public_page
def regions(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    choices = figure_choices()
    figure = read_choice(request, "figure", {one.code for one in choices})
    page = region_tiles(asked.on, read_counts(asked.on, asked.known), known=asked.known)
    context = {
        "page": page,
        "tiles": page.tiles,
        "figures": region_figures(figure, choices, asked.on, known=asked.known),
        "chosen": [""] * MOST,
        "here": links_for(),
    }
    kept = [("figure", figure)] if figure else []
    return render_page(request, "public/regions.html", asked, context, kept=kept)


@public_page
def territory(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    number = read_page_number(request)
    page = found(territory_page(code, asked.on, known=asked.known, number=number))
    context = {
        "page": page,
        "lanes": lane_chart(page.timelines, asked.on),
        "feed": FeedLink("territory_feed", page.code, page.name),
        **_pages(asked, page, "territory", page.code),
    }
    return render_page(request, "public/territory.html", asked, context)


@public_page
def programme_in_territory(
    request: HttpRequest, asked: PageRequest, code: str, programme: str
) -> HttpResponse:
    number = read_page_number(request)
    page = found(
        programme_in_territory_page(code, programme, asked.on, known=asked.known, number=number)
    )
    context = {
        "page": page,
        "strip": strip(page.milestones, asked.on),
        **_pages(asked, page, "programme_in_territory", page.territory.code, programme),
    }
    return render_page(request, "public/programme_in_territory.html", asked, context)


@public_page
def compare(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    codes = read_regions(request)
    regions = {one.code: one for one in comparable_regions()}
    if any(code not in regions for code in codes):
        raise RefusedError(_("One of the regions is not in the list. Choose again."))
    chosen = tuple(regions[code] for code in codes)
    context = {
        "regions": [named(row) for row in regions.values()],
        "chosen": [*codes, *MOST * [""]][:MOST],
        "page": compare_regions(chosen, asked.on, known=asked.known)
        if len(chosen) >= FEWEST
        else None,
        "twice": sum(map(bool, request.GET.getlist("region"))) > 1 == len(codes),
        "here": links_for(),
    }
    kept = [("region", code) for code in codes]
    return render_page(request, "public/compare.html", asked, context, kept=kept)


@public_page
def centres(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return render_page(
        request, "public/centres.html", asked, {"page": all_centres(asked.on, known=asked.known)}
    )


@public_page
def centre(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    number = read_page_number(request)
    page = found(centre_page(code, asked.on, known=asked.known, number=number))
    context = {
        "page": page,
        "strip": strip(page.milestones, asked.on),
        **_pages(asked, page, "centre", code),
    }
    return render_page(request, "public/centre.html", asked, context)


@public_page
def agreements(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return render_page(
        request,
        "public/agreements.html",
        asked,
        {"page": agreement_list(asked.on, known=asked.known)},
    )


@public_page
def agreement(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    number = read_page_number(request)
    page = found(agreement_page(code, asked.on, known=asked.known, number=number))
    context = {
        "page": page,
        "strip": strip(page.milestones, asked.on),
        "feed": FeedLink("agreement_feed", code, page.line.title),
        **_pages(asked, page, "agreement", code),
    }
    return render_page(request, "public/agreement.html", asked, context)


@public_page
def organisation(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    number = read_page_number(request)
    page = found(organisation_page(code, asked.on, known=asked.known, number=number))
    context = {"page": page, **_pages(asked, page, "organisation", code)}
    return render_page(request, "public/organisation.html", asked, context)


@public_page
def report(request: HttpRequest, asked: PageRequest, page: str, code: str) -> HttpResponse:
    """All of one record in a document for print."""
    context = {"page": found(report_page(page, code, asked.on, known=asked.known))}
    return render_page(request, "public/report.html", asked, context)


@public_page
def methodology(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    context = {"examples": worked_examples(), "rules": status_rules()}
    return render_page(request, "public/methodology.html", asked, context)


@public_page
def status(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    sort = read_choice(request, "sort", SORTS)
    page = status_board(asked.on, known=asked.known, number=read_page_number(request), sort=sort)
    here = links_for().to("status")
    context = {
        "page": page,
        "sorts": [(name, f"{here}?{urlencode((('sort', name), *asked.clocks))}") for name in SORTS],
        **_pages(asked, page, "status", sort=sort),
    }
    kept = [("sort", sort)] if sort else []
    return render_page(request, "public/status.html", asked, context, kept=kept)


@public_page
def history(
    request: HttpRequest, asked: PageRequest, page: str = "", code: str = ""
) -> HttpResponse:
    """What became of promises by quarter: of all, of a programme, or of a territory."""
    name, targets = found(targets_of(page, code, known=asked.known)) if page else ("", None)
    chart = history_chart(read_status_history(targets, asked.on, known=asked.known))
    context = {"history": chart, "name": name, "owner": page, "code": code}
    return render_page(request, "public/history.html", asked, context)


@public_page
def calendar(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return render_page(
        request, "public/calendar.html", asked, {"page": calendar_page(asked.on, known=asked.known)}
    )


@public_page
def updates(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    page = read_updates(asked.on, known=asked.known, number=read_page_number(request))
    context = {"page": page, **_pages(asked, page, "updates")}
    return render_page(request, "public/updates.html", asked, context)


class LongList(Protocol):
    """What is read page by page: `number` counts from one, `older` says whether another one follows."""

    @property
    def number(self) -> int: ...
    @property
    def older(self) -> bool: ...


def _pages(
    asked: PageRequest, page: LongList, name: str, *codes: str, sort: str = ""
) -> dict[str, str]:
    """The addresses of the pages of a long list before and after this one; empty where there is none."""
    here = links_for(asked.query).to(name, *codes)
    if sort:
        here = f"{here}{'&' if '?' in here else '?'}sort={sort}"
    return {
        "newer": numbered_page(here, page.number - 1) if page.number > 1 else "",
        "older": numbered_page(here, page.number + 1) if page.older else "",
    }


@public_page
def search(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    found = search_names(request.GET.get("q", ""), asked.on, known=asked.known)
    kept = [("q", found.question)] if found.question else []
    return render_page(request, "public/search.html", asked, {"found": found}, kept=kept)


@public_page
def glossary(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return render_page(request, "public/glossary.html", asked, {"terms": glossary_terms()})


@public_page
def about(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return render_page(request, "public/about.html", asked, {})


@public_page
def accessibility(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return render_page(request, "public/accessibility.html", asked, {})
