"""Who says this: the site as its publisher describes it, in the language of the page."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import inf

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from programmes.models import Site
from programmes.models.data_version import recent_state
from programmes.selectors.wording.texts import NOTHING, Text, translated

LIFETIME = 60.0


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What is not filled in is empty; a site without a name has that of its kind.

    logo: the kind of the image, empty without one. country: the code of the one whose territories are spoken of.
    """

    name: Text
    publisher: Text = NOTHING
    contact: str = ""
    introduction: Text = NOTHING
    legal_notice: Text = NOTHING
    licence: str = ""
    licence_address: str = ""
    logo: str = ""
    country: str = ""
    country_name: Text = NOTHING

    @property
    def says(self) -> Text:
        """Who says it: the publisher, else the site."""
        return self.publisher or self.name


def site_words() -> SiteWords:
    """The site in the current language. No query while nobody changes its record."""
    # a page has read the state when it began, however long it takes since
    row = _row(LIFETIME)
    if row is None:
        return SiteWords(_name(None))
    return SiteWords(
        name=_name(row),
        publisher=translated(row, "publisher"),
        contact=row.contact,
        introduction=translated(row, "introduction"),
        legal_notice=translated(row, "legal_notice"),
        licence=row.licence,
        licence_address=row.licence_address,
        logo=(row.logo.name or "").rpartition(".")[2],
        country=row.country.code if row.country and row.country.is_public else "",
        country_name=translated(row.country, "name"),
    )


def site_name() -> str:
    """The name of the site, where it cannot be marked: a word says its language if that is not the current one."""
    return site_words().name.plain


def remembered_name() -> Text:
    """The name of the site as this process last read it, for a page that must not need the database."""
    try:
        return _name(_row(inf))
    except (OperationalError, InterfaceError):
        return _name(None)


def _name(row: Site | None) -> Text:
    return translated(row, "name") or Text(_("Training programmes tracker"))


def _row(lifetime: float) -> Site | None:
    changed = recent_state(lifetime=lifetime).site
    return stored_site(changed) if changed else None


@lru_cache(maxsize=2)
def stored_site(changed_at: datetime) -> Site | None:
    """The record as it was last changed: read once by each process."""
    return Site.objects.select_related("country").filter(changed_at__gte=changed_at).first()
