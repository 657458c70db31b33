"""A source without a publisher is cited by its title, which is marked where it is not in the language of the page."""

import pytest
from django.utils import translation

from programmes.selectors.lines.sources import source_line
from programmes.templatetags.reading import cited
from tests.builders import make_source

pytestmark = pytest.mark.django_db
TITLES = {"fr": "[Le budget de la cité]", "ar": "[اتفاقيات الشراكة]"}


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("written", TITLES)
@pytest.mark.parametrize("reader", ["fr", "ar", "en"])
def test_title_that_stands_for_a_publisher_is_marked_with_its_language(
    written: str, reader: str, said: bool
) -> None:
    source = make_source(
        "untitled",
        title=TITLES[written],
        publisher="",
        language=written if said else "",
        url="",
    )
    with translation.override(reader):
        html = cited(source_line(source))
    direction = "rtl" if written == "ar" else "ltr"
    marked = f'<cite><span lang="{written}" dir="{direction}">{TITLES[written]}</span>'
    assert html.startswith(f"<cite>{TITLES[written]}" if reader == written else marked)


def test_publisher_is_a_name_and_is_not_marked() -> None:
    source = make_source("named", title=TITLES["fr"], publisher="La Gazette", language="fr", url="")
    with translation.override("en"):
        assert cited(source_line(source)).startswith("<cite>La Gazette, ")
