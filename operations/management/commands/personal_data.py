"""`manage.py personal_data export|erase USERNAME`: what is kept of a member of staff."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from programmes.services.personal_data import erase_person, personal_data


class Command(BaseCommand):
    help = "Writes what is kept of an account as JSON, or erases all that tells who it was (law no. 09-08)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("what", choices=["export", "erase"])
        parser.add_argument("username")

    def handle(self, *args: Any, what: str, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”.")
        if what == "export":
            told = personal_data(user)
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
            return
        try:
            erase_person(user)
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        self.stdout.write(f"The account is closed and has a number for a name: account-{user.pk}")
