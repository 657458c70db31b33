"""LibreOffice, without a window: opens files and saves them again."""

import shutil
import subprocess
from pathlib import Path

import pytest

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)


def saved_by_libreoffice(folder: Path, *files: tuple[str, bytes]) -> dict[str, bytes]:
    """The files as LibreOffice saves them, by name; all in one run, with a profile of their own."""
    sent, back = folder / "sent", folder / "back"
    sent.mkdir()
    for name, content in files:
        (sent / name).write_bytes(content)
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(back),
            *(str(sent / name) for name, _content in files),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {name: (back / name).with_suffix(".xlsx").read_bytes() for name, _content in files}
