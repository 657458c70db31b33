"""A name in any one language suffices, whichever way a record comes in."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from programmes import languages
from programmes.models import Indicator, Programme
from programmes.models.named import own_first
from programmes.models.names import code_stem


@pytest.mark.django_db
def test_a_name_in_arabic_alone_suffices_and_is_read_in_every_language():
    with override("ar"):
        row = Programme(code="plan", name_ar="مخطط")
        row.full_clean()
        row.save()
    for language in ("fr", "ar", "en"):
        with override(language):
            row = Programme.objects.get(code="plan")
            row.full_clean()
            assert str(row) == "مخطط"
    assert not row.name_fr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "column", "sentence"),
    [
        ("fr", "name_fr", "Remplissez ce champ dans une langue au moins."),
        ("ar", "name_ar", "املأ هذه الخانة بلغة واحدة على الأقل."),
        ("en", "name_en", "Fill this in in one language at least."),
    ],
)
def test_a_record_with_no_name_is_refused_beside_the_own_language_of_its_reader(
    language, column, sentence
):
    with override(language):
        with pytest.raises(ValidationError) as error:
            Programme(code="plan", name_fr=" ").full_clean()
        assert error.value.message_dict == {column: [sentence]}


@pytest.mark.django_db
def test_each_text_of_an_indicator_is_in_its_own_language():
    Indicator(code="a", name_ar="متدربون", unit_fr="jeunes", measure="level").full_clean()
    with override("fr"), pytest.raises(ValidationError) as error:
        Indicator(code="a", name_ar="متدربون", measure="level").full_clean()
    assert list(error.value.message_dict) == ["unit_fr"]


def test_own_language_comes_first_whatever_the_length_of_its_code(monkeypatch):
    monkeypatch.setattr(languages, "CODES", ("fr", "ar", "zgh"))
    with override("zgh"):
        assert own_first() == ("zgh", "fr", "ar")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Plan « Maroc 2030 »", "plan-maroc-2030"),
        ("L’école d’Œuvres", "lecole-doeuvres"),
        ("مخطط المغرب 2030", "mkhtt-almghrb-2030"),
        ("مُتَدَرِّب", "mtdrb"),
        ("برنامج أݣادير", "brnamj-akadir"),
        ("٢٠٣٠", "2030"),
        ("« … »", ""),
        ("日本", ""),
    ],
)
def test_a_code_is_made_of_a_name_in_any_script(name, stem):
    assert code_stem(name) == stem
