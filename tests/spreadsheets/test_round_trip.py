"""Every table leaves as a file and comes back unchanged."""

import pytest
from django.utils import translation

from programmes.spreadsheets.exporting import export_file
from programmes.spreadsheets.sample import data_account
from programmes.spreadsheets.tables import TABLES
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("name", list(TABLES))
def test_export_imported_again_changes_nothing(name: str, language: str, kind: str) -> None:
    user, table = data_account(), TABLES[name]()
    rows = table.queryset(user)
    if not rows.exists():
        assert name in ("waypoints", "measurement-shares", "replies")
        return
    with translation.override(language):
        content = export_file(table, rows, kind=kind)
        plan = make_plan(name, content, f"{name}.{kind}", by=user)
    assert plan.errors == []
    assert plan.sheet.ignored == []
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": rows.count(), "refused": 0}
