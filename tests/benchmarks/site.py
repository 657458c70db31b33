"""The pages that are measured beside the tracker's own, in the same server: the usual way, the floor, the least.

`DJANGO_SETTINGS_MODULE=tests.benchmarks.site_settings` adds their addresses to the tracker's.
"""

from decimal import Decimal

from django.contrib import admin
from django.db.models import DecimalField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import escape

import tracker.urls
from programmes.models import Measurement, Programme, Target, TargetRevision
from programmes.public.links import links_for
from programmes.public.pages import Frame, today_only
from programmes.selectors.wording.site import site_words


class StockMeasurementAdmin(admin.ModelAdmin):
    """What the admin's documentation leads to."""

    list_display = ("series", "value", "as_of_on", "source", "state", "entered_by")
    list_filter = ("state",)
    list_select_related = ("series", "source", "entered_by")
    list_per_page = 50
    # a list of a million figures would never be drawn; the one of ten thousand series is
    raw_id_fields = ("supersedes",)
    search_fields = (
        "ref",
        "series__code",
        *(
            f"series__{path}name_{language}"
            for path in ("", "indicator__", "programme__", "centre__", "territory__")
            for language in ("fr", "ar", "en")
        ),
    )


stock_site = admin.AdminSite("stock")
stock_site.register(Measurement, StockMeasurementAdmin)


def trivial(request: HttpRequest) -> HttpResponse:
    """The least that the server can answer: through the same middleware, without a query."""
    return HttpResponse("<!doctype html><title>.</title>")


def _targets() -> QuerySet[Target]:
    """The targets of the listed programme, each with its last figure and first announcement by subqueries."""
    figures = Measurement.objects.filter(series=OuterRef("series"), state="published").order_by(
        "-as_of_on", "-id"
    )
    revisions = TargetRevision.objects.filter(target=OuterRef("pk"), state="published").order_by(
        "-announced_on", "-number"
    )
    return (
        Target.objects.filter(series__programme__code="listed")
        .select_related("series__territory")
        .annotate(
            current=Subquery(figures.values("value")[:1]),
            as_of=Subquery(figures.values("as_of_on")[:1]),
            publisher=Subquery(figures.values("source__publisher")[:1]),
            source_url=Subquery(figures.values("source__url")[:1]),
            source_date=Subquery(figures.values("source__date_on")[:1]),
            promised=Subquery(revisions.values("value")[:1]),
            due=Subquery(revisions.values("due_on")[:1]),
            announced=Subquery(revisions.values("announced_on")[:1]),
        )
        .annotate(
            share=ExpressionWrapper(
                F("current") * Decimal(100) / F("promised"), DecimalField(max_digits=15)
            )
        )
        .order_by("code")
    )


def stock(request: HttpRequest) -> HttpResponse:
    """What one would write first: Subquery, a template with an include for each line, figures localised in it."""
    programme = Programme.objects.get(code="listed")
    context = {"programme": programme, "targets": _targets(), "frame": _frame(request)}
    return render(request, "bench/stock.html", {**context, "links": context["frame"].links})


def floor(request: HttpRequest) -> HttpResponse:
    """The same figures as plain tuples, joined as strings: no template, no arithmetic, no words."""
    rows = _targets().values_list(
        "code", "series__name_fr", "promised", "due", "current", "as_of", "publisher", "source_url"
    )
    lines = [
        f'<li class="promise"><h3><a href="/fr/targets/{code}/"><span>{promised:,}</span> {escape(name)}</a> '
        f"{due}</h3><p><b>{current:,}</b> {day}</p>"
        f'<p><cite><a href="{escape(url)}">{escape(publisher)}</a></cite></p></li>'
        for code, name, promised, due, current, day, publisher, url in rows
    ]
    return HttpResponse(f"<!doctype html><ul>{''.join(lines)}</ul>")


def _frame(request: HttpRequest) -> Frame:
    asked = today_only()
    return Frame(
        "fr", "ltr", (), "http://localhost", asked, links_for(), request.path, site_words()
    )


urlpatterns = [
    path("bench/trivial/", trivial),
    path("bench/stock/", stock),
    path("bench/floor/", floor),
    # among the addresses of the staff: elsewhere no cookie is read
    path("fr/admin/bench/", stock_site.urls),
    *tracker.urls.urlpatterns,
]
handler404 = "programmes.public.views.not_found"
