"""Mail to members of the staff: what waits, in lines that each lead to a list."""

import logging
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from programmes.models import ReviewEvent
from programmes.selectors.desk.task_sentences import SENTENCES
from programmes.selectors.desk.tasks import Task
from programmes.selectors.wording.formats import number
from programmes.selectors.wording.site import site_name
from programmes.services.reminders import reminder_token

log = logging.getLogger(__name__)


def mailable_staff() -> QuerySet[User]:
    """Active staff with an assignment and an address."""
    return (
        User.objects.filter(is_active=True, is_staff=True, assignments__isnull=False)
        .exclude(email="")
        .distinct()
        .order_by("pk")
    )


def mail_one(user: User, tasks: list[Task], *, template: str, subject: str) -> bool:
    """Mails one person, in the language that is current. False where the mail server did not take it: the log says so.

    subject: with a place for the name of the site.
    """
    stop = _address("admin:reminders_stop", reminder_token(user))
    body = render_to_string(
        template,
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
    mail = EmailMessage(
        subject=subject % {"site": site_name()},
        body=body,
        to=[user.email],
        headers={"List-Unsubscribe": f"<{stop}>"},
    )
    try:
        mail.send()
    except OSError:
        # the mail server is away, or refuses this address: the others still get theirs
        log.exception("the mail to account %s could not be sent", user.pk)
        return False
    return True


def _list(task: Task) -> str:
    if task.model is ReviewEvent:
        return _address("admin:review_desk")
    name = f"admin:programmes_{task.model._meta.model_name}_changelist"
    return f"{_address(name)}?{urlencode(task.filters)}"


def _address(name: str, *args: Any) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
