"""`manage.py write_dictionary`: docs/data-dictionary.md, from the columns of the files."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from programmes.spreadsheets.sending.public_files.dictionary import dictionary

PATH = settings.BASE_DIR / "docs" / "data-dictionary.md"


def content() -> str:
    """The dictionary in the languages of the site, one after the other."""
    return "\n".join(dictionary(code) for code, _name in settings.LANGUAGES)


class Command(BaseCommand):
    help = "Writes docs/data-dictionary.md anew, in the languages of the site."

    def handle(self, *args: Any, **options: Any) -> None:
        PATH.write_text(content(), encoding="utf-8")
        self.stdout.write(str(PATH.relative_to(settings.BASE_DIR)))
