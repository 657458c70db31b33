"""Takes pictures of the main pages: `make screenshots`.

Starts the site on a scratch database with the sample data and photographs what a window shows, in each language, on a
desk (1280) and on a phone (390). All pictures go to build/screenshots/; those that the documents show, to docs/images/.

With an address, as `make screenshots PAGE=programmes/cmc/`: that page alone, whole, in light and dark.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ALL = ROOT / "build" / "screenshots"
SHOWN = ROOT / "docs" / "images"
LANGUAGES = os.environ.get("SITE_LANGUAGES", "fr,ar,en").split(",")
SIZES = {1280: 860, 390: 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PUBLIC = {
    "home": "",
    "programme": "programmes/cmc/",
    "target": "targets/cmc-12/",
    "target-jobintech": "targets/jobintech-15000/",
    "region": "regions/MA-09/",
}
STAFF = {
    "admin-home": "admin/",
    "admin-target": "admin/programmes/target/add/",
    "import": "admin/programmes/sector/import/",
}
# what the documents show: page, language, width
IN_DOCUMENTS = {
    ("home", "fr", 1280),
    ("home", "ar", 390),
    ("home", "en", 1280),
    ("target", "fr", 1280),
    ("target", "ar", 390),
    ("admin-home", "fr", 1280),
    ("admin-target", "ar", 1280),
    ("import", "fr", 1280),
}
# a new sector, a changed name, and a code that is refused
SPREADSHEET = """code;name_fr;name_ar;name_en
logistics;Logistique;اللوجستيك;Logistics
fishing;Pêche maritime;الصيد البحري;Sea fishing
Automobile;Automobile;السيارات;Automotive
"""
NAME = "secteurs.csv"


def manage(*arguments: str, env: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def site(env: dict[str, str], port: int) -> Iterator[str]:
    """The site and its worker, for as long as the pictures take."""
    commands = (
        ["runserver", f"127.0.0.1:{port}", "--noreload"],
        ["worker"],
    )
    running = [
        subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(120):
            try:
                urllib.request.urlopen(f"{address}/en/").close()
                break
            except OSError:
                time.sleep(0.5)
        else:
            sys.exit("The site did not start.")
        yield address
    finally:
        for process in running:
            process.terminate()
            process.wait()


def keep(page: Page, name: str, language: str, width: int) -> None:
    """Keeps what the window shows, and a copy where a document shows it."""
    path = ALL / f"{name}-{language}-{width}.png"
    page.screenshot(path=path, animations="disabled")
    if (name, language, width) in IN_DOCUMENTS:
        shutil.copyfile(path, SHOWN / f"{name}-{language}.png")


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/fr/admin/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.click("#login-form [type=submit]")
    page.wait_for_selector("#logout-form", state="attached")


def send_spreadsheet(page: Page) -> None:
    """Sends the file and waits for its preview."""
    page.set_input_files(
        "input[name=file]",
        {"name": NAME, "mimeType": "text/csv", "buffer": SPREADSHEET.encode()},
    )
    page.click(".submit-row [type=submit]")
    page.wait_for_selector(".counts")


def look_at(context: BrowserContext, address: str, path: str, width: int) -> None:
    """Takes one page whole, in each language, in light and dark."""
    page = context.new_page()
    for language in LANGUAGES:
        page.goto(f"{address}/{language}/{path.removeprefix('/')}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            picture = ALL / f"page-{language}-{width}-{scheme}.png"
            page.screenshot(path=picture, animations="disabled", full_page=True)
            print(picture.relative_to(ROOT))


def main() -> None:
    asked = "".join(sys.argv[1:])
    ALL.mkdir(parents=True, exist_ok=True)
    SHOWN.mkdir(parents=True, exist_ok=True)
    name, password = "amina", secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
            "DEBUG": "true",
            "DJANGO_SUPERUSER_PASSWORD": password,
        }
        manage("migrate", "--verbosity", "0", env=env)
        manage("load_reference", env=env)
        manage("load_sample", env=env)
        manage(
            "createsuperuser",
            "--noinput",
            "--username",
            name,
            "--email",
            "amina@example.ma",
            env=env,
        )
        with site(env, free_port()) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for width, height in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height})
                page = context.new_page()
                if asked:
                    if asked.startswith("admin/"):
                        sign_in(page, address, name, password)
                    look_at(context, address, asked, width)
                    continue
                for language in LANGUAGES:
                    for picture, path in PUBLIC.items():
                        page.goto(f"{address}/{language}/{path}")
                        keep(page, picture, language, width)
                sign_in(page, address, name, password)
                for language in LANGUAGES:
                    for picture, path in STAFF.items():
                        page.goto(f"{address}/{language}/{path}")
                        if picture == "import":
                            send_spreadsheet(page)
                        keep(page, picture, language, width)
                context.close()
            browser.close()
    if not asked:
        places = f"{SHOWN.relative_to(ROOT)}, all in {ALL.relative_to(ROOT)}"
        print(f"{len(IN_DOCUMENTS)} pictures in {places}")


if __name__ == "__main__":
    main()
