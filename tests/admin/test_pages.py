"""Every page of the staff's site opens, in three languages, without anything a strict browser would refuse."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Assignment, Site
from tests.admin.builders import make_world
from tests.admin.conftest import signed_in
from tests.sampling import first

INLINE = re.compile(r"<script(?![^>]*\ssrc=)|\sstyle=|<style|\son[a-z]+=\"")
LOADED = re.compile(r'<(?:script|link|img|form|iframe)[^>]*(?:src|href|action)="(?:https?:)?//')
MOST_QUERIES = 25


def _addresses(rows: dict[type, Any], root: Any) -> list[str]:
    request = type("Request", (), {"user": root})()
    found = ["", "programmes/", "auth/"]
    for model, screen in admin.site._registry.items():
        stem = f"{model._meta.app_label}/{model._meta.model_name}/"
        # there is one site at most: its list leads to it
        found += [] if model is Site else [stem, f"{stem}?q=cmc"]
        found += [
            f"{stem}{rows[model].pk}/change/",
            f"{stem}{rows[model].pk}/history/",
        ]
        if hasattr(model, "history"):
            found.append(f"{stem}{rows[model].pk}/history/{rows[model].history.first().pk}/")
        if screen.has_add_permission(request):
            found.append(f"{stem}add/")
    return found


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("language", first(["ar", "fr", "en"]))
def test_every_page_opens_without_inline_code_or_outside_address(
    language: str, root: Any, alice: Any, places: Any
) -> None:
    rows = make_world(places["MA-ERR"], root)
    rows |= {User: alice, Group: Group.objects.first(), Assignment: Assignment.objects.first()}
    client = signed_in(root)
    for address in _addresses(rows, root):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(f"/{language}/admin/{address}")
        html = response.content.decode()
        assert response.status_code == 200, address
        assert not INLINE.search(html), address
        assert not LOADED.search(html), address
        assert len(queries) <= MOST_QUERIES, (address, len(queries))
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
        assert (
            f'href="/{"fr" if language != "fr" else "ar"}/admin/{address.partition("?")[0]}' in html
        )


def test_tables_of_the_tracker_are_all_there() -> None:
    named = {model.__name__ for model in admin.site._registry}
    assert named == {
        "Agreement", "Amendment", "Assignment", "BulkReview", "Category", "Centre", "Dimension", "Evidence", "Group",
        "ImportJob", "Indicator", "Measurement", "MeasurementShare", "Milestone", "MilestoneStatement",
        "Organisation", "Participation", "Programme", "Reply", "ReviewEvent", "Sector", "Series",
        "Signature", "Site", "Source", "Stage", "Target", "TargetRevision", "Territory", "User", "Waypoint",
    }  # fmt: skip


def test_home_shows_programmes_centres_targets_measurements_and_milestones_first(root: Any) -> None:
    response = signed_in(root).get("/en/admin/")
    first = response.context["app_list"][0]["models"]
    assert [table["object_name"] for table in first[:5]] == [
        "Programme",
        "Centre",
        "Target",
        "Measurement",
        "Milestone",
    ]


def test_home_tells_who_has_no_assignment(charlie: Any, alice: Any) -> None:
    assert signed_in(charlie).get("/en/admin/").context["without_scope"] is True
    assert signed_in(alice).get("/en/admin/").context["without_scope"] is False


@pytest.mark.parametrize(
    ("language", "name"), [("fr", "validateur"), ("ar", "مكلف بالمصادقة"), ("en", "reviewer")]
)
def test_roles_are_named_in_the_readers_language(
    language: str, name: str, root: Any, alice: Any
) -> None:
    client = signed_in(root)
    for address in ("auth/user/", f"auth/user/{alice.pk}/change/", "auth/group/"):
        assert name in client.get(f"/{language}/admin/{address}").content.decode(), address
