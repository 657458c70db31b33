"""A language more is a setting, a catalogue and a generated migration: one is added to a copy, without code."""

from pathlib import Path

import pytest

from tests.scratch import ROOT, make_copy, run_in

CATALOGUE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Search"
msgstr "ⵔⵣⵓ"
"""

# Asked of the copy within Django, once its database is made: each answer is printed.
QUESTIONS = """
from django.contrib.auth import get_user_model
from django.test import Client
from programmes.models import Territory
from programmes.spreadsheets.columns.tables import TABLES

staff = get_user_model().objects.create_superuser("staff", is_staff=True)
reader, desk = Client(), Client()
desk.force_login(staff)

def of(client, address):
    return b"".join(client.get(address, headers={"host": "localhost"})).decode()

Territory.objects.filter(code="MA-07").update(name_zgh="ⵎⵕⵕⴰⴽⵛ-ⴰⵙⴼⵉ")
home, page = of(reader, "/zgh/"), of(reader, "/zgh/regions/MA-07/")
form, there = of(desk, "/fr/admin/programmes/territory/add/"), of(reader, "/fr/")
file = of(reader, "/zgh/data/territories.csv")
print("page:", '<html lang="zgh" dir="ltr">' in home)
print("word:", "ⵔⵣⵓ" in home)
print("switch:", 'lang="zgh" hreflang="zgh">ⵜⴰⵎⴰⵣⵉⵖⵜ' in there)
print("name:", "ⵎⵕⵕⴰⴽⵛ-ⴰⵙⴼⵉ" in page)
print("falls back:", 'lang="fr" dir="ltr"' in page)
print("glossary:", "programme" in of(reader, "/zgh/glossary/"))
print("tab:", 'name="name_zgh"' in form and 'lang="zgh"' in form)
print("columns:", [one.code for one in TABLES["territories"]().columns if "_zgh" in one.code])
print("file:", "ⵎⵕⵕⴰⴽⵛ-ⴰⵙⴼⵉ" in file)
"""


@pytest.mark.long
def test_fourth_language_needs_no_code(tmp_path: Path) -> None:
    languages = ("fr", "ar", "en", "zgh")
    folder = tmp_path / "locale/zgh/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE, encoding="utf-8")
    copy = make_copy(tmp_path, languages)

    def manage(*command: str) -> str:
        return run_in(copy, "manage.py", *command, SITE_LANGUAGES=",".join(languages))

    manage("makemigrations", "programmes", "--name", "tamazight")
    manage("migrate", "-v0")
    manage("load_reference")

    assert manage("shell", "-v0", "-c", QUESTIONS).splitlines() == [
        "page: True",
        "word: True",
        "switch: True",
        "name: True",
        "falls back: True",
        "glossary: True",
        "tab: True",
        "columns: ['name_zgh']",
        "file: True",
    ]


def test_language_that_sources_are_read_in_already_may_be_one_of_the_site() -> None:
    said = run_in(
        ROOT,
        "-c",
        "import django; django.setup(); from programmes.models import Source; print(*Source.Language.values)",
        SITE_LANGUAGES="es,fr",
    )
    assert said == "es fr\n"
