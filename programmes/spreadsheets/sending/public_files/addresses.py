"""Addresses of public pages as files write them: in the site's first language."""

from django.conf import settings

from programmes import languages


def page_address(path: str) -> str:
    """The whole address of a page. path: what stands behind the language."""
    return f"{settings.SITE_URL}{settings.FORCE_SCRIPT_NAME}/{languages.FIRST}/{path}"
