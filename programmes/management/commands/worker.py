"""`manage.py worker`: does what is too long for a web request, and what comes round by the clock."""

import logging
from typing import Any

from django.core.management.base import BaseCommand

from programmes.management.worker import WorkerLoop


class Command(BaseCommand):
    help = (
        "Does what waits in the queue and what comes round by the clock, until it is told to stop. Any number may run,"
        " on any machine that reaches the database; each piece of work is done by one of them."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--interval", type=float, default=1.0, help="seconds between looks at an empty queue"
        )
        parser.add_argument(
            "--lease",
            type=float,
            default=20.0,
            help="seconds without a sign of life after which a worker's work is taken up by another",
        )
        parser.add_argument(
            "--no-schedule",
            action="store_false",
            dest="scheduled",
            help="leave what comes round by the clock to other workers",
        )
        parser.add_argument("--once", action="store_true", help="do what waits now, and end")

    def handle(
        self, *args: Any, interval: float, lease: float, scheduled: bool, once: bool, **options: Any
    ) -> None:
        logging.getLogger("programmes").setLevel(logging.INFO)
        worker = WorkerLoop(interval=interval, lease=lease, scheduled=scheduled)
        if once:
            self.stdout.write(f"{worker.run_waiting()} done")
        else:
            worker.run()
