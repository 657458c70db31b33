"""Addresses of the public pages, after the language. Codes do not change, so neither do they."""

from django.urls import path

from programmes.public import chart_image, data, embeds, feeds, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/<slug:code>.atom", feeds.programme_feed, name="programme_feed"),
    path("programmes/<slug:code>/", views.programme, name="programme"),
    path("targets/<slug:code>/", views.target, name="target"),
    path("targets/<slug:code>/embed/", embeds.card, name="embed"),
    path("targets/<slug:code>/chart.svg", chart_image.chart, name="chart"),
    path("targets/<slug:code>/badge.svg", embeds.badge, name="badge"),
    path("targets/<slug:code>.<slug:kind>", data.target_file, name="target_file"),
    path("regions/", views.regions, name="regions"),
    path("regions/<slug:code>.atom", feeds.territory_feed, name="territory_feed"),
    path("regions/<slug:code>/", views.territory, name="territory"),
    path("regions/<slug:code>/programmes/<slug:programme>/", views.pair, name="pair"),
    path("compare/", views.compare, name="compare"),
    path("centres/", views.centres, name="centres"),
    path("centres/<slug:code>/", views.centre, name="centre"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<slug:code>/", views.agreement, name="agreement"),
    path("organisations/<slug:code>/", views.organisation, name="organisation"),
    path("data/", data.data, name="data"),
    path("data/<slug:name>.<slug:kind>", data.table_file, name="table_file"),
    path("search/", views.search, name="search"),
    path("status/", views.status, name="status"),
    path("updates/", views.updates, name="updates"),
    path("updates.atom", feeds.site_feed, name="updates_feed"),
    path("glossary/", views.glossary, name="glossary"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("methodology/", views.methodology, name="methodology"),
]
