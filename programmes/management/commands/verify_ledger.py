"""`manage.py verify_ledger`: whether chain, kept digests, tables and statuses fit together."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from programmes import services, verify
from programmes.models import Evidence, Source
from programmes.models.attachment import digest_of
from programmes.models.sealed import sealed_models
from programmes.services.ledger import last_entry, ledger_lines
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.public_files.published import public_file, public_tables


class Command(BaseCommand):
    help = (
        "Checks the ledger and what is published against each other, as readers do with verify.py, and the statuses "
        "against what is published. Repairs nothing."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--kept",
            action="append",
            default=[],
            help="NUMBER:DIGEST, or a file that holds some: the ledger of last night, for example",
        )

    def handle(self, *args: Any, kept: list[str], **options: Any) -> None:
        pairs = [pair for one in kept for pair in verify.read_kept(one)]
        today = timezone.localdate()
        alone = not connection.in_atomic_block
        with transaction.atomic():
            if alone and connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    # what is published meanwhile is in neither of the two
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            count, _digest = last_entry()
            if not count and not any(
                model._base_manager.filter(sealed_at__isnull=False).exists()
                for model in sealed_models()
            ):
                self.stdout.write("0 entries: nothing was published yet")
                return
            data = ((table.name, table.name, lines(table, today)) for table in public_tables())
            found = verify.verify(ledger_lines(count), data, pairs, day=today.isoformat())
            others = [*changed_files(), *changed_statuses()]
        sentences = [verify.sentence(fault, "en") for fault in found.faults]
        if sentences or others:
            told = f"Faults: {found.count + len(others)}."
            raise CommandError("\n".join([*sentences, *others[: verify.MOST_FAULTS], told]))
        self.stdout.write(f"{count} entries, {found.rows} rows, {found.kept} kept digests: all fit")


def changed_files() -> Iterator[str]:
    """What is wrong with the files that the public relies on: the ledger holds their digests."""
    sources = Source.objects.sealed()
    evidence = Evidence.objects.filter(source__in=sources).exclude(file="")
    attached: list[tuple[str, Source | Evidence]] = [
        *((f"sources, {one.code}", one) for one in sources.exclude(file="")),
        *(
            (f"evidence, {one.source.code}{verify.BETWEEN}{one.title}", one)
            for one in evidence.select_related("source")
        ),
    ]
    for named, row in attached:
        try:
            same = digest_of(row.file) == row.file_digest
        except OSError:
            same = False
        if not same:
            yield f"{named}: its attached file is gone, or is not the one that the ledger speaks of."


def changed_statuses() -> Iterator[str]:
    """Which targets have another status than follows from what is published: statuses stand in no entry."""
    for one in services.differences():
        yield f"targets, {one.target}: its status is not the one that follows from what is published."


def lines(table: TableResource, on: date) -> Iterator[bytes]:
    """The lines of a public data file."""
    rest = b""
    for piece in public_file(table, on, kind="json"):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    yield rest
