"""The promises of a record's own: those that its page, its report, its picture and its history count."""

from django.db.models import Q, QuerySet

from programmes.models import Agreement, Organisation, Programme, Series, Target, Territory

Owner = Programme | Territory | Agreement | Organisation
# What has promises of its own, by the name of its page.
OWNERS: dict[str, type[Owner]] = {
    "programme": Programme,
    "territory": Territory,
    "agreement": Agreement,
    "organisation": Organisation,
}


def own_targets(row: Owner) -> QuerySet[Target]:
    """Progress targets of a programme or territory, made in an agreement, or that a body answers for.

    Those of the country are of no place in it: these are on the pages of its regions and centres.
    """
    if isinstance(row, Programme):
        own = Q(series__programme=row)
    elif isinstance(row, Agreement):
        own = Q(agreement=row)
    elif isinstance(row, Organisation):
        own = Q(responsible=row)
    elif row.parent_id is None:
        own = Q(series__territory=row, series__centre=None)
    else:
        own = Q(series__territory__in=Territory.objects.within({row.pk}))
    return Target.objects.filter(own, series__role=Series.Role.PROGRESS)
