"""The codes of all public records that have a page."""

from django.db.models import Value

from programmes.models import Agreement, Centre, Organisation, Programme, Target, Territory

TABLES: dict[str, type[Programme | Target | Territory | Centre | Agreement | Organisation]] = {
    "programme": Programme,
    "target": Target,
    "territory": Territory,
    "centre": Centre,
    "agreement": Agreement,
    "organisation": Organisation,
}
# What one sitemap may hold is 50,000 addresses, in three languages.
MOST = 16_000


def public_codes() -> list[tuple[str, str]]:
    """(page, code) of every public record, as many as one sitemap holds. Six queries."""
    found: list[tuple[str, str]] = []
    for page, model in TABLES.items():
        rows = model.objects.published().order_by("code").annotate(page=Value(page))
        found += rows.values_list("page", "code")[: MOST - len(found)]
    return found
