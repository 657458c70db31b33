"""One word, one meaning: on the staff's screens and in the catalogues."""

from typing import Any

import polib
import pytest
from django.conf import settings
from django.urls import reverse

from tests.admin.conftest import signed_in

# what is done with a record that one looks at, and with one that is sent to somebody else
LOOKED_AT = ("Show", "View", "See ", "Save and view", "Propose to show", "showing", "not yet shown")


def arabic() -> list[tuple[str, str]]:
    path = settings.BASE_DIR / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    return [
        (one.msgid, " ".join([one.msgstr, *one.msgstr_plural.values()]))
        for one in polib.pofile(path)
    ]


def test_arabic_submits_with_another_word_than_it_shows() -> None:
    said = [words for key, words in arabic() if key.startswith(LOOKED_AT)]
    assert len(said) > 15
    assert [words for words in said if "عرض" in words] == []
    assert dict(arabic())["Submit all"] == "عرض الكل على المصادقة"


def test_arabic_has_one_word_for_users() -> None:
    """المستخدم is an employee in Morocco."""
    assert [words for _key, words in arabic() if "مستخدم" in words] == []


def test_pages_of_accounts_say_it_in_django_s_own_strings_too(root: Any) -> None:
    for page in ("auth_user_changelist", "auth_user_add"):
        address = reverse(f"admin:{page}").replace("/fr/", "/ar/", 1)
        html = signed_in(root).get(address).content.decode()
        assert "المستعمل" in html
        assert "المستخدم" not in html


@pytest.mark.parametrize(("language", "label"), [("fr", "Ce qui est compté"), ("ar", "ما يتم عدّه")])
def test_figure_is_asked_for_without_the_word_series(language: str, label: str, root: Any) -> None:
    address = reverse("admin:programmes_measurement_add").replace("/fr/", f"/{language}/", 1)
    form = signed_in(root).get(address).context["adminform"].form
    assert str(form.fields["series"].label) == label
