"""A public page more takes the places that CONTRIBUTING.md names: one is added to a copy, and held to the tests that
walk all pages."""

from pathlib import Path

import pytest

from tests.scratch import add_before, make_copy, run_in

SELECTOR = '''"""The sectors, and how many programmes are of each."""

from dataclasses import dataclass

from django.db.models import Count, Q

from programmes.models import Sector
from programmes.selectors.wording.names import NamedRecord, named


@dataclass(frozen=True, slots=True)
class SectorLine:
    """A public sector, with its public programmes counted."""

    sector: NamedRecord
    programmes: int


def sector_lines() -> tuple[SectorLine, ...]:
    """Every public sector, in the order of their codes. One query."""
    count = Count("programmes", filter=Q(programmes__is_public=True))
    rows = Sector.objects.published().annotate(count=count).order_by("code")
    return tuple(SectorLine(named(row), row.count) for row in rows)
'''
VIEW = """@public_page
def sectors(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return render_page(request, "public/sectors.html", asked, {"lines": sector_lines()})


"""
TEMPLATE = """{% extends "base.html" %}
{% load i18n reading %}
{% block title %}{% translate "Sectors" %}{% endblock %}
{% block content %}
<h1>{% translate "Sectors" %}</h1>
<ul>{% for line in lines %}
<li>{{ line.sector.name|marked }}{% translate ": " %}<bdi>{{ line.programmes }}</bdi></li>{% endfor %}
</ul>
{% endblock %}
"""
LINK = """<li><a href="{% address links 'sectors' %}">{% translate "Sectors" %}</a></li>
"""
TEST = '''"""The page of the sectors."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.usefixtures("sample")
def test_each_public_sector_is_told_with_its_programmes() -> None:
    html = Client().get("/fr/sectors/").content.decode()

    assert "<li>Entrepreneuriat\u00a0: <bdi>2</bdi></li>" in html
'''
HELD_TO = (
    "tests/public/test_sectors.py",
    "tests/public/test_crawl.py",
    "tests/public/test_queries.py",
    "tests/public/test_odd_questions.py",
    "tests/public/test_indexing.py",
)


def add_page(copy: Path) -> None:
    """The steps of CONTRIBUTING.md, in their order."""
    rooms = copy / "programmes"
    (rooms / "selectors/pages/sectors.py").write_text(SELECTOR)
    views = rooms / "public/views.py"
    add_before(
        views,
        "from programmes.selectors.pages.targets import",
        "from programmes.selectors.pages.sectors import sector_lines\n",
    )
    add_before(views, "@public_page\ndef about(", VIEW)
    add_before(
        rooms / "public/urls.py",
        '    path("about/"',
        '    path("sectors/", views.sectors, name="sectors"),\n',
    )
    add_before(rooms / "public/indexing.py", '    "about",\n', '    "sectors",\n')
    add_before(copy / "templates/base.html", "<li><a href=\"{% address links 'agreements' %}", LINK)
    (copy / "templates/public/sectors.html").write_text(TEMPLATE)
    (copy / "tests/public/test_sectors.py").write_text(TEST)
    add_before(
        copy / "tests/public/test_queries.py", '    "/fr/methodology/",\n', '    "/fr/sectors/",\n'
    )
    add_before(
        copy / "tests/public/test_odd_questions.py", '    "glossary/",\n', '    "sectors/",\n'
    )


@pytest.mark.long
def test_a_public_page_is_added_where_contributing_says(tmp_path: Path) -> None:
    copy = make_copy(tmp_path)
    add_page(copy)

    run_in(copy, "-m", "pytest", "-q", "-n", "0", "-m", "not long", *HELD_TO)
