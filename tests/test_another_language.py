"""A language more is a setting, a catalogue and a generated migration: one is added to a copy, without code."""

import os
import subprocess
import sys
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

# Tests that write out pages, columns or documents.
OF_THREE_LANGUAGES = (
    "tests/test_architecture.py",
    "tests/spreadsheets/test_exporting.py",
    "tests/public/test_every_text.py",
)

# Asked of the copy within Django, once its database is made: each answer is printed.
QUESTIONS = """
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.translation import ngettext, override
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
columns = [one for one in TABLES["territories"]().columns if one.language == "zgh"]
with override("fr"):
    print("columns:", [(one.code, str(one.label)) for one in columns])
with override("zgh"):
    print("plural:", ngettext("%(number)s month", "%(number)s months", 3) % {"number": 3})
print("file:", "ⵎⵕⵕⴰⴽⵛ-ⴰⵙⴼⵉ" in file)
"""


def copy_with_catalogue(folder: Path, languages: tuple[str, ...]) -> Path:
    """A copy that has a catalogue of the last language too."""
    catalogue = folder / f"locale/{languages[-1]}/LC_MESSAGES/django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    return make_copy(folder, languages)


@pytest.mark.long
def test_fourth_language_needs_no_code(tmp_path: Path) -> None:
    languages = ("fr", "ar", "en", "zgh")
    copy = copy_with_catalogue(tmp_path, languages)

    def manage(*command: str) -> str:
        return run_in(copy, "manage.py", *command, SITE_LANGUAGES=",".join(languages))

    # with all messages, as the guide has it, and compiled as `make run` does
    run_in(copy, ".ci/messages.py")
    words = str(copy / "locale/zgh/LC_MESSAGES/django")
    compile_words = ("compile", "-D", "django", "-i", f"{words}.po", "-o", f"{words}.mo")
    run_in(copy, "-m", "babel.messages.frontend", *compile_words)
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
        "columns: [('name_zgh', 'nom (Amazighe standard marocain)')]",
        "plural: 3 mois",
        "file: True",
    ]

    # who exported the setting for their site runs the tests, which are of the three languages, in the same shell
    (copy / ".venv").symlink_to(sys.prefix)
    told = subprocess.run(
        [".ci/test-sqlite", "-n", "0", "-m", "not long", *OF_THREE_LANGUAGES],
        cwd=copy,
        env=os.environ | {"SITE_LANGUAGES": ",".join(languages)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-2000:] + told.stderr[-2000:]


@pytest.mark.long
def test_ledger_of_a_site_that_gets_a_language_fits_as_before(tmp_path: Path) -> None:
    languages = ("fr", "ar", "en", "es")
    copy = copy_with_catalogue(tmp_path, languages)

    def manage(*command: str, spoken: tuple[str, ...] = languages) -> str:
        return run_in(copy, "manage.py", *command, SITE_LANGUAGES=",".join(spoken))

    manage("migrate", "-v0", spoken=languages[:3])
    manage("load_reference", spoken=languages[:3])
    manage("load_sample", spoken=languages[:3])
    before = manage("verify_ledger", spoken=languages[:3]).splitlines()[-1]
    manage("makemigrations", "programmes", "--name", "spanish")
    manage("migrate", "-v0")

    assert manage("verify_ledger").splitlines()[-1] == before
    assert before == "784 entries, 796 rows, 0 kept digests: all fit"


def test_language_that_sources_are_read_in_already_may_be_one_of_the_site() -> None:
    said = run_in(
        ROOT,
        "-c",
        "import django; django.setup(); from programmes.models import Source; print(*Source.Language.values)",
        SITE_LANGUAGES="es,fr",
    )
    assert said == "es fr\n"
