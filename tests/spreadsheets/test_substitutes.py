"""A dependency that one person keeps can be exchanged: what rests on it passes on another one too."""

import os
import subprocess
import sys

import pytest

from tests.databases import ROOT

EXPORTS = (
    "tests/admin/test_exports.py",
    "tests/public/test_data.py",
    "tests/spreadsheets/test_every_writer.py",
    "tests/spreadsheets/test_exporting.py",
    "tests/spreadsheets/test_round_trip.py",
    "tests/spreadsheets/test_sent_again.py",
)


@pytest.mark.long
def test_exports_pass_on_xlsxwriter() -> None:
    run = ["-m", "pytest", "-q", "-n", "0", "-p", "tests.spreadsheets.by_xlsxwriter", *EXPORTS]
    said = subprocess.run(
        [sys.executable, *run], cwd=ROOT, env=os.environ, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stdout[-10_000:]
