"""Records that are part of one another: a chain of them never comes back to where it began."""

from django.db import models


def leads_back(row: models.Model, name: str) -> bool:
    """Whether the chain of a foreign key to the own table comes back to the row. One query a step."""
    seen, edge = {row.pk}, getattr(row, f"{name}_id")
    while edge is not None and edge not in seen:
        seen.add(edge)
        edge = models.QuerySet(type(row)).values_list(name, flat=True).get(pk=edge)
    return edge is not None
