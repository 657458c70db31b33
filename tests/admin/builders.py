"""Rows for the tests of the staff's screens."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model

from programmes import services
from programmes.calculations.dates import PreciseDate, read_date
from programmes.models import (
    Agreement,
    BulkReview,
    Category,
    Centre,
    Dimension,
    Evidence,
    ImportJob,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Organisation,
    Participation,
    Programme,
    Reply,
    Sector,
    Series,
    Signature,
    Site,
    Source,
    Stage,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)
from programmes.models.measurement import MeasurementShare

_numbers = count(1)


def _code(stem: str) -> str:
    return f"{stem}-{next(_numbers)}"


def make_superuser(name: str = "root") -> Any:
    return get_user_model().objects.create_superuser(name, f"{name}@example.ma", "pass")


def make_places() -> dict[str, Territory]:
    """Morocco, two regions, a province in each."""
    country = Territory.objects.create(code="MA", kind="country", name_fr="Maroc", name_ar="المغرب")
    places = {"MA": country}
    for region, province, name in (
        ("MA-08", "MA-ERR", "Errachidia"),
        ("MA-07", "MA-REH", "Rehamna"),
    ):
        places[region] = Territory.objects.create(
            code=region, kind="region", name_fr=f"Région {region}", parent=country
        )
        places[province] = Territory.objects.create(
            code=province,
            kind="province",
            name_fr=name,
            other_spellings="Rhamna\nالرحامنة" if name == "Rehamna" else "",
            parent=places[region],
        )
    return places


def published(row: Any, by: Any, **options: Any) -> Any:
    """A draft taken through review by two people: what it rests on is shown with it. options: of publishing."""
    row = services.submit(row, by=by)
    return services.publish(row, by=make_colleague(), show=True, **options)


def make_colleague() -> Any:
    """The second person, who reviews."""
    found = get_user_model().objects.filter(username="colleague").first()
    return found or make_superuser("colleague")


def make_source(**values: Any) -> Source:
    source = Source(
        **{"code": _code("source"), "kind": "article", "title": "Un article", "publisher": "MAP"}
        | values
    )
    source.date = read_date("20/02/2026")
    source.save()
    return source


def make_indicator(**values: Any) -> Indicator:
    defaults = {
        "code": _code("indicator"),
        "name_fr": "Jeunes formés",
        "unit_fr": "personnes",
        "measure": "running_total",
    }
    return Indicator.objects.create(**defaults | values)


def make_programme(*territories: Territory, **values: Any) -> Programme:
    """A programme that the public has not been shown."""
    defaults = {"code": _code("programme"), "name_fr": "Programme"}
    programme = Programme.objects.create(**defaults | values)
    programme.territories.set(territories)
    return programme


def make_centre(territory: Territory, **values: Any) -> Centre:
    defaults = {"code": _code("centre"), "kind": "centre", "name_fr": "Centre"}
    return Centre.objects.create(territory=territory, **defaults | values)


def make_series(territory: Territory, **values: Any) -> Series:
    defaults: dict[str, Any] = {"code": _code("series")}
    if "indicator" not in values:
        defaults["indicator"] = make_indicator()
    return Series.objects.create(territory=territory, **defaults | values)


def make_measurement(series: Series, by: Any, **values: Any) -> Measurement:
    """A draft, entered through the service."""
    as_of = values.pop("as_of", "01/02/2026")
    row = Measurement(series=series, **{"value": Decimal(1000), "source": make_source()} | values)
    row.as_of = read_date(as_of)
    return services.record(row, by=by)


def make_revision(**values: Any) -> TargetRevision:
    """An announcement, unsaved and without its target."""
    row = TargetRevision(**{"value": Decimal(15000), "source": make_source()} | values)
    row.due, row.announced = PreciseDate.of_year(2026), PreciseDate.of_day(date(2026, 1, 5))
    return row


def make_target(series: Series, by: Any, **values: Any) -> Target:
    return services.promise(make_revision(**values), by=by, series=series)


def make_milestone(**values: Any) -> Milestone:
    defaults = {"code": _code("milestone"), "kind": "opening", "title_fr": "Ouverture"}
    return Milestone.objects.create(**defaults | values)


def make_statement(milestone: Milestone, by: Any) -> MilestoneStatement:
    row = MilestoneStatement(milestone=milestone, kind="planned", source=make_source())
    row.date, row.announced = PreciseDate.of_year(2027), PreciseDate.of_day(date(2026, 1, 5))
    return services.state(row, by=by)


def make_world(place: Territory, by: Any) -> dict[type, Any]:
    """One row of every table at a place."""
    programme = make_programme(place)
    organisation = Organisation.objects.create(
        code=_code("organisation"), kind="ministry", name_fr="Ministère"
    )
    agreement = Agreement.objects.create(
        code=_code("agreement"), kind="framework", title_fr="Convention"
    )
    agreement.programmes.add(programme)
    centre = make_centre(place)
    series = make_series(place, programme=programme)
    target = make_target(series, by)
    revision = target.revisions.get()
    measurement = make_measurement(series, by)
    dimension = Dimension.objects.create(code=_code("dimension"), name_fr="Sexe")
    category = Category.objects.create(dimension=dimension, code="women", name_fr="Femmes")
    milestone = make_milestone(centre=centre)
    statement = make_statement(milestone, by)
    reply = Reply(
        code=_code("reply"),
        target=target,
        organisation=organisation,
        text_fr="Réponse",
        source=make_source(),
    )
    reply.date = read_date("01/02/2026")
    services.reply(reply, by=by)
    submitted = make_measurement(series, by, as_of="02/02/2026")
    services.submit(submitted, by=by)
    rows = [
        place,
        programme,
        organisation,
        agreement,
        centre,
        series,
        series.indicator,
        target,
        revision,
        measurement,
        measurement.source,
        dimension,
        category,
        milestone,
        statement,
        reply,
        submitted.events.get(),
        Sector.objects.create(code=_code("sector"), name_fr="Numérique"),
        Participation.objects.create(programme=programme, organisation=organisation, role="lead"),
        Stage.objects.create(programme=programme, number=1, name_fr="Étape"),
        Signature.objects.create(agreement=agreement, organisation=organisation),
        Evidence.objects.create(
            source=measurement.source, title="Annexe", url="https://example.ma/annexe"
        ),
        Waypoint.objects.create(revision=revision, on=date(2026, 6, 30), value=7000),
        MeasurementShare.objects.create(measurement=measurement, category=category, value=400),
        BulkReview.objects.create(
            owner=by, table="measurement", step="submit", keys=[measurement.pk], seen=[0]
        ),
        services.propose_showing(centre, by=by),
        ImportJob.objects.create(owner=by, table="centres", file_name="c.csv", state="checked"),
        Site.objects.get_or_create(pk=Site.ONLY, defaults={"name_fr": "Suivi"})[0],
    ]
    return {type(row): row for row in rows}
