"""A language more is a setting, a catalogue and a generated migration: one is added to a copy, without code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent

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
print("tab:", 'name="name_zgh"' in form and 'lang="zgh"' in form)
print("columns:", [one.code for one in TABLES["territories"]().columns if "_zgh" in one.code])
print("file:", "ⵎⵕⵕⴰⴽⵛ-ⴰⵙⴼⵉ" in file)
"""


def in_copy(copy: Path, *command: str) -> str:
    run = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=copy,
        env=os.environ
        | {
            "SITE_LANGUAGES": "fr,ar,en,zgh",
            "DEBUG": "true",
            "DATABASE_URL": f"sqlite:///{copy}/db.sqlite3",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.long
def test_fourth_language_needs_no_code(tmp_path: Path) -> None:
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, told.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    folder = tmp_path / "locale/zgh/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE, encoding="utf-8")
    for language in ("fr", "ar", "en", "zgh"):
        po = tmp_path / f"locale/{language}/LC_MESSAGES/django.po"
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))

    in_copy(tmp_path, "makemigrations", "programmes", "--name", "tamazight")
    in_copy(tmp_path, "migrate", "-v0")
    in_copy(tmp_path, "load_reference")

    assert in_copy(tmp_path, "shell", "-v0", "-c", QUESTIONS).splitlines() == [
        "page: True",
        "word: True",
        "switch: True",
        "name: True",
        "falls back: True",
        "tab: True",
        "columns: ['name_zgh']",
        "file: True",
    ]
