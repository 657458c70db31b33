"""`manage.py send_reminders`: mails each member of staff, once a month, what is due or late in their scope."""

import logging
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes import access
from programmes.selectors.desk.task_sentences import SENTENCES
from programmes.selectors.desk.tasks import Task, desk_of
from programmes.selectors.wording.formats import number
from programmes.selectors.wording.site import site_name
from programmes.services.reminders import (
    claim_reminder,
    preference_of,
    release_reminder,
    reminder_token,
)

log = logging.getLogger(__name__)
MAILED = frozenset({"late", "due", "returned", "review", "past", "soon"})


class Command(BaseCommand):
    help = "Mails each member of staff what is due or late in their scope. At most once a month; harmless to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        period = f"{today:%Y-%m}"
        sent = failed = 0
        for user in people(period):
            with access.remembering(), translation.override(preference_of(user).language):
                tasks = [
                    task
                    for task in desk_of(user, today).tasks
                    if task.count and task.kind in MAILED
                ]
                if not tasks or not claim_reminder(user, period=period):
                    continue
                try:
                    message(user, tasks).send()
                except OSError:
                    # the mail server is away, or refuses this address: the others still get theirs
                    log.exception("the reminder to account %s could not be sent", user.pk)
                    release_reminder(user, period=period)
                    failed += 1
                else:
                    sent += 1
        self.stdout.write(f"{period}: {sent} sent")
        if failed:
            raise CommandError(f"{failed} reminders could not be sent. Run the command again.")


def people(period: str) -> QuerySet:
    """Active staff with an assignment and an address, who want reminders and have had none in a period."""
    return (
        get_user_model()
        .objects.filter(is_active=True, is_staff=True, assignments__isnull=False)
        .exclude(email="")
        .exclude(preference__reminders=False)
        .exclude(preference__reminded_for=period)
        .distinct()
        .order_by("pk")
    )


def message(user: Any, tasks: list[Task]) -> EmailMessage:
    """The mail to one person, in the language that is current."""
    stop = _address("admin:reminders_stop", reminder_token(user))
    body = render_to_string(
        "mail/reminder.txt",
        {
            "name": user.get_short_name() or user.get_username(),
            "lines": [
                (str(SENTENCES[task.kind, task.model]), number(task.count), _list(task))
                for task in tasks
            ],
            "home": _address("admin:index"),
            "stop": stop,
        },
    )
    return EmailMessage(
        subject=_("What awaits you: %(site)s") % {"site": site_name()},
        body=body,
        to=[user.email],
        headers={"List-Unsubscribe": f"<{stop}>"},
    )


def _list(task: Task) -> str:
    name = f"admin:programmes_{task.model._meta.model_name}_changelist"
    return f"{_address(name)}?{urlencode(task.filters)}"


def _address(name: str, *args: Any) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
