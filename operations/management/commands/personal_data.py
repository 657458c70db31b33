"""`manage.py personal_data export|erase USERNAME`: what is kept of a member of staff."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from programmes.models import Assignment, ImportJob
from programmes.services.erasing.personal_data import erase_person, personal_data


class Command(BaseCommand):
    help = "Writes what is kept of an account as JSON, or erases all that tells who it was (law no. 09-08)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("what", choices=["export", "erase"])
        parser.add_argument("username")
        parser.add_argument(
            "--no-input", action="store_false", dest="interactive", help="erase without asking"
        )

    def handle(
        self, *args: Any, what: str, username: str, interactive: bool, **options: Any
    ) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”.")
        if what == "export":
            told = personal_data(user)
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
            return
        if interactive and not self._confirmed(user):
            raise CommandError("Nothing was erased.")
        try:
            erase_person(user)
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        self.stdout.write(f"The account is closed and has a number for a name: account-{user.pk}")

    def _confirmed(self, user: User) -> bool:
        """Says who is erased, and what goes and what stays; whether it is meant."""
        who = filter(None, (user.username, user.get_full_name(), user.email))
        roles = ", ".join(user.groups.order_by("name").values_list("name", flat=True))
        counts = {
            "assignments": Assignment.objects.filter(user=user),
            "second factors": Authenticator.objects.filter(user=user),
            "sessions": UserSession.objects.filter(user=user),
            "names of files sent in": ImportJob.objects.filter(owner=user),
        }
        told = ", ".join(f"{rows.count()} {words}" for words, rows in counts.items())
        self.stdout.write(
            f"{', '.join(who)}\n"
            f"Erased for good: name, address, password, preferences, roles ({roles or 'none'}), {told}.\n"
            f"Stays, under account-{user.pk}: what the account entered, submitted, published and changed."
        )
        try:
            return input("Type “yes” to erase: ") == "yes"
        except EOFError:
            return False
