"""What staff propose, by whatever road, is said in public once another person has published it."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from programmes.models import Amendment, Centre, Measurement, Programme, Series
from tests import forged
from tests.admin.conftest import signed_in
from tests.admin.posting import address_of, boxes_shown, send_file, take
from tests.builders import make_centre
from tests.sealed_rows import make_members

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
REASON = "Dit par l’arrêté publié au Bulletin officiel"


def by_form(editor: Any) -> tuple[Any, str]:
    row = Series.objects.get(code="jobintech-trained")
    sent = {"name_fr": "Inscrits en ligne", "role": row.role, "interval_months": "12"}
    sent |= {"figures": row.figures, "delay_days": "0"}
    return propose(row, "change", editor, **sent), "Inscrits en ligne"


def by_history(editor: Any) -> tuple[Any, str]:
    row = Programme.objects.get(code="jobintech")
    earlier = forged.an_earlier_state(row, {"name_fr": "Ancien JobInTech"})
    client = signed_in(editor)
    shown = boxes_shown(client.get(address_of(row, "change")))
    client.post(address_of(row, "simple_history", earlier.pk), shown)
    return row, "Ancien JobInTech"


def by_file(editor: Any) -> tuple[Any, str]:
    assert send_file("programmes", editor, "code,name_fr\njobintech,JobInTech par fichier\n") == ""
    return Programme.objects.get(code="jobintech"), "JobInTech par fichier"


def by_showing(editor: Any) -> tuple[Any, str]:
    return propose(make_centre("nouveau", is_public=False), "showing", editor), "Cité nouveau"


def by_withdrawal(editor: Any) -> tuple[Any, str]:
    row = Centre.objects.get(code="cmc-oriental")
    return propose(row, "withdrawal", editor), row.name_fr


def by_setting_aside(editor: Any) -> tuple[Any, str]:
    row = Measurement.objects.published().get(series__code="jobintech-trained")
    return propose(row, "setting-aside", editor), "Jeunes formés"


def propose(row: Any, kind: str, by: Any, **values: Any) -> Any:
    """Sends the form of a proposal with its reason and these boxes."""
    address = address_of(row, "propose", kind)
    assert signed_in(by).post(address, {"reason_fr": REASON} | values).status_code == 302
    return row


@pytest.mark.slow
@pytest.mark.parametrize(
    "road", [by_form, by_history, by_file, by_showing, by_withdrawal, by_setting_aside]
)
def test_what_another_person_published_is_said_in_public(
    road: Callable[[Any], tuple[Any, str]],
) -> None:
    members = make_members()
    row, words = road(members["editor"])
    made = Amendment.objects.open().of(row).get()
    if not made.reason:
        # what a form of a proposal asks for at once is given here on the proposal's own page
        take(signed_in(members["editor"]), "submit_rows", made)
        made.refresh_from_db()
        assert made.state == "draft"
        signed_in(members["editor"]).post(address_of(made, "change"), {"reason_fr": REASON})
    take(signed_in(members["editor"]), "submit_rows", made)
    take(signed_in(members["editor"]), "publish_rows", made)
    made.refresh_from_db()
    assert made.state == "submitted"
    assert made.reason not in updates()
    take(signed_in(members["reviewer"]), "publish_rows", made)
    made.refresh_from_db()
    assert made.state == "published"
    assert made.reason in updates()
    assert words in updates()


def updates() -> str:
    """The page of what changed, as a reader sees it."""
    return html.unescape(Client().get("/fr/updates/").content.decode())
