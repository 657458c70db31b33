"""Keeps the message catalogues in step with the code.

Without arguments: reads the messages anew from code and templates into locale/*/LC_MESSAGES/django.po, those of a
language that only this site has too; new ones come out empty, gone ones are dropped. With --check: changes nothing, and
fails where a message of the languages named here is missing, gone, empty, fuzzy, or has other placeholders than its
original. `locale/packages.txt` names, one per line, messages of installed packages that we translate because they do
not.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
    ),
    "en": "nplurals=2; plural=(n != 1);",
}
STRAIGHT_APOSTROPHE = re.compile(r"\w'\w")
PLACEHOLDER = re.compile(r"%\([^)]+\)[a-z]|%[sd](?![a-z])|\{[a-z_0-9]*\}")


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def extracted() -> list[polib.POEntry]:
    """The messages that code, templates and packages.txt hold."""
    if not shutil.which("xgettext"):
        sys.exit("gettext is missing: apt install gettext")
    kept = {path: path.read_bytes() for path in LOCALE.glob("*/LC_MESSAGES/django.po")}
    try:
        subprocess.run(
            [
                sys.executable,
                "manage.py",
                "makemessages",
                "--all",
                "--keep-pot",
                "--no-location",
                "--no-wrap",
                "--ignore=.venv",
                "--ignore=build",
                "--ignore=tests",
                "--ignore=staticfiles",
            ],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBUG": "true"},
        )
        pot = polib.pofile(str(LOCALE / "django.pot"))
    finally:
        (LOCALE / "django.pot").unlink(missing_ok=True)
        for path, content in kept.items():
            path.write_bytes(content)
    entries = {(e.msgctxt, e.msgid): e for e in pot if not e.obsolete}
    for line in (LOCALE / "packages.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            msgid, _bar, plural = line.partition(" | ")
            flags = ["python-format"] if PLACEHOLDER.search(msgid) else []
            entry = polib.POEntry(msgid=msgid, msgid_plural=plural, flags=flags)
            entries.setdefault((None, msgid), entry)
    return [entries[key] for key in sorted(entries, key=lambda key: (key[1], key[0] or ""))]


def update(language: str, wanted: list[polib.POEntry]) -> None:
    """Writes the catalogue of one language anew, keeping the translations it has."""
    path = catalogue(language)
    found = polib.pofile(str(path)) if path.exists() else polib.POFile()
    old = {(e.msgctxt, e.msgid): e for e in found}
    plurals = LANGUAGES.get(language) or found.metadata["Plural-Forms"]
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plurals,
    }
    forms = int(plurals[9])
    for entry in wanted:
        before = old.get((entry.msgctxt, entry.msgid))
        new = polib.POEntry(
            msgid=entry.msgid,
            msgctxt=entry.msgctxt,
            msgid_plural=entry.msgid_plural,
            flags=[flag for flag in entry.flags if flag != "fuzzy"],
            comment=entry.comment,
        )
        if entry.msgid_plural:
            new.msgstr_plural = {
                n: (before.msgstr_plural.get(n, "") if before else "") for n in range(forms)
            }
            if language == "en":
                new.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
            if not all(new.msgstr_plural.values()):
                # compiled as it is, an empty plural would be read in English, not in the first language of the site
                new.flags.append("fuzzy")
        else:
            new.msgstr = before.msgstr if before else ""
            if language == "en":
                new.msgstr = entry.msgid
        fresh.append(new)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(path))


def faults(language: str, wanted: list[polib.POEntry]) -> list[str]:
    """What is wrong with the catalogue of one language."""
    found = {
        (e.msgctxt, e.msgid): e for e in polib.pofile(str(catalogue(language))) if not e.obsolete
    }
    keys = {(e.msgctxt, e.msgid) for e in wanted}
    lines = [f"{language}: not in the catalogue: {msgid!r}" for _ctx, msgid in keys - set(found)]
    lines += [f"{language}: no longer used: {msgid!r}" for _ctx, msgid in set(found) - keys]
    for entry in found.values():
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy or not all(texts):
            lines.append(f"{language}: not translated: {entry.msgid!r}")
            continue
        allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(
            PLACEHOLDER.findall(entry.msgid_plural or "")
        )
        for text in texts:
            used = set(PLACEHOLDER.findall(text))
            # a plural form may leave the number out ("one day"); nothing else may be lost or invented
            if used - allowed or (not entry.msgid_plural and used != allowed):
                lines.append(f"{language}: other placeholders than {entry.msgid!r}: {text!r}")
            if language == "fr" and STRAIGHT_APOSTROPHE.search(text):
                lines.append(f"fr: ’ is the apostrophe of French: {text!r}")
    return lines


def main() -> None:
    for language in LANGUAGES:
        catalogue(language).parent.mkdir(parents=True, exist_ok=True)
    wanted = extracted()
    if "--check" in sys.argv:
        lines = [line for language in LANGUAGES for line in faults(language, wanted)]
        print(
            "\n".join(lines[:60]) or f"{len(wanted)} messages, complete in {', '.join(LANGUAGES)}"
        )
        sys.exit(bool(lines))
    others = {path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/django.po")} - set(LANGUAGES)
    for language in (*LANGUAGES, *sorted(others)):
        update(language, wanted)
    print(f"{len(wanted)} messages")


if __name__ == "__main__":
    main()
