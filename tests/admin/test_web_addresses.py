"""Addresses of sources that could pass for another one, or that carry a password, are refused on every road."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from programmes.models import Organisation, Source
from programmes.spreadsheets.importing import jobs
from tests.admin.builders import make_source
from tests.admin.conftest import signed_in

USER = {
    "fr": "L’adresse contient un nom d’utilisateur ou un mot de passe devant le nom du site, comme"
    " https://nom@site. Enlevez cette partie.",
    "ar": "يتضمن العنوان اسم مستعمل أو كلمة مرور قبل اسم الموقع، مثل \u2066https://name@host\u2069. احذف هذا الجزء.",
}
BRACKETS = {
    "fr": "Une adresse ne contient pas de chevrons. Copiez-la de nouveau depuis le navigateur.",
    "ar": "لا يتضمن العنوان الإلكتروني علامتي < و>. انسخه من جديد من المتصفح.",
}
REFUSED = [
    ("https://map.ma@elsewhere.example/article", USER),
    ("https://user:secret@map.ma/", USER),
    ("https://map.ma/<script>", BRACKETS),
    ("https://map.ma/?q=a>b", BRACKETS),
]


@pytest.mark.slow
@pytest.mark.parametrize("column", ["url", "archived_url"])
@pytest.mark.parametrize(("address", "sentences"), REFUSED)
def test_address_is_refused_by_model_form_and_file(
    address: str, sentences: dict[str, str], column: str, root: Any
) -> None:
    source = make_source(url="https://map.ma/article")
    for language, sentence in sentences.items():
        with translation.override(language):
            row = Source.objects.get(pk=source.pk)
            setattr(row, column, address)
            with pytest.raises(ValidationError) as refused:
                row.full_clean()
            assert refused.value.message_dict == {column: [sentence]}

            typed = {
                "kind": "article",
                "title": source.title,
                "date": "20/02/2026",
                "code": source.code,
                "evidence-TOTAL_FORMS": 0,
                "evidence-INITIAL_FORMS": 0,
                column: address,
            }
            page = signed_in(root).post(
                f"/{language}/admin/programmes/source/{source.pk}/change/", typed
            )
            assert page.context["adminform"].form.errors == {column: [sentence]}

            text = f"code;{column}\n{source.code};{address}\n"
            job = jobs.check(jobs.send("sources", text.encode(), "x.csv", by=root))
            assert [chunk.rows for chunk in job.chunks.filter(kind="refused")] == [
                [[2, [[column, address, sentence, False, [], False]]]]
            ]
    source.refresh_from_db()
    assert (source.url, source.archived_url) == ("https://map.ma/article", "")


@pytest.mark.parametrize(
    "address",
    [
        "https://map.ma/@auteur/article",
        "https://web.archive.org/web/2024/https://map.ma/article",
        "https://map.ma/article?mail=a@b.ma",
    ],
)
def test_sign_that_stands_behind_the_host_is_taken(address: str, root: Any) -> None:
    source = make_source(url=address, archived_url=address)
    source.full_clean()


@pytest.mark.parametrize(("address", "sentences"), REFUSED)
def test_website_of_an_organisation_obeys_the_same_rule(
    address: str, sentences: dict[str, str], root: Any
) -> None:
    body = Organisation(code="map", kind="ministry", name_fr="MAP", website=address)
    with translation.override("fr"), pytest.raises(ValidationError) as refused:
        body.full_clean()
    assert refused.value.message_dict == {"website": [sentences["fr"]]}
