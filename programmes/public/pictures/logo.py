"""The logo of the site."""

from django.http import HttpRequest, HttpResponse

from programmes.models.data_version import recent_state
from programmes.models.site import LOGO_KINDS
from programmes.public.page_request import PageRequest
from programmes.public.pages import NotFoundError, public_page
from programmes.selectors.wording.site import LIFETIME, site_words, stored_site
from programmes.type_names import certain


@public_page
def logo(request: HttpRequest, asked: PageRequest, kind: str) -> HttpResponse:
    """The image that the publisher gave."""
    if kind not in LOGO_KINDS or site_words().logo != kind:
        raise NotFoundError
    stored = certain(stored_site(certain(recent_state(lifetime=LIFETIME).site)))
    try:
        with stored.logo.open("rb") as file:
            return HttpResponse(file.read(), content_type=LOGO_KINDS[kind])
    except FileNotFoundError:
        raise NotFoundError from None
