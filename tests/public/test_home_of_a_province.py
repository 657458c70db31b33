"""The home page of an office that promises nothing for the whole country."""

import pytest
from django.test import Client

from tests.builders import make_country, make_province, make_series, make_target

pytestmark = pytest.mark.django_db
NOTHING = "Nothing had been promised by that day."


def home() -> str:
    return Client().get("/en/").content.decode()


def test_what_is_promised_for_a_province_leads_where_nothing_is_for_the_country():
    make_country()
    assert NOTHING in home()
    make_target("local", series=make_series("local", territory=make_province()))
    html = home()
    assert 'class="promise promise--large"' in html
    assert '<a href="/en/targets/local/">' in html
    assert NOTHING not in html


def test_what_is_promised_for_the_country_leads_alone():
    make_target("local", series=make_series("local", territory=make_province()))
    make_target("national", series=make_series("national"))
    html = home()
    assert html.count('class="promise promise--large"') == 1
    assert '<a href="/en/targets/national/">' in html
