"""The staff's lists are written by a quicker way than Django's own: the same cells, links and marks in them."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.template import Context, Template
from django.urls import reverse

from programmes.models import Site
from tests.admin.builders import make_world
from tests.admin.conftest import signed_in

# every way to ask a list for something that its rows or their links repeat
QUESTIONS = ("", "?q=a", "?o=1", "?_popup=1&_to_field=id", "?all=")


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_list_is_written_as_django_would_write_it(
    root: Any, editor: Any, places: Any, question: str
) -> None:
    make_world(places["MA-ERR"], root)
    client, filled = signed_in(root), 0
    # there is one site at most: its list leads to it
    for model in admin.site._registry.keys() - {Site}:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        response = client.get(reverse(name) + question)
        assert response.status_code == 200, name
        cl = response.context["cl"]
        assert _written("result_list", cl) in " ".join(response.content.decode().split()), name
        filled += bool(len(cl.result_list))
    assert filled >= (10 if question != "?q=a" else 1)


def test_keys_that_cannot_be_any_choose_nothing(root: Any, places: Any) -> None:
    client = signed_in(root)
    for model, screen in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for action in {"delete_selected", *(screen.actions or ())}:
            asked = {
                "_selected_action": ["x", "-1", "²", "9" * 40],
                "action": getattr(action, "__name__", action),
            }
            assert client.post(reverse(name), asked).status_code < 500, (name, action)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["x", "9" * 40])
def test_history_and_filters_of_what_cannot_be_a_key_find_nothing(
    root: Any, places: Any, key: str
) -> None:
    client = signed_in(root)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for address in (
            reverse(f"{name}_history", args=[key]),
            reverse(f"{name}_change", args=[key]),
            *(
                f"{reverse(f'{name}_changelist')}?{field.name}={key}"
                for field in model._meta.fields
                if field.is_relation
            ),
            f"{reverse(f'{name}_changelist')}?kind__range={key}&state__range={key}",
        ):
            assert client.get(address).status_code < 500, address


@pytest.mark.slow
@pytest.mark.parametrize("key", ["x", "9" * 40, "²"])
def test_form_that_is_given_what_cannot_be_a_key_says_so_or_ignores_it(
    root: Any, places: Any, key: str
) -> None:
    client = signed_in(root)
    for model, screen in admin.site._registry.items():
        if model in (User, Group):
            continue  # the stock forms
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_add"
        given = {field.name: key for field in model._meta.get_fields() if field.is_relation}
        if not screen.has_add_permission(client.get(reverse(name)).wsgi_request):
            continue
        for field in given:
            assert client.get(reverse(name), {field: key}).status_code < 500, (name, field)
        assert client.post(reverse(name), given).status_code < 500, name


def _written(tag: str, cl: Any) -> str:
    template = Template("{% load admin_list staff_lists %}{% " + tag + " cl %}")
    return " ".join(template.render(Context({"cl": cl, "opts": cl.opts})).split())


def test_count_stands_beside_the_search_only_where_something_was_looked_for(
    root: Any, places: Any
) -> None:
    make_world(places["MA-ERR"], root)
    client, address = signed_in(root), reverse("admin:programmes_centre_changelist")
    assert 'class="small quiet"' not in client.get(address).content.decode()
    assert 'class="small quiet"' in client.get(f"{address}?q=centre").content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("ar", "5 بطاقات"), ("fr", "5 fiches"), ("en", "5 records")]
)
def test_list_counts_its_records_in_the_form_that_the_number_wants(
    language: str, words: str, root: Any, places: Any
) -> None:
    html = signed_in(root).get(f"/{language}/admin/programmes/territory/").content.decode()
    found = re.search(r'<p class="paginator">(.*?)</p>', html, re.DOTALL)
    assert found is not None
    assert found[1].split() == words.split()
