"""Addresses of the public pages, after the language. Codes do not change, so neither do they."""

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from programmes.public import embeds, ledger, views
from programmes.public.open_data import calendar_file, catalogue, data, feeds
from programmes.public.pictures import chart_image, logo, share


class TerritoryCode(SlugConverter):
    """The code of a territory. It is written in capitals, and found however a reader types it."""

    def to_python(self, value: str) -> str:
        return value.upper()


register_converter(TerritoryCode, "territory")
# Where the records are that have pages beside their own, by the name of that.
RECORDS = {
    "programme": "programmes/<slug:code>",
    "territory": "regions/<territory:code>",
    "agreement": "agreements/<slug:code>",
    "organisation": "organisations/<slug:code>",
}

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/<slug:code>.atom", feeds.programme_feed, name="programme_feed"),
    path("programmes/<slug:code>/", views.programme, name="programme"),
    path("targets/<slug:code>.atom", feeds.target_feed, name="target_feed"),
    path("programmes/<slug:code>/centres.<slug:kind>", chart_image.lanes_image, name="lanes_image"),
    path("targets/<slug:code>/", views.target, name="target"),
    path("targets/<slug:code>/ledger/", ledger.target_entries, name="target_ledger"),
    path("targets/<slug:code>/embed/", embeds.card, name="embed"),
    path("targets/<slug:code>/chart.<slug:kind>", chart_image.chart, name="chart"),
    path("targets/<slug:code>/badge.svg", embeds.badge, name="badge"),
    path("targets/<slug:code>.<slug:kind>", data.target_file, name="target_file"),
    path("regions/", views.regions, name="regions"),
    *(
        route
        for page in ("programme", "territory")
        for route in (
            path(
                f"{RECORDS[page]}/over-time/",
                views.history,
                {"page": page},
                name=f"{page}_history",
            ),
            path(
                f"{RECORDS[page]}/over-time.<slug:kind>",
                chart_image.history_image,
                {"page": page},
                name=f"{page}_history_image",
            ),
            path(
                f"{RECORDS[page]}/embed/",
                embeds.record_embed,
                {"page": page},
                name=f"{page}_embed",
            ),
        )
    ),
    *(
        path(f"{address}/report/", views.report, {"page": page}, name=f"{page}_report")
        for page, address in RECORDS.items()
    ),
    path("regions/embed/", embeds.tiles_embed, name="tiles_embed"),
    path("regions/<territory:code>.atom", feeds.territory_feed, name="territory_feed"),
    path("regions/<territory:code>/", views.territory, name="territory"),
    path(
        "regions/<territory:code>/programmes/<slug:programme>/",
        views.programme_in_territory,
        name="programme_in_territory",
    ),
    path("compare/", views.compare, name="compare"),
    path("centres/", views.centres, name="centres"),
    path("centres/<slug:code>/", views.centre, name="centre"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<slug:code>.atom", feeds.agreement_feed, name="agreement_feed"),
    path("agreements/<slug:code>/", views.agreement, name="agreement"),
    path("organisations/<slug:code>/", views.organisation, name="organisation"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger.atom", ledger.ledger_feed, name="ledger_feed"),
    path("ledger/digests.txt", ledger.digests, name="digests"),
    path("ledger/verify.py", ledger.verifier, name="verifier"),
    path("data/ledger.jsonl", data.ledger_file, name="ledger_file"),
    path("data/manifest.json", data.manifest, name="manifest"),
    path("data/", data.data, name="data"),
    path("data/package.zip", data.package_file, name="package"),
    path("data/catalogue.<slug:kind>", catalogue.catalogue, name="catalogue"),
    path("data/api/", data.api_page, name="api"),
    path("data/status-history.<slug:kind>", data.status_history, name="status_history"),
    path("data/<slug:name>.<slug:kind>", data.table_file, name="table_file"),
    *(
        path(
            f"share/{page}/<{'territory' if page == 'territory' else 'slug'}:code>/<slug:shape>.png",
            share.share,
            {"page": page},
            name=f"share_{page}",
        )
        for page in share.PAGES
    ),
    path("share/<slug:shape>.png", share.share_site, name="share_site"),
    path("search/", views.search, name="search"),
    path("status/", views.status, name="status"),
    path("status/over-time/", views.history, name="history"),
    path("status/over-time.<slug:kind>", chart_image.history_image, name="history_image"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar.ics", calendar_file.calendar_file, name="calendar_file"),
    path("updates/", views.updates, name="updates"),
    path("updates.atom", feeds.site_feed, name="updates_feed"),
    path("logo.<slug:kind>", logo.logo, name="logo"),
    path("glossary/", views.glossary, name="glossary"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("methodology/", views.methodology, name="methodology"),
]
