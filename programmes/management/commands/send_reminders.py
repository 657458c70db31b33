"""`manage.py send_reminders`: mails each member of staff, once a month, what is due or late in their scope."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes import access
from programmes.management.staff_mail import mail_one, mailable_staff
from programmes.selectors.desk.tasks import desk_of
from programmes.services.reminders import claim_reminder, preference_of, release_reminder

MAILED = frozenset({"late", "due", "returned", "review", "past", "soon"})


class Command(BaseCommand):
    help = "Mails each member of staff what is due or late in their scope. At most once a month; harmless to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        period = f"{today:%Y-%m}"
        told = failed = 0
        wanting = mailable_staff().exclude(preference__reminders=False)
        for user in wanting.exclude(preference__reminded_for=period):
            with access.remembering(), translation.override(preference_of(user).language):
                tasks = [
                    task
                    for task in desk_of(user, today).tasks
                    if task.count and task.kind in MAILED
                ]
                if not tasks or not claim_reminder(user, period=period):
                    continue
                subject = _("What awaits you: %(site)s")
                if mail_one(user, tasks, template="mail/reminder.txt", subject=subject):
                    told += 1
                else:
                    release_reminder(user, period=period)
                    failed += 1
        self.stdout.write(f"{period}: {told} sent")
        if failed:
            raise CommandError(f"{failed} reminders could not be sent. Run the command again.")
