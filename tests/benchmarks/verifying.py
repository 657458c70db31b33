"""How long `verify.py` takes over a ledger of 100,000 entries with its data, in milliseconds of processor time.

Beside it the floor: each line read as JSON and digested once.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from programmes import verify  # noqa: E402 - after Django is ready
from tests.test_verify import data, figures, file_of, lines  # noqa: E402

ENTRIES = 100_000


def main() -> None:
    """Prints one line of JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger, file = folder / "ledger.jsonl", folder / "measurements-2026-11-28-all.json"
        with ledger.open("wb") as opened:
            opened.writelines(lines(entries := figures(ENTRIES)))
        file.write_bytes(b"".join(file_of(data(entries))))
        taken = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, verify.__file__, ledger.name, file.name],
                cwd=folder,
                check=True,
                capture_output=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        start = time.process_time()
        with ledger.open("rb") as opened:
            for line in opened:
                json.loads(line)
                hashlib.sha256(line).digest()
        floor = time.process_time() - start
    print(json.dumps({"verify": round(min(taken) * 1000), "floor": round(floor * 1000)}))


if __name__ == "__main__":
    main()
