"""A copy of the project in which a test changes the code, as whoever follows CONTRIBUTING.md would."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def make_copy(folder: Path, languages: tuple[str, ...] = ("fr", "ar", "en")) -> Path:
    """The files of the project, those not yet committed too, with the words of these languages compiled."""
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, told.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    for language in languages:
        po = folder / f"locale/{language}/LC_MESSAGES/django.po"
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
    return folder


def run_in(folder: Path, *command: str, **settings: str) -> str:
    """What Python said of a command within a copy, which has to end well. Its database is a file of the copy."""
    made = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ
        | {
            "DEBUG": "true",
            "DATABASE_URL": f"sqlite:///{folder}/scratch.sqlite3",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "PYTHONPATH": str(folder),
        }
        | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def add_before(path: Path, line: str, added: str) -> None:
    """Writes something in front of a line that stands once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(line) == 1, f"{path.name}: {line!r}"
    path.write_text(text.replace(line, added + line), encoding="utf-8")
