"""Tables that a migration rebuilds or changes keep their guards."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models.signals import pre_migrate

from programmes.models import Series
from programmes.models.guards import install_after_migration
from tests.builders import make_series, show
from tests.models.guard_names import expected_guards, names_of_guards

pytestmark = pytest.mark.django_db(transaction=True)


def test_guards_are_made_anew_after_a_migration_that_changes_a_table() -> None:
    show(make_series("sealed"))
    now = Series._meta.get_field("interval_months")
    wider = models.PositiveIntegerField(default=12)
    wider.set_attributes_from_name("interval_months")
    wider.model = Series
    change(now, wider)
    assert names_of_guards() == expected_guards()
    with (
        pytest.raises(DatabaseError, match="by an amendment alone"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE programmes_series SET interval_months = 99")
    change(wider, now)


def change(old: models.Field, new: models.Field) -> None:
    """What a migration does, with the signals around it."""
    about = {"sender": apps.get_app_config("programmes"), "using": "default", "plan": [new]}
    pre_migrate.send(**about)
    with connection.schema_editor() as editor:
        editor.alter_field(Series, old, new)
    install_after_migration(**about)
