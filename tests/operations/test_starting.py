"""Whatever is started with a setting that cannot be used ends with one sentence that names it, and no more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.machine import ROOT, free_port

pytestmark = pytest.mark.slow
UNITS = {
    "a command": ["manage.py", "showmigrations"],
    "a worker": ["manage.py", "worker", "--once"],
    "web processes": ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "tracker.wsgi"],
}
DATABASE = "Accepted: sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."
FOLDER = "Accepted: a folder that the account of the tracker may write to: mkdir, and chown to it."
GOOD = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "localhost", "DATABASE_URL": "sqlite:///{file}.db"}
CASES = (
    (
        {"SECRET_KEY": ""},
        "SECRET_KEY must be set to at least 50 random characters (or set DEBUG=true to develop).",
    ),
    (
        {"ALLOWED_HOSTS": ""},
        "ALLOWED_HOSTS must name the hosts served, separated by commas, e.g. suivi.example.ma.",
    ),
    (
        {"SITE_LANGUAGES": "fr,xx"},
        "SITE_LANGUAGES='fr,xx' must be codes of languages with commas between, as fr,ar,en.",
    ),
    ({"DATABASE_URL": "postgres//a"}, f"DATABASE_URL is not understood. {DATABASE}"),
    ({"DATABASE_URL": "mysql://a:b@c/d"}, f"DATABASE_URL is not understood. {DATABASE}"),
    (
        {"WEB_PROCESSES": "many"},
        "WEB_PROCESSES='many' is not understood. Accepted: a whole number from 1.",
    ),
    ({"WEB_THREADS": "0"}, "WEB_THREADS='0' is not understood. Accepted: a whole number from 1."),
    (
        {"SENTRY_DSN": "xx"},
        "SENTRY_DSN is not understood (Unsupported scheme ''). Accepted: https://KEY@HOST/PROJECT.",
    ),
    *(
        ({name: value}, f"{name} names {{file}}/inside, which cannot be written. {FOLDER}")
        for name, value in (
            ("MEDIA_ROOT", "{file}/inside"),
            ("PAGES_CACHE", "{file}/inside"),
            ("PUBLIC_FILES_OPTIONS", '{"location": "{file}/inside"}'),
        )
    ),
)


def begun(words: list[str], folder: Path, settings: dict[str, str]) -> tuple[int, str, str]:
    """The status of a program that ends by itself, and what it said; {file} is a file where a folder is looked for."""
    file = folder / "file"
    file.touch()
    given = {name: value.replace("{file}", str(file)) for name, value in (GOOD | settings).items()}
    own = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "DEMO")}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=own | {"WEB_BIND": f"127.0.0.1:{free_port()}"} | given,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr.replace(str(file), "{file}")


@pytest.mark.parametrize("unit", UNITS)
def test_setting_that_cannot_be_used_is_told_in_one_sentence(unit: str, tmp_path: Path) -> None:
    for settings, sentence in CASES:
        assert begun(UNITS[unit], tmp_path, settings) == (3, "", f"{sentence}\n"), settings


def test_gunicorn_without_its_file_ends_too(tmp_path: Path) -> None:
    words = ["-m", "gunicorn", "tracker.wsgi", f"--bind=127.0.0.1:{free_port()}"]
    status, _out, told = begun(words, tmp_path, CASES[0][0])
    assert (status, CASES[0][1] in told.splitlines(), "Traceback" in told) == (3, True, False)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("postgres://a:b@127.0.0.1:1/c", "connection failed: connection to server at"),
        ("sqlite:///{file}/db", "unable to open database file"),
    ],
)
def test_database_that_does_not_answer_a_command_is_told_in_one_sentence(
    place: str, said: str, tmp_path: Path
) -> None:
    status, out, told = begun(UNITS["a command"], tmp_path, {"DATABASE_URL": place})
    assert (status, out) == (1, "")
    assert told.startswith(f"The database does not answer ({said}")
    assert told.endswith(
        "). See DATABASE_URL: postgres://USER:PASSWORD@HOST:PORT/NAME or sqlite:///PATH.\n"
    )
    assert told.count("\n") == 1
