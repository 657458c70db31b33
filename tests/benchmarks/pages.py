"""The cases of pages, on PostgreSQL behind gunicorn with two workers: in short turns, medians.

| case                | ours                          | stock                         | floor                     |
|---------------------|-------------------------------|-------------------------------|---------------------------|
| page-150            | 150 targets, not cached       | Subquery, Django template     | the same joined as text   |
| page-150-wagtail    | the same                      | a Wagtail listing of 150      | the same joined as text   |
| page-150-cached     | the same, built before        | Subquery, Django template     | a view that does nothing  |
| page-150-304        | the same, held by the reader  | Subquery, Django template     | a view that does nothing  |
| page-150-at-1m      | at 1,000,000 figures          | Subquery, at 1,000,000 figures | ours at 1,000 figures    |

There are 10,000 targets at both sizes, and the page is the same at both.
`at-1m` also says how many queries there are and whether their plans are those
at 1,000 figures.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks.load import etag, rate

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ("page-150", "page-150-wagtail", "page-150-cached", "page-150-304", "page-150-at-1m")
STAFF = (
    "admin-first-page-1m",
    "admin-search-1m",
    "admin-change-form-1m",
    "admin-grid-first-row-1m",
    "admin-grid-submit-1m",
)
PAGE = "/fr/programmes/listed/"
# What asks a question is not kept: the page is built for each reader.
BUILT = f"{PAGE}?n=1"
TARGETS, FEW, MANY = 10_000, 1_000, 1_000_000
# The speed of a machine that is shared wanders within seconds: many short turns, and ratios within a turn.
TURNS = 5
PORT = 8103
WAGTAIL = ROOT / "tests" / "benchmarks" / "wagtail_site"

Result = dict[str, Any]
Rates = list[float]


def bench_pages(cases: list[str], rounds: int) -> list[Result]:
    """The results of the cases asked for."""
    if not cases or "PGHOST" not in os.environ:
        return []
    few, many = database("pages_few"), database("pages_many")
    results: list[Result] = []
    prepare(few, FEW)
    collect(environment(few))
    near = [case for case in cases if case not in ("page-150-at-1m", "page-150-wagtail")]
    with server(few) as first:
        ways: dict[str, Callable[[], float]] = {
            "ours": lambda: rate(first.port, BUILT),
            "stock": lambda: rate(first.port, "/bench/stock/"),
            "floor": lambda: rate(first.port, "/bench/floor/"),
        }
        if "page-150-cached" in near or "page-150-304" in near:
            held = etag(first.port, PAGE)
            ways |= {
                "trivial": lambda: rate(first.port, "/bench/trivial/"),
                "cached": lambda: rate(first.port, PAGE),
                "304": lambda: rate(first.port, PAGE, status=304, held=held),
            }
        if "page-150-wagtail" in cases:
            with wagtail(database("pages_wagtail")) as other:
                ways["wagtail"] = lambda: rate(other.port, "/listing/")
                found = measure(ways, rounds)
        else:
            found = measure(ways, rounds)
        peak = first.peak_mb()
    for case, ours, stock, floor in (
        ("page-150", "ours", "stock", "floor"),
        ("page-150-wagtail", "ours", "wagtail", "floor"),
        ("page-150-cached", "cached", "stock", "trivial"),
        ("page-150-304", "304", "stock", "trivial"),
    ):
        if case in cases:
            results.append(result(case, found[ours], found[stock], found[floor], peak))
    if "page-150-at-1m" in cases:
        results.append(bench_size(few, many, rounds))
    return results


def bench_size(few: str, many: str, rounds: int) -> Result:
    """The page at a thousand and at a million figures, both servers side by side."""
    prepare(many, MANY)
    with server(few) as small, server(many, PORT + 1) as large:
        found = measure(
            {
                "few": lambda: rate(small.port, BUILT),
                "many": lambda: rate(large.port, BUILT),
                "stock": lambda: rate(large.port, "/bench/stock/"),
            },
            rounds,
        )
        peak = large.peak_mb()
    plans = [plan(address) for address in (few, many)]
    line = result("page-150-at-1m", found["many"], found["stock"], found["few"], peak)
    return {**line, "queries": len(plans[1]), "same_plans": plans[0] == plans[1]}


def bench_staff(cases: list[str], rounds: int) -> list[Result]:
    """The staff's pages at a million figures (see staff.py)."""
    if not cases or "PGHOST" not in os.environ:
        return []
    address = database("staff_many")
    prepare(address, MANY)
    variables = environment(address)
    collect(variables)
    run = [sys.executable, "-m", "tests.benchmarks.staff", str(rounds)]
    done = subprocess.run(
        run, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return [one for one in found if one["name"].removesuffix("-postgresql") in cases]


def result(name: str, ours: Rates, stock: Rates, floor: Rates, peak: float) -> Result:
    """The medians of the turns, and of the ratios within each."""
    return {
        "name": f"{name}-postgresql",
        "unit": "requests/s",
        "ours": round(statistics.median(ours), 1),
        "stock": round(statistics.median(stock), 1),
        "floor": round(statistics.median(floor), 1),
        "to_stock": round(_ratio(ours, stock), 2),
        "to_floor": round(_ratio(ours, floor), 2),
        "peak_mb": round(peak),
    }


def _ratio(one: Rates, other: Rates) -> float:
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def measure(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, Rates]:
    """The rates of each way in turn, `TURNS` for each round; the first turn warms everything up and does not count."""
    found: dict[str, Rates] = {name: [] for name in ways}
    for number in range(rounds * TURNS + 1):
        for name, way in ways.items():
            answered = way()
            if number:
                found[name].append(answered)
    return found


def environment(address: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.site_settings",
        "DEBUG": "false",
        "SECRET_KEY": "benchmark" * 8,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost",
        "SECOND_FACTOR_REQUIRED": "false",
    }


def database(name: str) -> str:
    """The address of a new, empty database."""
    with psycopg.connect(autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return "postgres://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/".format(**os.environ) + name


def prepare(address: str, figures: int) -> None:
    """Fills a database with 10,000 targets and so many figures."""
    run = [sys.executable, "-m", "tests.benchmarks.promises", str(TARGETS), str(figures)]
    subprocess.run(run, cwd=ROOT, env=environment(address), check=True)


def plan(address: str) -> list[Any]:
    """The plan of each query of the page: its kinds of nodes and the indexes they use."""
    run = [sys.executable, "-m", "tests.benchmarks.plans", BUILT]
    done = subprocess.run(
        run, cwd=ROOT, env=environment(address), check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


class Server:
    """gunicorn with two workers."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process, self.port = process, port

    def peak_mb(self) -> float:
        """The most memory that one of the workers has held."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return max(_peak(int(child)) for child in task.read_text().split())


def _peak(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if "VmHWM" in line).split()[1]) / 1024


@contextmanager
def served(
    command: list[str], port: int, folder: Path, variables: dict[str, str], log: Any = None
) -> Iterator[Server]:
    """A server while it is measured. `log`: the file of what it says, in place of the screen.

    Raises:
        RuntimeError: another answers on its port, and would be measured instead.
    """
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        raise RuntimeError(f"port {port} is taken")
    line = [*command, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--log-level", "error"]
    process = subprocess.Popen(line, cwd=folder, env=variables, stdout=log, stderr=log)
    try:
        for _attempt in range(100):
            time.sleep(0.2)
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def collect(variables: dict[str, str]) -> None:
    """The styles and scripts that pages name."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env=variables, check=True)


def server(address: str, port: int = PORT) -> Any:
    """The tracker, with the pages that are measured beside its own."""
    command = [sys.executable, "-m", "gunicorn", "tracker.wsgi"]
    return served(command, port, ROOT, environment(address))


def wagtail(address: str) -> Any:
    """A site of 150 Wagtail pages, with an environment of its own under build/."""
    folder = ROOT / "build" / "bench-wagtail"
    python = str(folder / "bin" / "python")
    if not Path(python).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        needed = str(WAGTAIL / "requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "-qq", "-r", needed], check=True)
    variables = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "site_settings"}
    subprocess.run([python, "fill.py"], cwd=WAGTAIL, env=variables, check=True)
    return served([python, "-m", "gunicorn", "site_wsgi"], PORT + 2, WAGTAIL, variables)
