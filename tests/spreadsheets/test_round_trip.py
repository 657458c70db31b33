"""Every table leaves as a file and comes back unchanged."""

from datetime import date

import pytest
from django.utils import translation

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Category,
    Measurement,
    MeasurementShare,
    Organisation,
    Reply,
    Series,
    Source,
    Target,
    TargetRevision,
    Waypoint,
)
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing.sample import data_account
from programmes.spreadsheets.sending.exporting import export_file
from tests.builders import make_evidence, make_source
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


@pytest.fixture(autouse=True)
def details() -> None:
    """Rows of the tables that the sample leaves empty: a waypoint and shares of drafts, and a reply."""
    user, source = data_account(), Source.objects.get(code="le360-2024-05-jobintech")
    day = PreciseDate.of_day(date(2024, 5, 1))
    revision = services.revise(
        TargetRevision(
            target=Target.objects.get(code="jobintech-15000"),
            value=16000,
            due=PreciseDate.of_year(2027),
            announced=day,
            reason="Étape",
            source=source,
        ),
        by=user,
    )
    Waypoint.objects.create(revision=revision, on=date(2026, 6, 30), value=9000)
    figure = services.record(
        Measurement(
            series=Series.objects.get(code="jobintech-trained"),
            as_of=day,
            value=1000,
            source=source,
        ),
        by=user,
    )
    for category, value in zip(Category.objects.all()[:2], (400, 0), strict=True):
        MeasurementShare.objects.create(measurement=figure, category=category, value=value)
    reply = Reply(
        code="jobintech-reply",
        target=revision.target,
        organisation=Organisation.objects.first(),
        date=day,
        text_fr="=Réponse, « avec » une formule\nsur deux lignes",
        source=source,
    )
    reply.full_clean()
    reply.save()
    make_evidence(make_source(), "=Annexe, « avec » une formule", url="https://example.ma/a?b=c;d")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("name", list(TABLES))
def test_export_imported_again_changes_nothing(name: str, language: str, kind: str) -> None:
    user, table = data_account(), TABLES[name]()
    rows = table.queryset(user)
    assert rows.exists()
    with translation.override(language):
        content = export_file(table, rows, kind=kind)
        plan = make_plan(name, content, f"{name}.{kind}", by=user)
    assert plan.errors == []
    assert plan.sheet.ignored == []
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": rows.count(), "refused": 0}
