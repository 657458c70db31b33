"""The application of the tracker."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programme tracker")

    def ready(self) -> None:
        import_module("programmes.checks")
        import_module("programmes.spreadsheets.sending.public_files.ledger_contents")
        guards = import_module("programmes.models.guards")
        pre_migrate.connect(guards.remove_before_migration, sender=self)
        post_migrate.connect(guards.install_after_migration, sender=self)
        ledger = import_module("programmes.services.ledger")
        post_migrate.connect(ledger.tell_rewritten, sender=self)
