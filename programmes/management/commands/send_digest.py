"""`manage.py send_digest`: mails the ledger's last digest to its witnesses (LEDGER_WITNESSES), once a night."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes.selectors.wording.formats import day_words, number
from programmes.services.ledger import last_entry


class Command(BaseCommand):
    help = "Mails the ledger's last digest to the addresses in LEDGER_WITNESSES, in the languages of the site."

    def handle(self, *args: Any, **options: Any) -> None:
        count, digest = last_entry()
        failed = [one for one in settings.LEDGER_WITNESSES if not mail_digest(one, count, digest)]
        self.stdout.write(f"{count}:{digest}")
        if failed:
            raise CommandError(f"Could not be sent to {len(failed)} addresses.")


def mail_digest(address: str, count: int, digest: str) -> bool:
    """Mails the digest to one address, in a mail of its own. Whether the mail server took it."""
    parts, subject = [], ""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            day = day_words(timezone.localdate())
            subject = subject or _("Digest of the ledger, %(day)s") % {"day": day}
            page = settings.SITE_URL + reverse("public:ledger")
            context = {"day": day, "count": number(count), "page": page}
            parts.append(render_to_string("mail/digest.txt", context).strip())
    body = "\n\n".join([f"{count}:{digest}", *parts]) + "\n"
    try:
        EmailMessage(subject=subject, body=body, to=[address]).send()
    except OSError:
        return False
    return True
