"""How each process of the tracker starts: with settings that can be used, or not at all, and one sentence why."""

import os
import sys
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from operations.folders import can_be_written, written_folders


def start(*, folders: bool = True) -> None:
    """Reads the settings; ends the process with a sentence where one of them cannot be used.

    folders: so do those that name folders, where this account cannot write into them.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018  reads them
    except ImproperlyConfigured as error:
        _end(str(error))
    for name, place in written_folders().items() if folders else ():
        if not can_be_written(place):
            _end(
                f"{name} names {place}, which cannot be written. Accepted: a folder that the account of the tracker "
                "may write to: mkdir, and chown to it."
            )


def _end(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(3)  # after a process that ended so gunicorn starts no other
