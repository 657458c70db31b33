"""A listing and what it lists, as a Wagtail project would begin."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


class ListingPage(Page):
    """Lists the pages below it."""

    template = "listing/listing_page.html"
    subpage_types = ["listing.TargetPage"]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        pages = TargetPage.objects.child_of(self).live().public().select_related("source")
        return {**context, "targets": pages.order_by("title")}


class Source(models.Model):
    """Where a figure comes from."""

    publisher = models.CharField(max_length=200)
    url = models.URLField()
    date = models.DateField()

    def __str__(self):
        return self.publisher


class TargetPage(Page):
    """One promise, with its last figure on the page itself."""

    promised = models.DecimalField(max_digits=15, decimal_places=4)
    current = models.DecimalField(max_digits=15, decimal_places=4)
    due = models.DateField()
    as_of = models.DateField()
    announced = models.DateField()
    place = models.CharField(max_length=100)
    source = models.ForeignKey(Source, on_delete=models.PROTECT)

    content_panels = [
        *Page.content_panels,
        *(FieldPanel(name) for name in ("promised", "current", "due", "as_of", "place", "source")),
    ]

    @property
    def share(self):
        return self.current * 100 / self.promised
