"""The site says who publishes it, from one record; readers can report an error from every page."""

import re
import struct
from html import unescape
from time import monotonic
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from programmes.models import Site
from programmes.models.data_version import forget_version
from tests.admin.builders import make_superuser
from tests.builders import make_country, make_measurement, make_programme, make_site, make_target
from tests.conftest import make_member

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    + struct.pack(">II", 40, 40)
    + b"\x08\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00IEND\xaeB`\x82"
)
EVERYWHERE = ("", "programmes/", "status/", "updates/", "data/", "about/", "nowhere/")


def page(path: str) -> str:
    return Client().get(path).content.decode()


def test_site_without_a_record_has_the_name_of_its_kind_and_no_publisher():
    html = page("/en/about/")
    assert '<title property="og:title">About – Training programmes tracker</title>' in html
    assert "mailto:" not in html
    assert "Published by" not in html


@pytest.mark.parametrize("where", EVERYWHERE)
def test_every_page_bears_the_name_and_the_publisher(where):
    make_site()
    html = page(f"/en/{where}")
    assert "– Promises followed</title>" in html
    assert '<p class="masthead__name"><a href="/en/">Promises followed</a>' in html
    assert 'Published by: <span lang="fr" dir="ltr">Observatoire</span>' in html
    assert "Training programmes tracker" not in html


def test_half_filled_record_says_what_it_has_in_the_language_it_has():
    make_site(name_ar="", name_en="", publisher_fr="", contact="")
    html = page("/ar/")
    assert '<span lang="fr" dir="ltr">Promesses suivies</span>' in html
    assert "mailto:" not in html
    assert "ناشر" not in html


def test_name_in_another_language_says_so_where_it_heads_a_page():
    make_site(name_fr="", name_ar="متابعة الوعود", name_en="")
    html = page("/fr/programmes/")
    assert "– متابعة الوعود (en arabe)</title>" in html
    assert (
        '<p class="masthead__name"><a href="/fr/"><span lang="ar" dir="rtl">متابعة الوعود</span> '
        '<span class="tongue">(en arabe)</span></a>'
    ) in html
    assert '<title xml:lang="ar">متابعة الوعود</title>' in page("/fr/updates.atom")
    assert "(en arabe)" not in page("/ar/programmes/")


def test_feeds_citations_and_structured_data_name_the_publisher():
    make_site(licence="CC BY 4.0", licence_address="https://example.org/by")
    target = make_target()
    feed = page("/en/updates.atom")
    assert "<title>Promises followed</title>" in feed
    assert "<name>Observatoire</name><email>contact@example.ma</email>" in feed
    assert "<rights>CC BY 4.0</rights>" in feed
    html = page(f"/en/targets/{target.code}/")
    assert 'Promises followed, <span lang="fr" dir="ltr">Observatoire</span>, ' in html
    assert '"publisher": {"@type": "Organization", "name": "Observatoire"}' in html
    assert '"license": "https://example.org/by"' in html
    assert 'Licence of the data: <a href="https://example.org/by"' in page("/en/data/")


def test_names_of_another_language_are_of_that_language_for_programs():
    make_site(name_fr="", name_en="", publisher_fr="", publisher_ar="المرصد")
    make_programme("atelier", name_fr="", name_ar="ورش", name_en="")
    feed = page("/fr/updates.atom")
    assert '<title xml:lang="ar">تتبع الوعود</title>' in feed
    assert '<author xml:lang="ar"><name>المرصد</name>' in feed
    assert "<title>ورش (en arabe) – تتبع الوعود (en arabe)</title>" in page(
        "/fr/programmes/atelier.atom"
    )
    assert "<title>Empreintes du registre – تتبع الوعود (en arabe)</title>" in page(
        "/fr/ledger.atom"
    )
    assert "<title>تتبع الوعود</title>" in page("/ar/updates.atom")
    entry = page("/fr/data/catalogue.ttl")
    assert 'dct:title "تتبع الوعود"@ar ;' in entry
    assert 'foaf:name "المرصد"@ar .' in entry


def test_prepared_mail_names_page_day_and_figure():
    make_site()
    target = make_target()
    make_measurement(target.series, "2023-12-31", 400)
    html = page(f"/en/targets/{target.code}/?on=2024-02-01")
    address = urlsplit(unescape(re.search(r'href="(mailto:[^"]*)"', html)[1]))
    mail = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert unquote(address.path) == "contact@example.ma"
    assert mail["subject"] == "Error or source: Young people trained"
    first, day, promise, figure, *_rest = mail["body"].split("\r\n")
    assert re.fullmatch(
        r"Page: http://localhost:8000/en/targets/target/\?on=2024-02-01&known=[-0-9T:.]+Z", first
    )
    assert day.startswith("As of: 1 February 2024, as known on ")
    assert promise.startswith("Promise: Young people trained, ")
    assert figure == "Figure: 400 as of 31 December 2023"


@pytest.mark.parametrize("where", EVERYWHERE[:-1])
def test_error_can_be_reported_from_every_page(where):
    make_site()
    assert "Report an error or send a source" in page(f"/en/{where}")


def test_record_is_read_once_and_again_only_when_it_changed():
    site = make_site()
    make_programme("one")
    page("/en/")
    forget_version()
    with CaptureQueriesContext(connection) as queries:
        assert "Promises followed" in page("/en/about/")
    assert [one for one in queries.captured_queries if "programmes_site" in one["sql"]] == [
        queries.captured_queries[0]  # with the version of the data
    ]
    site.name_en = "Another name"
    site.save()
    assert "Another name" in page("/en/about/")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<svg onload='alert(1)'/>", "logo.png", "This is not an image in PNG or JPEG."),
        (PNG[:30], "logo.png", "This is not an image in PNG or JPEG."),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "logo.png", "This is not an image in PNG or JPEG."),
        (PNG + b"\x00" * 300_000, "logo.png", "at most 200.0\xa0KB"),
        (PNG.replace(struct.pack(">II", 40, 40), struct.pack(">II", 9000, 1)), "a.png", "9000 × 1"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "logo.jpg", "This is not an image in PNG or JPEG."),
    ],
)
def test_logo_that_is_no_image_is_refused(content, name, sentence, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    site = Site(name_fr="Site", logo=SimpleUploadedFile(name, content))
    with override("en"), pytest.raises(ValidationError) as refused:
        site.full_clean()
    assert sentence in refused.value.message_dict["logo"][0]


def test_logo_is_shown_and_keeps_nothing_of_its_name(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    site = Site(name_fr="Site", logo=SimpleUploadedFile("secret name.html", PNG))
    site.full_clean()
    site.save()
    assert re.fullmatch(r"site/[0-9a-f]{32}\.png", site.logo.name)
    assert '<img class="masthead__logo" src="/fr/logo.png" alt=""' in page("/fr/")
    response = Client().get("/fr/logo.png")
    assert (response["Content-Type"], response.content) == ("image/png", PNG)
    assert Client().get("/fr/logo.jpg").status_code == 404


def test_licence_has_a_name_and_country_is_one():
    site = Site(name_fr="Site", licence_address="https://example.org/by")
    with pytest.raises(ValidationError) as refused:
        site.full_clean()
    assert list(refused.value.message_dict) == ["licence"]
    site = Site(name_fr="Site", country=make_country())
    site.full_clean()


def test_administrator_changes_the_name_without_code():
    make_country()
    client = Client()
    client.force_login(make_superuser())
    form = client.get("/en/admin/programmes/site/", follow=True)
    assert form.redirect_chain == [("/en/admin/programmes/site/add/", 302)]
    fields = {"name_fr": "Suivi de l’office", "publisher_fr": "Office", "contact": "a@example.ma"}
    assert client.post("/en/admin/programmes/site/add/", fields).status_code == 302
    assert '<a href="/fr/">Suivi de l’office</a> <span class="masthead__by">Office</span>' in page(
        "/fr/"
    )
    again = client.get("/en/admin/programmes/site/", follow=True)
    assert again.redirect_chain == [("/en/admin/programmes/site/1/change/", 302)]
    assert client.get("/en/admin/programmes/site/add/").status_code == 403
    assert client.get("/en/admin/programmes/site/1/delete/").status_code == 403


@pytest.mark.parametrize(
    ("language", "name"),
    [("fr", "Promesses suivies"), ("ar", "تتبع الوعود"), ("en", "Promises followed")],
)
def test_pages_of_staff_bear_the_name_and_ask_nothing_for_it(language, name):
    make_site()
    client = Client()
    for path in ("account/login/", "account/password/reset/"):
        html = client.get(f"/{language}/{path}").content.decode()
        assert f'<a href="/{language}/admin/">{name}</a>' in html
        assert f"| {name}</title>" in html.replace("\n", "")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/{language}/account/login/")
    assert not [query for query in queries if "programmes_site" in query["sql"]]
    client.force_login(make_superuser())
    html = client.get(f"/{language}/admin/").content.decode()
    assert f'<a href="/{language}/admin/">{name}</a>' in html


def test_pages_of_staff_mark_a_name_of_another_language():
    make_site(name_fr="", name_en="")
    html = page("/fr/account/login/")
    assert '<a href="/fr/admin/"><span lang="ar" dir="rtl">تتبع الوعود</span></a>' in html


def test_page_that_says_the_database_is_away_bears_the_name_that_is_remembered(monkeypatch):
    def away():
        raise OperationalError

    make_site()
    page("/en/about/")
    monkeypatch.setattr("programmes.models.data_version.data_state", away)
    monkeypatch.setattr("programmes.models.data_version.monotonic", lambda: monotonic() + 600)
    client = Client(raise_request_exception=False)
    response = client.get("/en/methodology/")
    assert response.status_code == 503
    assert '<a href="/en/">Promises followed</a>' in response.content.decode()
    forget_version()
    response = client.get("/en/methodology/")
    assert response.status_code == 503
    assert '<a href="/en/">Training programmes tracker</a>' in response.content.decode()


@pytest.mark.parametrize("role", ["contributor", "reviewer", "editor"])
def test_others_do_not_change_it(role):
    make_country()
    make_site()
    client = Client()
    client.force_login(make_member("alice", role, "MA"))
    assert client.get("/en/admin/programmes/site/1/change/").status_code == 403
