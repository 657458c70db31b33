"""Many people at once on a large database: who asked for what, how long it took, what failed, and how memory went.

On PostgreSQL, behind gunicorn as it is deployed, with one worker: so many figures, 50 readers and 5 members of staff
who wait between pages, two of these taking lists out, one import of 5,000 rows, and a publication every ten seconds.
FIGURES, SECONDS and READERS are read from the environment. The readers take processor time from the same machine.
"""

import http.client
import http.cookiejar
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.benchmarks.pages import ROOT, collect, database, environment, served

FIGURES, SECONDS = int(os.environ.get("FIGURES", 20_000)), int(os.environ.get("SECONDS", 60))
READERS = int(os.environ.get("READERS", 50))
TARGETS, STAFF, IMPORTED = 2_000, 5, 5_000
PORT = 8113
PASSWORD = "a crowd of readers"
PUBLISHED_EVERY = 10
# what the server and the worker say
LOG = ROOT / "build" / "load-test.log"
REGIONS = [f"MA-{number:02}" for number in range(1, 13)]

# one time: what was asked, seconds, what went wrong (empty: nothing)
Asked = tuple[str, float, str]


def a_day(chance: random.Random) -> str:
    return f"{chance.randint(2017, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


PAGES = (
    "",
    "programmes/listed/",
    "updates/",
    "status/",
    *(f"regions/{code}/" for code in REGIONS),
    *(f"targets/cible-{number:05}/" for number in range(150)),
)


def warm() -> None:
    """Asks for every kept page once: nobody opens a site on such a day."""
    first = Person(99)
    for language in ("fr", "ar"):
        for path in PAGES:
            first.ask("", f"/{language}/{path}")


def reader_asks(chance: random.Random) -> tuple[str, str]:
    """A kind of page and one such page: mostly those that are kept, some that are built for this reader alone."""
    language = chance.choice(("fr", "ar"))
    target = f"targets/cible-{int(chance.triangular(0, 149, 0)):05}/"
    kind, path = chance.choices(
        (
            ("kept", ""),
            ("kept", "programmes/listed/"),
            ("kept", target),
            ("kept", f"regions/{chance.choice(REGIONS)}/"),
            ("kept", "updates/"),
            ("kept", "status/"),
            ("built", f"targets/cible-{chance.randint(0, 149):05}/?on={a_day(chance)}"),
            ("built", f"regions/{chance.choice(REGIONS)}/?on={a_day(chance)}"),
            ("built", f"programmes/listed/?on={a_day(chance)}"),
            ("built", f"search/?q=agadir+{chance.randint(1, 999)}"),
            ("feed", "programmes/listed.atom"),
            ("file", "data/measurements.csv"),
            ("file", "data/targets.json"),
        ),
        weights=(20, 15, 20, 10, 5, 5, 6, 4, 4, 4, 4, 1, 2),
    )[0]
    return kind, f"/{language}/{path}"


@dataclass
class Person:
    """Somebody at an address of their own, with a browser's cookies."""

    number: int
    found: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number)
        address = f"127.0.{1 + self.number // 200}.{1 + self.number % 200}"

        class From(urllib.request.HTTPHandler):
            def http_open(self, request: urllib.request.Request) -> Any:
                return self.do_open(
                    lambda host, **more: http.client.HTTPConnection(
                        host, source_address=(address, 0), **more
                    ),
                    request,
                )

        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(From, jar)

    def ask(self, kind: str, path: str, form: dict[str, Any] | bytes | None = None) -> str:
        """One question, timed; the text of the answer, empty where it failed."""
        data = urllib.parse.urlencode(form, doseq=True).encode() if isinstance(form, dict) else form
        request = urllib.request.Request(f"http://localhost:{PORT}{path}", data)
        request.add_header("Referer", f"http://localhost:{PORT}{path}")
        if isinstance(form, bytes):
            boundary = form.split(b"\r\n", 1)[0][2:].decode()
            request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        start, wrong, text = time.monotonic(), "", ""
        try:
            with self.browser.open(request, timeout=60) as answer:
                content = answer.read()
                self.at = urllib.parse.urlsplit(answer.url).path
                if (said := answer.headers.get("Content-Length")) and int(said) != len(content):
                    wrong = "short"
                text = content.decode(errors="replace")
        except urllib.error.HTTPError as error:
            wrong = str(error.code)
        except (OSError, http.client.HTTPException) as error:
            wrong = type(error).__name__
        self.found.append((kind, time.monotonic() - start, wrong))
        return text

    def rest(self, seconds: float) -> None:
        time.sleep(self.chance.uniform(seconds / 2, seconds * 1.5))

    def sign_in(self) -> None:
        page = self.ask("sign in", "/fr/admin/")
        token = _token(page)
        self.ask(
            "sign in", self.at, {"csrfmiddlewaretoken": token, "login": f"staff-{self.number}",
                                 "password": PASSWORD, "next": "/fr/admin/"},
        )  # fmt: skip


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    return found[1] if found else ""


def read(person: Person, until: float) -> None:
    while time.monotonic() < until:
        person.ask(*reader_asks(person.chance))
        # a page is read for some seconds
        person.rest(4)


def keep(person: Person, until: float) -> None:
    """A member of staff: lists, forms, and for two of them exports; the first one sends a file and applies it."""
    person.sign_in()
    table = "/fr/admin/programmes/measurement/"
    if person.number == 0:
        _import(person, table)
    while time.monotonic() < until:
        if person.number in (1, 2) and person.chance.random() < 0.1:
            _export(person, table)
        person.ask("staff", "/fr/admin/")
        person.rest(2)
        page = person.ask("staff", f"{table}?p={person.chance.randint(1, 20)}")
        keys = re.findall(r"/measurement/(\d+)/change/", page)
        person.rest(2)
        if keys:
            person.ask("staff", f"{table}{person.chance.choice(keys)}/change/")
        person.rest(2)
        person.ask("staff", f"{table}?q=agadir+{person.chance.randint(2016, 2026)}")
        person.rest(2)


def _import(person: Person, table: str) -> None:
    rows = "".join(
        f"serie-{number % TARGETS:05},2026-{7 + number // TARGETS:02}-15,{number},crowd\n"
        for number in range(IMPORTED)
    )
    token = _token(person.ask("staff", f"{table}import/"))
    edge = uuid4().hex
    form = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="crowd.csv"\r\n\r\n'
        f"series,as_of,value,source\n{rows}\r\n--{edge}--\r\n"
    ).encode()
    start = time.monotonic()
    person.ask("staff", f"{table}import/", form)
    job = person.at
    _wait(person, job)
    person.found.append(("import checked", time.monotonic() - start, ""))
    start = time.monotonic()
    token = _token(person.ask("staff", job))
    person.ask(
        "staff", job, {"csrfmiddlewaretoken": token, "do": "confirm", "confirmed": "unusual"}
    )
    _wait(person, job)
    person.ask("staff", job, {"csrfmiddlewaretoken": token, "do": "apply"})
    _wait(person, job)
    person.found.append(("import applied", time.monotonic() - start, ""))


def _wait(person: Person, job: str) -> None:
    for _time in range(600):
        if '"running": true' not in person.ask("staff", f"{job}progress/"):
            return
        time.sleep(0.5)
    person.found.append(("import", 300, "not ended"))


def _export(person: Person, table: str) -> None:
    start = time.monotonic()
    page = person.ask("staff", f"{table}export/?format=csv&headings=codes") and person.at
    for _time in range(300 if page else 0):
        if not person.ask("staff", page).startswith("<"):
            person.found.append(("export ready", time.monotonic() - start, ""))
            return
        time.sleep(1)
    person.found.append(("export ready", time.monotonic() - start, "not ended"))


def crowd(numbers: range, until: float, work: Callable[[Person, float], None]) -> list[Asked]:
    """Some people at once, in one process."""
    people = [Person(number) for number in numbers]
    threads = [threading.Thread(target=work, args=(one, until)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [asked for one in people for asked in one.found]


PUBLISHING = """
import sys, time, django
django.setup()
from django.contrib.auth import get_user_model
from django.utils import timezone
from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Series, Source
one, other = get_user_model().objects.filter(username__in=["staff-3", "staff-4"])
source, ends = Source.objects.get(code="crowd"), time.monotonic() + float(sys.argv[1])
number = 0
while time.monotonic() < ends:
    start = time.monotonic()
    row = Measurement(series=Series.objects.order_by("code")[number], value=9_000 + number, source=source)
    row.as_of = PreciseDate.of_day(timezone.localdate())
    row = services.submit(services.record(row, by=one), by=one)
    services.publish(row, by=other, confirmation="crowd")
    print(time.monotonic() - start, flush=True)
    number += 1
    time.sleep(max(0, float(sys.argv[2]) - (time.monotonic() - start)))
"""
# those that the readers take; a worker makes the others meanwhile, and these anew
FILES = """
import django
django.setup()
from programmes.spreadsheets.sending.public_files.data_files import make_public, state_of_files
for name in ("measurements.fr.csv", "measurements.ar.csv", "targets.fr.json", "targets.ar.json"):
    make_public(name, state_of_files())
"""
MEMBERS = """
import sys, django
django.setup()
from django.contrib.auth import get_user_model
from django.utils import timezone
from programmes.models import Organisation, Source
office = Organisation.objects.get(code="office")
source = Source(code="crowd", kind="report", title="Rapport", organisation=office)
source.date_on, source.date_precision = timezone.localdate(), "day"
source.save()
for number in range(int(sys.argv[1])):
    get_user_model().objects.create_superuser(f"staff-{number}", f"staff-{number}@example.ma", sys.argv[2])
"""


def memory_of(process: int) -> dict[str, float]:
    """What a process and its children hold now, each for itself, in MB."""
    found = {}
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    for one in (process, *map(int, children)):
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            held = sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
            found[str(one)] = held / 1024
    return found


def watch(processes: dict[str, int], until: float) -> Iterator[dict[str, float]]:
    """What each program holds, every two seconds, until a moment."""
    while time.monotonic() < until:
        yield {name: sum(memory_of(process).values()) for name, process in processes.items()}
        time.sleep(2)


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def tell(found: list[Asked], memory: list[dict[str, float]]) -> bool:
    """Prints what happened; whether nothing failed."""
    times: dict[str, list[float]] = defaultdict(list)
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, seconds, fault in found:
        times[kind].append(seconds)
        if fault:
            wrong[kind][fault] += 1
    print(f"{'':16}{'asked':>8}{'failed':>8}{'p50':>9}{'p95':>9}{'p99':>9}   s")
    for kind, some in sorted(times.items()):
        cuts = "".join(f"{percentile(some, share):9.2f}" for share in (0.5, 0.95, 0.99))
        told = ", ".join(f"{count} x {fault}" for fault, count in wrong[kind].items())
        print(f"{kind:16}{len(some):8}{sum(wrong[kind].values()):8}{cuts}   {told}")
    for name in memory[0]:
        held = [one[name] for one in memory]
        third = len(held) // 3 or 1
        print(
            f"memory of the {name}, MB: {held[0]:.0f} at first, {percentile(held[:third], 0.5):.0f} early, "
            f"{percentile(held[-third:], 0.5):.0f} late, {max(held):.0f} at most"
        )
    return not any(wrong.values())


def main() -> None:
    """Fills a database, lets everybody in, and tells."""
    address = database("crowd")
    with tempfile.TemporaryDirectory(prefix="tracker-crowd-") as folder:
        variables = environment(address) | {
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "EMAIL_URL": "dummymail://",
            "PAGES_CACHE": f"{folder}/pages",
            "PUBLIC_FILES_OPTIONS": json.dumps({"location": f"{folder}/files"}),
        }
        run = [sys.executable, "-m", "tests.benchmarks.promises", str(TARGETS), str(FIGURES)]
        subprocess.run(run, cwd=ROOT, env=environment(address), check=True)
        subprocess.run(
            [sys.executable, "-c", MEMBERS, str(STAFF), PASSWORD],
            cwd=ROOT,
            env=variables,
            check=True,
        )
        with psycopg.connect(address, autocommit=True) as connection:
            # as deploy/postgresql/roles.sql sets it
            connection.execute("ALTER DATABASE crowd SET jit = off")
        collect(variables)
        subprocess.run([sys.executable, "-c", FILES], cwd=ROOT, env=variables, check=True)
        log = LOG.open("wb")
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=ROOT, env=variables, stdout=log, stderr=log
        )
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "tracker.wsgi",
            "-c",
            "deploy/gunicorn.conf.py",
        ]
        try:
            with served(command, PORT, ROOT, variables, log) as web:
                warm()
                print(
                    f"{FIGURES} figures, {READERS} readers, {STAFF} staff, {SECONDS} s", flush=True
                )
                until = time.monotonic() + SECONDS
                publishing = subprocess.Popen(
                    [sys.executable, "-c", PUBLISHING, str(SECONDS), str(PUBLISHED_EVERY)],
                    cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True,
                )  # fmt: skip
                with multiprocessing.get_context("fork").Pool(2) as pool:
                    waiting = [
                        pool.apply_async(crowd, (range(100, 100 + READERS), until, read)),
                        pool.apply_async(crowd, (range(STAFF), until, keep)),
                    ]
                    memory = list(watch({"web": web.process.pid, "worker": worker.pid}, until))
                    found = [asked for one in waiting for asked in one.get()]
                out, _err = publishing.communicate(timeout=60)
                found += [("publication", float(line), "") for line in out.split()]
                if publishing.returncode:
                    found.append(("publication", 0, "ended"))
            is_good = tell(found, memory)
        finally:
            worker.terminate()
            # it ends what it has begun: a file of all figures
            worker.wait(timeout=120)
        sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
