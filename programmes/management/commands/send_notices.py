"""`manage.py send_notices`: mails each member of staff what was decided of what they entered, and what awaits them."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes import access
from programmes.management.staff_mail import mail_one, mailable_staff
from programmes.models import ReviewEvent
from programmes.selectors.desk.tasks import notices_of
from programmes.services.reminders import claim_notices, preference_of, release_notices

# what nobody could be told for so long is news no more
OLDEST = timedelta(days=7)


class Command(BaseCommand):
    help = (
        "Mails each member of staff what was returned or published of theirs, and what awaits their review, since the "
        "mail before. Harmless to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        steps = ReviewEvent.objects.order_by("pk").values_list("pk", flat=True)
        until = steps.last() or 0
        first = steps.filter(at__gte=timezone.now() - OLDEST).first() or until
        told = failed = 0
        for user in mailable_staff().exclude(preference__notices=False):
            before = claim_notices(user, until=until)
            if before is None:
                continue
            with access.remembering(), translation.override(preference_of(user).language):
                tasks = notices_of(user, max(before, first - 1), until)
                subject = _("What happened to what you follow: %(site)s")
                if not tasks:
                    continue
                if mail_one(user, tasks, template="mail/notice.txt", subject=subject):
                    told += 1
                else:
                    release_notices(user, until=until, before=before)
                    failed += 1
        self.stdout.write(f"{told} sent")
        if failed:
            raise CommandError(f"{failed} notices could not be sent. Run the command again.")
