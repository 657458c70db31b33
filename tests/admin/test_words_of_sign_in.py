"""What django-allauth says to whoever signs in or keeps an account: in French and Arabic as the tracker words it."""

import json
from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tests.admin.factors import give_app, type_password

WORDS = {
    "fr": {
        "current": "Ce n’est pas votre mot de passe actuel.",
        "wrong": "Mot de passe incorrect.",
        "often": "Trop de tentatives. Réessayez dans quelques minutes.",
        "codes": "Configurez d’abord une application d’authentification ou une clé : les codes de secours n’existent "
        "qu’avec elles.",
        "forgotten": "Mot de passe oublié ?",
        "key": "La clé n’a pas répondu ou a été refusée. Réessayez, ou utilisez un autre moyen.",
        "code": "Code incorrect.",
        "twice": "Saisissez deux fois le même mot de passe.",
    },
    "ar": {
        "current": "كلمة المرور الحالية غير صحيحة.",
        "wrong": "كلمة المرور غير صحيحة.",
        "often": "محاولات كثيرة. أعد المحاولة بعد بضع دقائق.",
        "codes": "قم أولا بإعداد تطبيق المصادقة أو مفتاح: لا توجد رموز الاسترجاع إلا معهما.",
        "forgotten": "هل نسيت كلمة المرور؟",
        "key": "لم يستجب المفتاح أو رُفض. أعد المحاولة أو استعمل وسيلة أخرى.",
        "code": "الرمز غير صحيح.",
        "twice": "يجب إدخال كلمة المرور نفسها في المرتين.",
    },
}


@pytest.fixture(params=WORDS)
def language(request: Any) -> str:
    return request.param


def errors(response: Any) -> dict[str, list[str]]:
    return {
        name: [plain(str(one)) for one in found]
        for name, found in response.context["form"].errors.items()
    }


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ")


def signed_in_as(user: Any, language: str) -> Client:
    client = Client()
    type_password(client, user.username)
    return client


def test_password_is_changed_with_the_present_one(language: str, alice: Any) -> None:
    client, words = signed_in_as(alice, language), WORDS[language]
    address = f"/{language}/account/password/"
    assert words["forgotten"] in plain(client.get(address).content.decode())
    typed = {
        "oldpassword": "wrong",
        "password1": "k7-Zellige-bleu!",
        "password2": "k7-Zellige-bleu?",
    }
    assert errors(client.post(address, typed)) == {
        "oldpassword": [words["current"]],
        "password2": [words["twice"]],
    }


def test_whoever_confirms_with_another_password_is_told(language: str, alice: Any) -> None:
    client = signed_in_as(alice, language)
    response = client.post(f"/{language}/account/confirm/", {"password": "wrong"})
    assert errors(response) == {"password": [WORDS[language]["wrong"]]}


def test_app_is_set_up_with_its_code_and_not_by_trying(language: str, alice: Any) -> None:
    client, words = signed_in_as(alice, language), WORDS[language]
    client.post(f"/{language}/account/confirm/", {"password": "pass"})
    said = []
    while not said or said[-1] == words["code"]:
        response = client.post(f"/{language}/account/app/", {"code": "000000"})
        said.append(errors(response)["code"][0])
        assert len(said) < 50
    assert set(said) == {words["code"], words["often"]}


def test_codes_are_made_where_there_is_a_factor(language: str, alice: Any) -> None:
    client = signed_in_as(alice, language)
    client.post(f"/{language}/account/confirm/", {"password": "pass"})
    response = client.post(f"/{language}/account/codes/new/")
    assert errors(response) == {"__all__": [WORDS[language]["codes"]]}


@pytest.mark.parametrize(
    "answer",
    [
        "x",
        ["x"],
        {"id": "x"},
        {"rawId": "eA", "response": {}},
        {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": 7}},
    ],
    ids=lambda answer: json.dumps(answer)[:12],
)
def test_key_that_is_refused_is_not_called_a_code(language: str, answer: Any, alice: Any) -> None:
    client, sent = Client(), {"credential": json.dumps(answer)}
    response = client.post(f"/{language}/account/login/passkey/", sent)
    [said] = [plain(str(one)) for one in get_messages(response.wsgi_request)]
    assert said == WORDS[language]["key"]
    give_app(alice)
    type_password(client, "alice")
    response = client.post(f"/{language}/account/login/second-factor/", sent)
    form = response.context["webauthn_form"]
    assert [plain(str(one)) for one in form.errors["credential"]] == [WORDS[language]["key"]]
