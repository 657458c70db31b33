"""The folders of this machine that web processes and workers write to."""

import os
from pathlib import Path

from django.conf import settings


def written_folders() -> dict[str, Path]:
    """Attached files, pages that are kept, public files that are made: each folder by the setting that names it."""
    found = {"MEDIA_ROOT": Path(settings.MEDIA_ROOT)}
    kept = str(settings.CACHES["pages"]["LOCATION"])
    if "://" not in kept:
        found["PAGES_CACHE"] = Path(kept)
    made = settings.STORAGES["public_files"]
    if made["BACKEND"].endswith("FileSystemStorage"):
        found["PUBLIC_FILES_OPTIONS"] = Path(made["OPTIONS"]["location"])
    return found


def existing(place: Path) -> Path:
    """A folder, or the nearest one above it that exists."""
    return place if place.exists() else existing(place.parent)


def can_be_written(place: Path) -> bool:
    """Whether this account can write into a folder, or make it; root, who does not serve, is asked for less.

    What other machines share may be closed to root, whose commands need not write there.
    """
    there = existing(place)
    return there.is_dir() and (os.geteuid() == 0 or os.access(there, os.W_OK | os.X_OK))
