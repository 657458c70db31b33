"""`make bench`: ours, the stock way and the floor, interleaved, on both databases.

Prints a table and writes build/bench.json. `make bench ONLY=import-new` runs the cases whose name starts so. Stock is
measured at a tenth of the rows of files and its rate is used. Pages are measured on PostgreSQL (see pages.py).
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.pages import CASES as PAGES
from tests.benchmarks.pages import STAFF, bench_pages, bench_staff

# What may take how many milliseconds: restating a target of 100 figures after one, 1,000 targets, a whole of 75 parts;
# reading a ledger of 100,000 entries.
RESTATING = {"restate-one": 25, "restate-bulk": 20_000, "restate-whole": 2_000}
VERIFYING = {"verify": 10_000}
ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ("import-new", "import-changed", "import-same", "export-csv", "export-xlsx", "publish")
WAYS = ("ours", "stock", "floor")
ROWS = int(os.environ.get("ROWS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))


def measure(case: str, way: str, address: str) -> dict[str, float]:
    """One run in a fresh process."""
    count = ROWS // 10 if way == "stock" else ROWS
    environment = os.environ | {
        "DATABASE_URL": address,
        "DEBUG": "false",
        "SECRET_KEY": "benchmark" * 8,
        "ALLOWED_HOSTS": "localhost",
        "IMPORT_MAX_ROWS": str(max(200_000, ROWS)),
        "IMPORT_MAX_CELLS": str(max(5_000_000, ROWS * 20)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.one", case, way, str(count)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def bench(case: str, database: str, address: str) -> dict[str, float | str]:
    """The medians of a case on one database."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for number in range(ROUNDS):
        for way in WAYS:
            # the stock way takes minutes: once is enough for a rate
            if way != "stock" or number == 0 or case == "publish":
                found[way].append(measure(case, way, address))
    rate = {way: statistics.median(one["rate"] for one in runs) for way, runs in found.items()}
    return {
        "name": f"{case}-{database}",
        "unit": "rows/s",
        "ours": round(rate["ours"]),
        "stock": round(rate["stock"]),
        "floor": round(rate["floor"]),
        "to_stock": round(rate["ours"] / rate["stock"], 2),
        "to_floor": round(rate["ours"] / rate["floor"], 2),
        "peak_mb": round(statistics.median(one["peak_mb"] for one in found["ours"])),
    }


def bench_times(
    module: str, bars: dict[str, int], database: str, address: str
) -> list[dict[str, Any]]:
    """The milliseconds that a module of this package measures, each against the most that it may take."""
    environment = os.environ | {"DATABASE_URL": address, "DEBUG": "false", "SECRET_KEY": "b" * 60}
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}"],
        cwd=ROOT,
        env=environment | {"ALLOWED_HOSTS": "localhost"},
        check=True,
        capture_output=True,
        text=True,
    )
    taken = json.loads(done.stdout.splitlines()[-1])
    return [
        {"name": f"{case}-{database}", "unit": "ms", "ours": taken[case], "bar": bar}
        for case, bar in bars.items()
    ]


def migrate(address: str) -> None:
    """An empty database with the tables."""
    environment = os.environ | {"DATABASE_URL": address, "DEBUG": "true"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True
    )


def asked(name: str, only: str) -> bool:
    """Whether a case is asked for by its name or how it begins; `page-150` is one, with several beside it."""
    return name == only if only in PAGES else name.startswith(only)


def show(one: dict[str, Any]) -> None:
    """One line of the table."""
    more = "".join(
        f"  {name} {one[name]}" for name in ("queries", "same_plans", "kb") if name in one
    )
    print(
        f"{one['name']:28}{one['ours']:>9}{one['stock']:>9}{one['floor']:>9}"
        f"{one['to_stock']:>9}x{one['to_floor']:>9}x{one['peak_mb']:>9}{more}",
        flush=True,
    )


def main() -> None:
    """Runs what ONLY asks for on SQLite, and on PostgreSQL where its address is given (see .ci/bench)."""
    only = os.environ.get("ONLY", "")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        addresses = {"sqlite": f"sqlite:///{folder}/bench.sqlite3"}
        if "PGHOST" in os.environ:
            server = "{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
            addresses["postgresql"] = f"postgres://{server}"
        for address in addresses.values():
            migrate(address)
        print(
            f"{'':28}{'ours':>9}{'stock':>9}{'floor':>9}{'to stock':>10}{'to floor':>10}{'peak MB':>9}"
        )
        for case in CASES:
            for database, address in addresses.items():
                if not asked(f"{case}-{database}", only):
                    continue
                one = bench(case, database, address)
                results.append(one)
                show(one)
        timed = [("restating", RESTATING, database) for database in addresses]
        for module, bars, database in [*timed, ("verifying", VERIFYING, "sqlite")]:
            if any(asked(case, only) for case in bars):
                for one in bench_times(module, bars, database, addresses[database]):
                    results.append(one)
                    print(f"{one['name']:28}{one['ours']:>9} ms, at most {one['bar']}", flush=True)
        for one in bench_pages([case for case in PAGES if asked(case, only)], ROUNDS):
            results.append(one)
            show(one)
        for one in bench_staff([case for case in STAFF if asked(case, only)], ROUNDS):
            results.append(one)
            show(one)
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "bench.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
