"""Processes that apply files with the same rows at one moment write them once; the others are in conflict."""

from pathlib import Path
from typing import Any

import pytest

from tests.faults.accounts import ACCOUNTS, Account
from tests.spreadsheets.test_worker import Elsewhere, elsewhere

__all__ = ["elsewhere"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

ROWS = 600
SEND = """
user = make_base(series=50)
content = as_xlsx(HEADER, rows({rows}, series=50))
for _person in range({times}):
    job = jobs.check(jobs.send("measurements", content, "figures.xlsx", by=user))
    print(job.pk, job.state, job.counts["new"])
"""
APPLY = """
from pathlib import Path
user = get_user_model().objects.get(username="bench")
job = ImportJob.objects.get(pk={job})
print("ready", flush=True)
while not Path({sign!r}).exists():
    pass
print(jobs.apply(job, by=user).state)
"""
LOOK = """
print(*ImportJob.objects.order_by("pk").values_list("state", flat=True), Measurement.objects.count())
"""


def apply_at_once(elsewhere: Elsewhere, folder: Path, times: int) -> None:
    """That many processes, which all begin when the last of them is ready."""
    sent = [
        line.split() for line in elsewhere.run(SEND.format(rows=ROWS, times=times)).splitlines()
    ]
    assert [line[1:] for line in sent] == [["checked", str(ROWS)]] * times
    sign = folder / "go"
    started = [elsewhere.start(APPLY.format(job=line[0], sign=str(sign))) for line in sent]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    sign.touch()
    said = sorted(_said(process) for process in started)
    *states, count = elsewhere.run(LOOK).split()
    written = int(count)
    ACCOUNTS.append(
        Account(
            f"{times} imports of the same {ROWS} rows applied at once",
            1,
            max(0, ROWS - written),
            max(0, written - ROWS),
            None,
        )
    )
    assert said == sorted(states) == ["applied"] + ["conflict"] * (times - 1)
    assert written == ROWS


def _said(process: Any) -> str:
    printed, _errors = process.communicate(timeout=300)
    assert process.returncode == 0
    return printed.split()[-1]


@pytest.mark.long
def test_same_rows_applied_at_the_same_moment_are_written_once(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    apply_at_once(elsewhere, tmp_path, 3)


@pytest.mark.long
def test_same_rows_applied_by_ten_at_the_same_moment_are_written_once(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    apply_at_once(elsewhere, tmp_path, 10)
