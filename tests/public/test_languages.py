"""What is not translated is shown in the language it has, marked for machines and with a word for people."""

import pytest
from django.test import Client
from django.utils.translation import override

from programmes.languages import language_of
from programmes.selectors.wording.texts import Sentence, Text, stated_in
from programmes.templatetags.reading import bidi, marked, paragraphs, quoted, told
from tests.builders import make_measurement, make_series
from tests.public.page_languages import unmarked

FRENCH, ARABIC = "Chiffre arrondi par la presse.", "رقم تقريبي حسب الصحافة."


@pytest.mark.parametrize(
    ("reader", "text", "html"),
    [
        ("fr", FRENCH, FRENCH),
        ("fr", ARABIC, f'<span lang="ar" dir="rtl">{ARABIC}</span> <span class="tongue">(en arabe)</span>'),
        ("ar", FRENCH, f'<span lang="fr" dir="ltr">{FRENCH}</span> <span class="tongue">(بالفرنسية)</span>'),
        ("ar", "By hand.", '<span lang="en" dir="ltr">By hand.</span> <span class="tongue">(بالإنجليزية)</span>'),
        ("en", FRENCH, f'<span lang="fr" dir="ltr">{FRENCH}</span> <span class="tongue">(in French)</span>'),
    ],
)  # fmt: skip
def test_text_in_another_language_says_which(reader, text, html):
    with override(reader):
        assert marked(stated_in(text, language_of(text, reader))) == html


def test_words_of_a_source_are_marked_without_a_word():
    with override("ar"):
        assert quoted(Text("12 cités", "fr")) == '<span lang="fr" dir="ltr">12 cités</span>'


def test_longer_text_has_its_word_before_it():
    with override("fr"):
        assert paragraphs(Text("نص", "ar")) == (
            '<p class="tongue">(en arabe)</p><div lang="ar" dir="rtl"><p>نص</p></div>'
        )


@pytest.mark.parametrize(("text", "in_arabic"), [("Rabat, Nador", "fr"), ("2024", "ar")])
def test_text_that_says_nothing_of_its_language_is_taken_for_the_readers(text, in_arabic):
    found = [language_of(text, reader) for reader in ("fr", "en", "ar")]
    assert found == ["fr", "en", in_arabic]


def test_sentence_keeps_the_language_of_each_text_in_it():
    with override("ar"):
        sentence = Sentence.of("السبب: %(reason)s.", reason=Text("coût <revu>", "fr"))
        assert str(sentence) == "السبب: coût <revu> (بالفرنسية)."
        assert told(sentence) == (
            'السبب: <span lang="fr" dir="ltr">coût &lt;revu&gt;</span> <span class="tongue">(بالفرنسية)</span>.'
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reader", "word"), [("fr", ""), ("ar", "(بالفرنسية)"), ("en", "(in French)")]
)
def test_note_of_a_figure_is_marked_on_pages(reader, word):
    series = make_series("jobs", name_ar="مناصب", name_en="Jobs")
    make_measurement(series, "2024-05-29", 12, note_fr=FRENCH)
    html = Client().get(f"/{reader}/programmes/{series.programme.code}/").content.decode()
    expected = FRENCH
    if word:
        expected = f'<span lang="fr" dir="ltr">{FRENCH}</span> <span class="tongue">{word}</span>'
    assert f'<span class="note">{expected}</span>' in html
    assert unmarked(html, reader) == []


@pytest.mark.parametrize(
    ("reader", "html", "fault"),
    [
        ("ar", "<p>Chiffre arrondi par la presse</p>", "not in ar: Chiffre arrondi par la presse"),
        ("fr", f"<p>{ARABIC}</p>", f"not in fr: {ARABIC[:-1]}"),
        ("en", "<p>Selon la source et le journal</p>", "not in en: Selon la source et le journal"),
        ("ar", f'<p><span lang="fr" dir="ltr">{FRENCH}</span></p>', "no word on the language: fr"),
        ("fr", f'<p><span lang="ar">{ARABIC}</span> <i class="tongue">-</i></p>', "no direction: <span lang=ar>"),
    ],
)  # fmt: skip
def test_check_of_pages_finds_what_is_not_marked(reader, html, fault):
    assert unmarked(html, reader) == [fault]


def test_sign_of_a_percentage_stays_before_it_in_arabic():
    with override("ar"):
        assert bidi("أكثر بنسبة +7%") == "أكثر بنسبة <bdi>+7%</bdi>"
