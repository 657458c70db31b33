"""`python -m tests.benchmarks.plans ADDRESS`: the plan of each query of a page, as JSON."""

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.site_settings")
django.setup()

from django.db import connection  # noqa: E402 - after Django is ready
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from programmes.models.data_version import forget_version  # noqa: E402


def nodes(plan: dict[str, Any]) -> list[Any]:
    """The kind of a node and its index, and those below it."""
    below = [nodes(one) for one in plan.get("Plans", ())]
    return [plan["Node Type"], plan.get("Index Name", ""), below]


def plans(path: str) -> list[Any]:
    """Of each query, in their order."""
    forget_version()
    with CaptureQueriesContext(connection) as queries:
        assert Client(headers={"host": "localhost"}).get(path).status_code == 200
    found = []
    with connection.cursor() as cursor:
        for one in queries.captured_queries:
            # several that are planned are sent together
            first, *more = one["sql"].split("; EXECUTE ")
            for sql in (first, *(f"EXECUTE {rest}" for rest in more)):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
                found.append(nodes(cursor.fetchone()[0][0]["Plan"]))
    return found


if __name__ == "__main__":
    print(json.dumps(plans(sys.argv[1])))
