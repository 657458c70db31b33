#!/usr/bin/env python
"""Django's command line for the tracker."""

import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, connection

from tracker.start import start


def main() -> None:
    # doctor says itself what is wrong with folders, and with the rest
    start(folders=sys.argv[1:2] != ["doctor"])
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if connection.connection is not None:
            raise
        first = str(error).strip().partition("\n")[0]
        sys.exit(
            f"The database does not answer ({first}). See DATABASE_URL: postgres://USER:PASSWORD@HOST:PORT/NAME or "
            "sqlite:///PATH."
        )


if __name__ == "__main__":
    main()
