"""The one sentence of a target: every status in three languages, and nothing that a draft could add."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.models import Target, TargetRevision
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.pages.targets import target_page
from tests.builders import (
    make_indicator,
    make_measurement,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_sum,
    make_target,
    show,
    supersede,
)

pytestmark = pytest.mark.django_db
THIN, NO_BREAK = "\u202f", "\u00a0"
LANGUAGES = ("fr", "ar", "en")


def said(on: date, code: str = "target") -> dict[str, str]:
    """The sentence of a target on a day in each language, with plain spaces."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            sentence = target_page(code, on).sentence
        found[language] = sentence.replace(THIN, " ").replace(NO_BREAK, " ")
    return found


def test_sentence_when_nothing_was_announced_yet():
    make_target()
    assert said(date(2020, 6, 30)) == {
        "fr": "Pas encore annoncé : rien n’avait été rendu public au 30 juin 2020.",
        "ar": "لم يُعلن عنه بعد: لم يكن قد نُشر أي إعلان إلى غاية 30 يونيو 2020.",
        "en": "Not yet promised: nothing had been announced by 30 June 2020.",
    }


def test_sentence_without_a_figure():
    make_target(due="2026", value=15000)
    assert said(date(2024, 1, 1)) == {
        "fr": "Aucune donnée publiée pour l’objectif de 15 000 à l’horizon 2026.",
        "ar": "لم تُنشر بعد أي معطيات عن الهدف المحدد في 15.000 في أفق 2026.",
        "en": "No figure published yet for the target of 15,000 by 2026.",
    }


def test_sentence_elides_before_a_qualifier_in_french():
    make_target(due="", value=300, qualifier="about")
    assert said(date(2024, 1, 1))["fr"] == "Aucune donnée publiée pour l’objectif d’environ 300."


def test_sentence_of_an_old_figure():
    target = make_target(due="2026", value=15000)
    source = make_source("le360", "2024-05-29", publisher="Le360")
    make_measurement(target.series, "2024-05-29", 1000, source=source)
    assert said(date(2026, 11, 1)) == {
        "fr": "Pas de donnée récente : le dernier chiffre, 1 000, date du 29 mai 2024 (Le360). "
        "Lors de la dernière mesure : très en retard. "
        "Dernier état connu : 7 %, il y a 29 mois ; échéance dans 60 jours.",
        "ar": "لا معطيات حديثة: آخر رقم منشور هو 1.000، ويعود إلى 29 ماي 2024 (المصدر: Le360). "
        "عند آخر قياس: متأخر جدا. آخر وضع معروف: 7%، قبل 29 شهرا؛ الأجل بعد 60 يوما.",
        "en": "No recent data: the last figure, 1,000, dates from 29 May 2024 (Le360). "
        "When last measured: far behind. Last known: 7%, 29 months ago; due in 60 days.",
    }


def test_sentence_before_the_baseline_date():
    make_target(baseline=0, baseline_on=date(2022, 1, 1), due="2024")
    assert said(date(2021, 6, 1)) == {
        "fr": "Pas encore commencé : l’avancement se compte à partir du 1er janvier 2022, "
        "pour un objectif de 1 000 à l’horizon 2024.",
        "ar": "لم ينطلق بعد: يُحتسب التقدم ابتداء من 1 يناير 2022، مقابل هدف قدره 1.000 في أفق 2024.",
        "en": "Not started: progress counts from 1 January 2022, for a target of 1,000 by 2024.",
    }


def test_sentence_under_way_without_a_due_date():
    target = make_target(due="", value=12)
    make_measurement(target.series, "2026-02-20", 9)
    assert said(date(2026, 3, 1)) == {
        "fr": "Jeunes formés : 9 au 20 février 2026, pour un objectif de 12. En cours : aucune échéance n’a été "
        "donnée.",
        "ar": "الشباب المكوَّنون: 9 إلى غاية 20 فبراير 2026، مقابل هدف قدره 12. قيد الإنجاز: لم يُحدد أي أجل.",
        "en": "Young people trained: 9 as of 20 February 2026, against a target of 12. Under way: no due date "
        "was given.",
    }


def test_sentence_under_way_as_the_date_was_moved():
    target = make_target(due="2024", announced="2021-01-01")
    make_measurement(target.series, "2024-06-30", 500)
    make_revision(target, 2, value=1000, due="2030", announced="2025-02-01")
    found = said(date(2025, 3, 1))
    assert found["fr"].endswith(
        " En cours : aucun chiffre depuis que la date a été fixée. Au regard de l’engagement initial (1 000 à "
        "l’horizon 2024) : échéance passée, sans résultat."
    )
    assert found["ar"].endswith(
        " قيد الإنجاز: لا رقم منذ تحديد التاريخ. مقارنة بالالتزام الأصلي (1.000 في أفق 2024): انقضى الأجل دون نتيجة."
    )
    assert found["en"].endswith(
        " Under way: no figure since the date was set. Against the first announcement (1,000 by 2024): due date "
        "passed, no result."
    )


def test_sentence_past_the_due_date_keeps_the_last_figure_and_the_target():
    target = make_target(due="2024", value=15000)
    make_measurement(target.series, "2024-05-29", 1000)
    assert said(date(2030, 1, 1)) == {
        "fr": "Échéance passée le 31 décembre 2024, résultat non publié ; dernier chiffre : 1 000 au 29 mai 2024, "
        "pour un objectif de 15 000. "
        "Dernier état connu : 7 %, il y a 67 mois ; échéance passée depuis 60 mois.",
        "ar": "انقضى الأجل في 31 دجنبر 2024 دون نشر النتيجة؛ آخر رقم: 1.000 إلى غاية 29 ماي 2024، مقابل هدف قدره "
        "15.000. آخر وضع معروف: 7%، قبل 67 شهرا؛ انقضى الأجل قبل 60 شهرا.",
        "en": "Due date passed on 31 December 2024, no result published; last figure: 1,000 as of 29 May 2024, "
        "against a target of 15,000. Last known: 7%, 67 months ago; due date passed 60 months ago.",
    }


def test_sentence_past_the_due_date_without_a_figure():
    make_target(due="2024", value=15000)
    assert said(date(2025, 1, 1)) == {
        "fr": "Échéance passée le 31 décembre 2024, aucun chiffre publié pour l’objectif de 15 000.",
        "ar": "انقضى الأجل في 31 دجنبر 2024 دون نشر أي رقم عن الهدف المحدد في 15.000.",
        "en": "Due date passed on 31 December 2024, no figure published for the target of 15,000.",
    }


def test_sentence_achieved_without_a_date_that_shows_it_was_in_time():
    target = make_target(due="2023-12-31")
    make_measurement(target.series, "2024-12-30", 1100, source=make_source("late", "2025-01-15"))
    assert said(date(2025, 2, 1)) == {
        "fr": "Atteint au plus tard le 30 décembre 2024 : 1 100, pour un objectif de 1 000 ; rien n’établit que "
        "l’échéance (31 décembre 2023) a été tenue.",
        "ar": "تحقق الهدف في 30 دجنبر 2024 على أبعد تقدير: 1.100 مقابل 1.000؛ ولا شيء يثبت احترام الأجل "
        "(31 دجنبر 2023).",
        "en": "Reached by 30 December 2024 at the latest: 1,100, for a target of 1,000; nothing shows whether "
        "the due date (31 December 2023) was met.",
    }


def test_sentence_of_figures_per_period_is_since_the_start_and_names_the_missing_year():
    indicator = make_indicator("each-year", measure="per_period")
    series = make_series(
        "each-year", indicator=indicator, name_fr="", name_ar="", name_en="Trained"
    )
    make_target(series=series, baseline=0, baseline_on=date(2021, 1, 1), due="2026-12-31")
    for year in (2021, 2023):
        first = date(year, 1, 1)
        make_measurement(series, f"{year}-12-31", 200, period_start=first)
    assert said(date(2024, 2, 1))["en"] == (
        "Trained: 400 since January 2021, against a target of 1,000 by 31 December 2026. Behind: 499 expected by "
        "then; at this pace, met in December 2029. No figure for: 2022."
    )


def counted(value: int, **columns) -> None:
    """A target counted from 0 on 1 January 2021 with a figure on 1 January 2023; 500 or so is expected then."""
    target = make_target(baseline=0, baseline_on=date(2021, 1, 1), **columns)
    make_measurement(target.series, "2022-01-01", 200)
    make_measurement(target.series, "2023-01-01", value)


def test_sentence_on_track_names_both_paces():
    counted(500)
    assert said(date(2023, 1, 1)) == {
        "fr": "Jeunes formés : 500 au 1er janvier 2023, pour un objectif de 1 000 d’ici au 31 décembre "
        "2024. En bonne voie : attendu à cette date, 500 ; rythme récent 25 par mois, nécessaire 21.",
        "ar": "الشباب المكوَّنون: 500 إلى غاية 1 يناير 2023، مقابل هدف قدره 1.000 في أجل أقصاه 31 دجنبر "
        "2024. يسير كما هو متوقع: كان المتوقع في هذا التاريخ 500؛ الوتيرة المسجلة مؤخرا 25 في الشهر، "
        "واللازمة 21.",
        "en": "Young people trained: 500 as of 1 January 2023, against a target of 1,000 by 31 December "
        "2024. On track: 500 expected by then; recent pace 25 a month, required 21.",
    }


def test_sentence_on_track_that_leads_past_the_due_date_says_why():
    counted(460)
    assert {
        language: text.partition("23. ")[2] for language, text in said(date(2023, 1, 1)).items()
    } == {
        "fr": "À ce rythme, objectif atteint en janvier 2025, après l’échéance : « en bonne voie » veut dire "
        "qu’au moins neuf dixièmes de ce qui était attendu sont atteints.",
        "ar": "وبهذه الوتيرة يُرتقب بلوغ الهدف في يناير 2025، أي بعد الأجل؛ و«يسير كما هو متوقع» تعني بلوغ "
        "تسعة أعشار ما كان متوقعا على الأقل.",
        "en": "At this pace, met in January 2025, after the due date: on track means that at least nine "
        "tenths of what was expected was reached.",
    }


def test_sentence_behind_names_the_projected_month():
    counted(400)
    assert said(date(2023, 1, 1)) == {
        "fr": "Jeunes formés : 400 au 1er janvier 2023, pour un objectif de 1 000 d’ici au 31 décembre "
        "2024. En retard : attendu à cette date, 500 ; à ce rythme, objectif atteint en décembre 2025.",
        "ar": "الشباب المكوَّنون: 400 إلى غاية 1 يناير 2023، مقابل هدف قدره 1.000 في أجل أقصاه 31 دجنبر "
        "2024. متأخر: كان المتوقع في هذا التاريخ 500؛ وبهذه الوتيرة يُرتقب بلوغ الهدف في دجنبر 2025.",
        "en": "Young people trained: 400 as of 1 January 2023, against a target of 1,000 by 31 December "
        "2024. Behind: 500 expected by then; at this pace, met in December 2025.",
    }


def test_sentence_far_behind_when_the_pace_leads_nowhere():
    counted(200)
    assert said(date(2023, 1, 1)) == {
        "fr": "Jeunes formés : 200 au 1er janvier 2023, pour un objectif de 1 000 d’ici au 31 décembre "
        "2024. Très en retard : attendu à cette date, 500 ; le rythme récent ne mène pas à l’objectif.",
        "ar": "الشباب المكوَّنون: 200 إلى غاية 1 يناير 2023، مقابل هدف قدره 1.000 في أجل أقصاه 31 دجنبر "
        "2024. متأخر جدا: كان المتوقع في هذا التاريخ 500؛ والوتيرة المسجلة مؤخرا لا تؤدي إلى بلوغ الهدف.",
        "en": "Young people trained: 200 as of 1 January 2023, against a target of 1,000 by 31 December "
        "2024. Far behind: 500 expected by then; the recent pace does not lead to the target.",
    }


def test_sentence_once_achieved():
    target = make_target()
    make_measurement(target.series, "2024-06-30", 1000, qualifier="more_than")
    assert said(date(2025, 6, 30)) == {
        "fr": "Atteint : plus de 1 000 au 30 juin 2024, pour un objectif de 1 000.",
        "ar": "تحقق الهدف: أزيد من 1.000 إلى غاية 30 يونيو 2024، مقابل هدف قدره 1.000.",
        "en": "Achieved: more than 1,000 as of 30 June 2024, for a target of 1,000.",
    }


def test_sentence_achieved_late():
    target = make_target(due="2023-2024")
    make_measurement(target.series, "2024-09-06", 900)
    make_measurement(target.series, "2025-06-30", 1010)
    assert said(date(2025, 12, 1)) == {
        "fr": "Atteint après l’échéance (année de formation 2023-2024) : 1 010 au 30 juin 2025, "
        "pour un objectif de 1 000.",
        "ar": "تحقق الهدف بعد الأجل (السنة التكوينية 2023-2024): 1.010 إلى غاية 30 يونيو 2025، "
        "مقابل هدف قدره 1.000.",
        "en": "Achieved after the due date (2023-2024 training year): 1,010 as of 30 June 2025, "
        "for a target of 1,000.",
    }


def test_sentence_missed():
    target = make_target()
    make_measurement(target.series, "2025-01-01", 750)
    assert said(date(2025, 6, 30)) == {
        "fr": "Non atteint à l’échéance (31 décembre 2024) : 750, pour un objectif de 1 000, soit 75 %.",
        "ar": "لم يتحقق الهدف في الأجل (31 دجنبر 2024): 750 مقابل 1.000، أي 75%.",
        "en": "Not met by the due date (31 December 2024): 750 against 1,000, 75%.",
    }


def test_sentence_abandoned_keeps_the_last_figure():
    target = make_target(due="2026")
    make_measurement(target.series, "2022-06-30", 120)
    make_revision(target, 2, kind="abandoned", announced="2023-03-01")
    assert said(date(2023, 6, 1)) == {
        "fr": "Abandonné : annonce du 1er mars 2023 (La Gazette). L’objectif était de 1 000 à l’horizon "
        "2026 ; dernier chiffre, 120 au 30 juin 2022. Au regard de l’engagement initial (1 000 à "
        "l’horizon 2026) : très en retard.",
        "ar": "تم التخلي عنه: إعلان 1 مارس 2023 (المصدر: La Gazette). كان الهدف محددا في 1.000 في أفق "
        "2026؛ آخر رقم: 120 إلى غاية 30 يونيو 2022. مقارنة بالالتزام الأصلي (1.000 في أفق 2026): "
        "متأخر جدا.",
        "en": "Abandoned: announced 1 March 2023 (La Gazette). The target was 1,000 by 2026; last figure, "
        "120 as of 30 June 2022. Against the first announcement (1,000 by 2026): far behind.",
    }


def test_sentence_tells_the_status_against_the_first_announcement():
    target = make_target(value=12, due="2023..2024", announced="2020-08-17")
    make_revision(target, 2, value=12, due="2026-2027", announced="2025-10-21")
    make_measurement(target.series, "2026-02-20", 9)
    found = said(date(2026, 3, 1))
    assert found["fr"].endswith(
        " Au regard de l’engagement initial (12 à l’horizon 2023-2024) : non atteint à l’échéance."
    )
    assert found["ar"].endswith(
        " مقارنة بالالتزام الأصلي (12 في أفق 2023-2024): لم يتحقق في الأجل."
    )
    assert found["en"].endswith(
        " Against the first announcement (12 by 2023-2024): not met by the due date."
    )


def make_parts(reported: int) -> Target:
    whole = make_target(series=make_sum(), baseline=0, baseline_on=date(2021, 1, 1))
    for number in range(1, 5):
        region = make_region(f"MA-0{number}", f"Région {number}")
        series = show(make_series(f"part-{number}-series", territory=region, part_of=whole.series))
        if number <= reported:
            make_measurement(series, f"2023-01-0{number}", 125)
    return whole


def test_sentence_from_parts_names_the_missing():
    make_parts(reported=3)
    assert said(date(2023, 2, 1))["fr"] == (
        "Jeunes formés : 375 en janvier 2023, pour un objectif de 1 000 d’ici au 31 décembre 2024. "
        "En retard : attendu à cette date, 501. "
        "Total de 3 régions sur 4. Donnée manquante : Région 4."
    )
    assert said(date(2023, 2, 1))["ar"].endswith(
        " مجموع معطيات 3 جهات من أصل 4. لا معطيات عن: Région 4."
    )


def test_sentence_from_all_parts_says_so():
    make_parts(reported=4)
    assert said(date(2023, 2, 1))["en"].endswith(" Total of 4 of 4 regions.")


def test_draft_figure_and_draft_announcement_say_nothing():
    target = make_target()
    make_measurement(target.series, "2023-01-01", 700, draft=True)
    make_revision(target, 2, value=9999, announced="2022-01-01", draft=True)
    assert said(date(2023, 1, 1))["en"] == (
        "No figure published yet for the target of 1,000 by 31 December 2024."
    )


def test_target_whose_only_announcement_is_a_draft_has_no_line():
    make_target(draft=True)
    assert read_page_rows(date(2024, 1, 1), targets=Target.objects.all()).promises() == ()


def test_corrected_announcement_no_longer_counts():
    target = make_target(value=10000)
    first = TargetRevision.objects.get(target=target)
    supersede(first, "Un zéro de trop.")
    make_revision(
        target, 2, kind="correction", corrects=first, value=1000, due="2024-12-31",
        announced="2021-01-01",
    )  # fmt: skip
    assert said(date(2022, 1, 1))["en"] == (
        "No figure published yet for the target of 1,000 by 31 December 2024."
    )


def make_years(**columns: object) -> None:
    """A promise of 1,000 in figures per year, 200 in each of three years."""
    indicator = make_indicator("each-year", measure="per_period")
    series = make_series(
        "each-year", indicator=indicator, name_fr="Formés", name_ar="المكوَّنون", name_en="Trained"
    )
    make_target(series=series, due="2030-12-31", **columns)
    for year in (2021, 2022, 2023):
        make_measurement(series, f"{year}-12-31", 200, period_start=date(year, 1, 1))


def test_sum_of_periods_that_is_old_is_not_the_figure_of_its_last_source():
    make_years(baseline=0, baseline_on=date(2021, 1, 1))
    assert {code: text.partition(". ")[0] for code, text in said(date(2026, 6, 1)).items()} == {
        "fr": "Pas de donnée récente : le dernier chiffre date du 31 décembre 2023 ; au total, 600 depuis janvier 2021",
        "ar": "لا معطيات حديثة: المجموع 600 منذ يناير 2021، ويعود إلى 31 دجنبر 2023 آخر رقم منشور",
        "en": "No recent data: the last figure dates from 31 December 2023; in all, 600 since January 2021",
    }


def test_period_in_which_the_promise_was_announced_is_said_to_count_whole():
    make_years(announced="2021-06-15")
    found = said(date(2024, 2, 1))
    assert "600 since 15 June 2021" in found["en"]
    assert "Counted whole: 2021, when it was announced." in found["en"]
    assert "Comptée en entier : 2021, période de l’annonce." in found["fr"]
    assert "تُحتسب كاملة الفترة التي صدر خلالها الإعلان: 2021." in found["ar"]


def test_figures_of_before_the_promise_are_not_said_to_be_missing():
    target = make_target(value=1000, announced="2024-01-15", due="2026-12-31")
    make_measurement(target.series, "2019-01-01", 200, source=make_source("before", "2019-02-01"))
    assert said(date(2026, 1, 1))["en"].startswith(
        "No figure published since the target of 1,000 by 31 December 2026 was announced."
    )
    assert said(date(2027, 6, 1))["en"].startswith(
        "Due date passed on 31 December 2026, no figure published since the target of 1,000 was announced."
    )


def test_start_is_told_as_exactly_as_the_announcement_was():
    target = make_target(value=1000, announced="2021-07", due="2026-12-31")
    make_measurement(target.series, "2023-01-01", 200)
    with override("en"):
        inputs = target_page("target", date(2023, 6, 1)).inputs
    assert {one.name: one.value for one in inputs}["Baseline"] == (
        "0 on the day of the announcement (July 2021), as no starting point was given"
    )


def test_figure_that_may_be_less_than_promised_says_why_it_does_not_meet_it():
    target = make_target(value=1000, baseline=0, baseline_on=date(2021, 1, 1), due="2024-12-31")
    make_measurement(target.series, "2024-12-31", 1000, qualifier="up_to")
    assert said(date(2025, 2, 1)) == {
        "fr": "Non atteint à l’échéance (31 décembre 2024) : jusqu’à 1 000, pour un objectif de 1 000 ; le mot qui "
        "précède le chiffre ne dit pas que l’objectif ait été atteint.",
        "ar": "لم يتحقق الهدف في الأجل (31 دجنبر 2024): ما يصل إلى 1.000 مقابل 1.000؛ والكلمة التي تسبق الرقم لا تفيد "
        "بلوغ الهدف.",
        "en": "Not met by the due date (31 December 2024): up to 1,000 against 1,000; the word before the figure "
        "leaves open whether it was reached.",
    }


def test_promise_is_due_today():
    target = make_target(value=1000, due="2026-12-31")
    make_measurement(target.series, "2023-01-01", 200)
    assert "; due today." in said(date(2026, 12, 31))["en"]


def test_total_above_its_limit_is_missed_before_the_due_date_and_says_why():
    target = make_target(
        value=1000, sense="at_most", baseline=0, baseline_on=date(2021, 1, 1), due="2027-12-31"
    )
    make_measurement(target.series, "2025-06-30", 1100)
    assert {code: text.split(". ")[0] for code, text in said(date(2026, 2, 1)).items()} == {
        "fr": "Plafond dépassé : 1 100 au 30 juin 2025, pour un objectif de 1 000 au plus ; un total cumulé ne "
        "redescend pas.",
        "ar": "تم تجاوز السقف: 1.100 في 30 يونيو 2025، مقابل هدف قدره 1.000 على الأكثر؛ والمجموع المتراكم لا ينخفض بعد "
        "ذلك.",
        "en": "Limit exceeded: 1,100 on 30 June 2025, for a target of 1,000 at most; a total does not come down again.",
    }
    with override("en"):
        rule = target_page("target", date(2026, 2, 1)).rule
    assert rule == "A total above what it may be at most does not come down again."


def test_figure_after_the_announcement_and_before_counting_began_is_not_denied():
    target = make_target(
        value=1000,
        announced="2024-03-01",
        baseline=0,
        baseline_on=date(2025, 1, 1),
        due="2026-12-31",
    )
    make_measurement(target.series, "2024-06-30", 80)
    found = said(date(2025, 2, 1))
    assert found["en"].startswith(
        "No figure published since counting began (1 January 2025) for the target of 1,000 by 31 December 2026."
    )
    assert found["fr"].startswith(
        "Aucun chiffre publié depuis le début du décompte (1er janvier 2025) pour l’objectif de 1 000 d’ici "
        "au 31 décembre 2026."
    )
    assert found["ar"].startswith(
        "لم يُنشر أي رقم منذ بداية الاحتساب (1 يناير 2025) للهدف المحدد في"
    )
    assert said(date(2027, 6, 1))["en"].startswith(
        "Due date passed on 31 December 2026, no figure published since counting began (1 January 2025) for the "
        "target of 1,000."
    )


def test_part_that_reported_a_ratio_alone_is_not_said_to_have_reported_nothing():
    rate = make_indicator("rate", measure="ratio", name_fr="Taux")
    whole = make_target(series=make_sum("rates", indicator=rate), value="0.9", baseline=None)
    for number, columns in enumerate(
        ({"numerator": 60, "denominator": 100}, {"value": "0.9"}, None), start=1
    ):
        region = make_region(f"MA-0{number}", f"Région {number}")
        part = show(
            make_series(f"rate-{number}", indicator=rate, territory=region, part_of=whole.series)
        )
        if columns:
            make_measurement(part, "2023-01-01", columns.pop("value", None), **columns)
    found = said(date(2023, 2, 1))
    assert found["fr"].endswith(
        " Total de 1 région sur 3. Taux seul, sans numérateur ni dénominateur, donc non agrégé : Région 2. Donnée "
        "manquante : Région 3."
    )
