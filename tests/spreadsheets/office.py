"""LibreOffice, without a window: opens files and saves them again."""

import shutil
import subprocess
from pathlib import Path

import pytest

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)


KINDS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "ods": "ods",
    "xls": "xls:MS Excel 97",
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1",
}


def saved_by_libreoffice(
    folder: Path, *files: tuple[str, bytes], kind: str = "xlsx"
) -> dict[str, bytes]:
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
            KINDS[kind],
            "--outdir",
            str(back),
            *(str(sent / name) for name, _content in files),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {name: (back / name).with_suffix(f".{kind}").read_bytes() for name, _content in files}
