"""Makes the tables of an empty database and a listing of 150 pages."""

from datetime import date
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from listing.models import ListingPage, Source, TargetPage  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

call_command("migrate", verbosity=0)
home = Site.objects.get().root_page
listing = home.add_child(instance=ListingPage(title="Programme", slug="listing"))
sources = [
    Source.objects.create(
        publisher="Office de la formation",
        url=f"https://example.ma/rapports/{number}",
        date=date(2026, 6, 30),
    )
    for number in range(50)
]
for number in range(150):
    listing.add_child(
        instance=TargetPage(
            title=f"Jeunes formés, province {number}",
            slug=f"cible-{number}",
            promised=Decimal(10_000 + number * 7),
            current=Decimal(7000 + number),
            due=date(2027, 12, 31),
            as_of=date(2026, 6, 30),
            announced=date(2016, 3, 1),
            place=f"Province {number}",
            source=sources[number % 50],
        )
    )
assert Page.objects.count() > 150
