"""Another country is a folder of reference data, settings and a generated migration: an invented one with cantons,
communes and two languages is loaded into a copy, and every page is walked."""

from pathlib import Path

import pytest

from tests.scratch import make_copy, run_in

WALK = """
import django
django.setup()

import re
from collections import Counter

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.public.test_crawl import crawl

reader, desk = Client(), Client()
desk.force_login(get_user_model().objects.create_superuser("staff", is_staff=True))

def page(address):
    return b"".join(reader.get(address)).decode()

print("faults of pages:", {language: crawl(language) for language in ("en", "fr")})
lists = [reverse(f"admin:{one._meta.app_label}_{one._meta.model_name}_changelist") for one in admin.site._registry]
answers = [desk.get(address, follow=True).status_code for address in (reverse("admin:index"), *lists)]
print("lists:", len(lists) > 20, set(answers))
home, regions, town = page("/en/"), page("/en/regions/"), page("/fr/regions/QV-BRE/")
print("tiles:", re.findall(r'<li(?: class="(c. r.)")?><a class="tile', home))
print("kind:", re.search(r'heading__kind">([^<]+)<', town)[1])
print("parts:", "<dt>Communes et villes franches</dt>" in page("/fr/regions/QV-01/"))
print("beside:", "<h2>Beside the other cantons</h2>" in page("/en/regions/QV-01/"))
print("switch:", re.findall(r'hreflang="(\\w+)">', home))
print("month:", "1er mars 2022" in page("/fr/targets/trained-3000/"))
form = desk.get("/en/admin/programmes/territory/add/").content.decode()
print("kinds:", re.findall(r'<option value="(\\w+)">', form.partition('name="kind"')[2].partition("</select>")[0]))
code = desk.post("/en/admin/programmes/territory/add/", {"code": "MA-01", "kind": "canton"}).content.decode()
print("code:", "Accepted: QV, or QV- and two or three signs." in code)
text = home + regions + town
print("Morocco:", [word for word in ("Maroc", "Morocc", "المغرب", "MA-0") if word in text])
"""


@pytest.mark.long
def test_invented_country_needs_no_code(tmp_path: Path) -> None:
    copy = make_copy(tmp_path)
    settings = {
        "COUNTRY": "QV",
        "SITE_LANGUAGES": "en,fr",
        "REFERENCE_DIR": str(copy / "tests/another_country"),
        "ALLOWED_HOSTS": "testserver",
        "SECOND_FACTOR_REQUIRED": "false",
        "FILES_A_MINUTE": "0",
        "SEARCHES_A_MINUTE": "0",
    }
    run_in(copy, "manage.py", "makemigrations", "programmes", "--name", "valdoria", **settings)
    run_in(copy, "manage.py", "migrate", "-v0", **settings)
    run_in(copy, "manage.py", "load_reference", **settings)
    run_in(copy, "manage.py", "load_sample", **settings)

    assert run_in(copy, "-c", WALK, **settings).splitlines() == [
        "faults of pages: {'en': {}, 'fr': {}}",
        "lists: True {200}",
        "tiles: ['c1 r0', 'c0 r1', '']",
        "kind: ville franche",
        "parts: True",
        "beside: True",
        "switch: ['fr']",
        "month: True",
        "kinds: ['country', 'canton', 'commune', 'town']",
        "code: True",
        "Morocco: []",
    ]
    assert run_in(copy, "manage.py", "verify_ledger", **settings).strip().endswith("all fit")
