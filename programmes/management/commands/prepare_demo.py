"""`manage.py prepare_demo`: everything `make run` needs before the server starts. Never part of a deployment."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from programmes.languages import CODES
from programmes.models import Assignment, Programme, Territory

# name, role, territory; the administrator is a superuser and needs neither
ACCOUNTS = [
    ("admin", None, None),
    ("contributor", "contributor", "MA-REH"),
    ("reviewer", "reviewer", "MA"),
    ("editor", "editor", "MA"),
]


class Command(BaseCommand):
    help = "Prepares the database, the sample data and the demo accounts of `make run`."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", default="8000")

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        if os.environ.get("DEMO") != "1":
            raise CommandError(
                "This command belongs to `make run`: it makes accounts with known passwords."
            )
        call_command("migrate", verbosity=0)
        if not Programme.objects.exists():
            self.stdout.write("Loading territories and the sample data ...")
            call_command(
                "load_reference", stdout=self.stderr if options["verbosity"] > 1 else _Silent()
            )
            call_command(
                "load_sample", stdout=self.stderr if options["verbosity"] > 1 else _Silent()
            )
        passwords = self._accounts()
        self.stdout.write("\nDemo accounts (this machine only):")
        for name, role, territory in ACCOUNTS:
            scope = f"{role} of {territory}" if role else "administrator"
            self.stdout.write(f"  {name:12} {passwords[name]:22} {scope}")
        pages = "  ".join(f"/{code}/" for code in CODES)
        self.stdout.write(f"\nPublic pages  http://localhost:{port}{pages}")
        self.stdout.write(f"Staff         http://localhost:{port}/{CODES[0]}/admin/\n")

    def _accounts(self) -> dict[str, str]:
        """Makes the accounts that are missing. Passwords are drawn once and kept in build/, outside the repository."""
        kept = Path(settings.BASE_DIR) / "build" / "demo-accounts.json"
        passwords = json.loads(kept.read_text()) if kept.exists() else {}
        users = get_user_model()
        for name, role, territory in ACCOUNTS:
            user = users.objects.filter(username=name).first()
            if user is not None and name in passwords:
                continue
            passwords[name] = secrets.token_urlsafe(12)
            user = user or users(username=name)
            user.is_staff, user.is_superuser = True, role is None
            user.set_password(passwords[name])
            user.save()
            if role is not None:
                user.groups.set([Group.objects.get(name=role)])
                Assignment.objects.get_or_create(
                    user=user, territory=Territory.objects.get(code=territory)
                )
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(passwords, indent=1))
        kept.chmod(0o600)
        return passwords


class _Silent:
    """An output nobody reads."""

    def write(self, text: str) -> None:
        """Drops the text."""

    def isatty(self) -> bool:
        """Never a terminal."""
        return False
