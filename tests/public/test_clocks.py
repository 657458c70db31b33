"""As of a day, as known at a moment: the same address says the same, whatever is published after."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from justhtml import JustHTML

from programmes import services
from programmes.calculations.assessment import assess as assessment
from programmes.calculations.dates import written_moment
from programmes.models import PublicationClock, Standing, Target
from programmes.models.guards import guards_lifted
from programmes.models.publication_clock import NEVER
from programmes.selectors.lines.kept_since import kept_since
from programmes.selectors.wording.formats import day_words, moment_words
from programmes.services import standings
from tests.builders import (
    amend,
    make_agreement,
    make_centre,
    make_measurement,
    make_programme,
    make_region,
    make_series,
    make_source,
    make_target,
    publish,
    published_by_two,
    withdraw,
)

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "ar", "en")
SITE = "http://localhost:8000"
FIRST = datetime(2025, 3, 1, 14, 30, tzinfo=UTC)  # in Ramadan the clocks of Morocco say the same
ATOM = "{http://www.w3.org/2005/Atom}"


def get(path: str) -> Any:
    return Client().get(path)


def html_of(path: str) -> str:
    response = get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def words_of(path: str) -> str:
    """The text of a page without its frame and what it says of its own moment."""
    html = html_of(path).split("<main", 1)[1].split("</main>", 1)[0]
    for own in (
        '<p class="as-of-day".*?</p>',
        '<p class="cite">.*?</p>',
        '<section class="since">.*?</section>',
    ):
        html = re.sub(own, "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def notice_of(path: str) -> str:
    found = re.search(r'<p class="as-of-day".*?<span>(.*?)</span>', html_of(path), re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


def refusal_of(path: str) -> str:
    response = get(path)
    assert response.status_code == 400, path
    html = response.content.decode()
    assert JustHTML(html, collect_errors=True).errors == []
    return unescape(re.search(r'<p class="summary">(.*?)</p>', html)[1])


def citation_of(path: str) -> str:
    """The address that a page gives to cite it, without the site."""
    found = re.search(r'<p class="cite">.*?<bdi class="code" dir="ltr">(.*?)</bdi>', html_of(path))
    return unescape(found[1]).removeprefix(SITE)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def now() -> str:
    """This moment, as an address asks for it."""
    return written(timezone.now())


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def target() -> Any:
    """A promise with a figure that two accounts published."""
    programme = make_programme("pie", name_fr="PIE")
    series = make_series("followed", programme=programme)
    made = make_target(
        "followed", series=series, agreement=make_agreement("accord", programmes=[programme])
    )
    published_by_two(make_measurement(series, "2023-01-01", 400, draft=True))
    return made


@pytest.fixture
def kept(request) -> Any:
    """The same, of a site that keeps what it said since 1 March 2025."""
    Standing.objects.create(
        target=make_target("first", draft=True),
        from_day=date.min,
        known_from=FIRST,
        rule_version=1,
        status="not_yet_promised",
    )
    return request.getfixturevalue("target")


# What may be asked for


@pytest.mark.slow
@pytest.mark.parametrize(
    ("known", "fr", "ar", "en"),
    [
        (
            "yesterday",
            "Un moment s’écrit comme un jour, par exemple 2025-03-01, ou avec son heure, par exemple "
            "2025-03-01T14:30Z.",
            "تُكتب اللحظة على شكل يوم، مثلا \u20662025-03-01\u2069، أو مع الساعة، مثلا \u20662025-03-01T14:30Z\u2069.",
            "A moment is written as a day, for example 2025-03-01, or with its time, for example 2025-03-01T14:30Z.",
        ),
        (
            "2025-02-30",
            "Ce jour n’existe pas dans le calendrier. Vérifiez la date.",
            "هذا اليوم غير موجود في التقويم. يُرجى التحقق من التاريخ.",
            "There is no such day in the calendar. Check the date.",
        ),
        (
            "2025-03-01T25:00Z",
            "Ce moment n’existe pas. Vérifiez la date et l’heure.",
            "هذه اللحظة غير موجودة. يُرجى التحقق من التاريخ والساعة.",
            "There is no such moment. Check the date and the time.",
        ),
        (
            "2025-02-28",
            "Ce site conserve ce qu’il a dit depuis le 1er mars 2025 à 14\u00a0h\u00a030, moment de la première "
            "publication. Choisissez ce moment ou un moment ultérieur.",
            "يحتفظ هذا الموقع بما قاله منذ 1 مارس 2025 على الساعة 14:30، لحظة أول نشر. يُرجى اختيار تلك اللحظة أو لحظة "
            "لاحقة لها.",
            "This site keeps what it said since 1 March 2025 at 14:30, when something was first published. Choose that "
            "moment or a later one.",
        ),
        (
            "2025-03-01&on=2025-03-02",
            "Le 1er mars 2025, on ne savait rien d’un jour postérieur. Choisissez le 1er mars 2025 ou une date "
            "antérieure.",
            "في 1 مارس 2025 لم يكن يُعرف شيء عن أي يوم لاحق. يُرجى اختيار 1 مارس 2025 أو تاريخ سابق له.",
            "On 1 March 2025 nothing was known of a later day. Choose 1 March 2025 or earlier.",
        ),
    ],
)
def test_moment_that_cannot_be_asked_for_is_refused_with_a_sentence(kept, known, fr, ar, en):
    for path in ("updates/", "targets/followed/", "data/measurements.csv", "updates.atom"):
        assert refusal_of(f"/fr/{path}?known={known}") == fr
        assert refusal_of(f"/ar/{path}?known={known}") == ar
        assert refusal_of(f"/en/{path}?known={known}") == en


def test_moment_in_the_future_is_refused_with_a_sentence(kept):
    for known in (
        (today() + timedelta(days=1)).isoformat(),
        written(timezone.now() + timedelta(minutes=5)),
        "9999-12-31",
    ):
        with override("en"):
            day = day_words(today())
        assert refusal_of(f"/en/?known={known}") == (
            f"That moment lies in the future. Choose {day} or earlier."
        )


def test_site_that_published_nothing_knows_no_moment_and_none_is_cited():
    make_programme("hidden", is_public=False)
    assert PublicationClock.objects.get().last == NEVER
    assert 'class="cite"' not in html_of("/en/")
    assert kept_since() is None
    assert refusal_of("/fr/updates/?known=2025-03-01") == (
        "Rien n’a encore été publié. Demandez la page sans indiquer de moment."
    )
    assert refusal_of("/ar/updates/?known=2025-03-01") == (
        "لم يُنشر أي شيء بعد. يُرجى طلب الصفحة دون تحديد لحظة."
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "known",
    [
        "0001-01-01", "0001-01-01T00:00%2B14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z", "2025-03-01T14", "2025-03-01 14:30",
        "2025-03-01T14:30:00.1234567Z", "2025-03-01T14:30%2B99:99", "٢٠٢٥-٠٣-٠١", "%00", "%22%3E%3Cscript%3E",
        "9" * 5_000,
    ],
)  # fmt: skip
def test_odd_moment_is_refused_with_help(kept, known):
    for path in ("", "targets/followed/badge.svg", "methodology/"):
        response = get(f"/fr/{path}?known={known}")
        assert response.status_code == 400
        assert "<script>" not in response.content.decode()


def test_first_publication_is_that_of_the_review_log_or_of_what_was_written_down():
    row = make_series("followed")
    figure = published_by_two(make_measurement(row, "2023-01-01", 400, draft=True))
    assert kept_since() == figure.published_at
    later = published_by_two(make_measurement(row, "2024-01-01", 500, draft=True))
    assert later.published_at > kept_since() == figure.published_at
    assert get(f"/en/?known={written(figure.published_at)}").status_code == 200
    earlier = figure.published_at - timedelta(microseconds=1)
    assert get(f"/en/?known={written(earlier)}").status_code == 400


def test_first_publication_without_a_review_log_is_the_first_that_was_written_down():
    make_target("a", draft=True)
    publish(make_target("b", draft=True).revisions.get())
    publish(Target.objects.get(code="a").revisions.get())
    assert kept_since() == Standing.objects.filter(target__code="b").earliest("pk").known_from


@pytest.mark.parametrize(
    "known", ["2025-03-01T15:30%2B01:00", "2025-03-01T15:30+01:00", "2025-03-01T14:30Z"]
)
def test_moment_takes_any_zone_and_links_write_it_one_way(kept, known):
    html = html_of(f"/en/updates/?on=2024-12-31&known={known}")
    assert "as known on 1 March 2025 at 14:30." in html
    moment = "2025-03-01T14:30:00Z"
    assert f'href="/en/programmes/?on=2024-12-31&amp;known={moment}"' in html
    assert f'<link rel="canonical" href="{SITE}/en/updates/?on=2024-12-31&amp;known={moment}">' in (
        html
    )


def test_moment_without_a_day_asks_for_its_own_day(kept):
    assert notice_of("/en/updates/?known=2025-03-05") == (
        "This page as of 5 March 2025, as known on 5 March 2025. Names are today’s."
    )


def test_today_as_the_moment_is_what_is_known_now(target):
    path = f"/en/targets/followed/?known={today().isoformat()}"
    assert "as-of-day" not in html_of(path)
    assert words_of(path) == words_of("/en/targets/followed/")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Rien n’avait encore été publié à cette adresse à ce moment."),
        ("ar", "لم يكن قد نُشر أي شيء في هذا العنوان إلى غاية تلك اللحظة."),
        ("en", "Nothing had been published under this address by that moment."),
    ],
)
def test_promise_that_was_published_later_is_not_found_and_leads_to_what_is_known_today(
    kept, language, words
):
    path = f"/{language}/targets/followed/"
    response = get(f"{path}?on=2024-12-31&known=2025-03-01")
    html = response.content.decode()
    assert response.status_code == 404
    assert f'<p class="summary">{words}</p>' in html
    assert f'<a href="{path}?on=2024-12-31">' in html
    assert words not in get(f"/{language}/targets/none/").content.decode()


# What the notice says, and where it leads


@pytest.mark.parametrize(
    ("language", "notice", "link"),
    [
        (
            "fr",
            "Cette page au 31 décembre 2024, d’après ce que l’on savait le 1er mars 2025. Les noms sont ceux "
            "d’aujourd’hui.",
            "Ce que l’on en sait aujourd’hui",
        ),
        (
            "ar",
            "هذه الصفحة إلى غاية 31 دجنبر 2024، حسب ما كان معروفا في 1 مارس 2025. أما الأسماء فهي أسماء اليوم.",
            "ما هو معروف عنه اليوم",
        ),
        (
            "en",
            "This page as of 31 December 2024, as known on 1 March 2025. Names are today’s.",
            "What is known of that day today",
        ),
    ],
)
def test_page_of_a_day_and_a_moment_says_so_and_leads_to_what_is_known_today(
    kept, language, notice, link
):
    path = f"/{language}/updates/?on=2024-12-31&known=2025-03-01"
    assert notice_of(path) == notice
    html = html_of(path)
    assert f'<a href="/{language}/updates/?on=2024-12-31">{link}</a>' in html
    assert f'<a href="/{language}/updates/">' in html
    assert JustHTML(html, collect_errors=True).errors == []
    for other in LANGUAGES:
        assert f'href="/{other}/updates/?on=2024-12-31&amp;known=2025-03-01"' in html


def test_forms_of_a_page_keep_what_was_asked_for(kept):
    for path in ("search/?q=pie&", "programmes/?"):
        html = html_of(f"/en/{path}on=2024-12-31&known=2025-03-01")
        form = html.split("<main", 1)[1].split("</form>", 1)[0]
        assert '<input type="hidden" name="on" value="2024-12-31">' in form
        assert '<input type="hidden" name="known" value="2025-03-01">' in form
    foot = html_of("/en/search/?q=pie&on=2024-12-31&known=2025-03-01").split("<footer", 1)[1]
    assert 'name="known" type="date"' in foot
    assert 'value="2025-03-01"' in foot
    assert '<input type="hidden" name="q" value="pie">' in foot


# The same address says the same


def test_page_that_was_cited_says_the_same_after_a_figure_and_a_withdrawal(target):
    path = "/en/targets/followed/"
    before, cited = words_of(path), citation_of(path)
    last = PublicationClock.objects.get().last
    assert cited == f"{path}?on={today().isoformat()}&known={written(last)}"
    published_by_two(make_measurement(target.series, "2024-01-01", 500, draft=True))
    withdraw(target, "Never started")
    assert "Never started" in words_of(path)
    assert "500" in words_of(path)
    assert words_of(cited) == before
    assert citation_of(cited) == cited
    assert "Never started" in words_of(f"{path}?known={now()}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Modifié le {}, après le moment de cette page, qui l’affiche tel qu’il est aujourd’hui\u00a0:"),
        ("ar", "عُدّل في {}، بعد لحظة هذه الصفحة، التي تعرضه كما هو اليوم:"),
        ("en", "Changed on {}, after the moment of this page, which shows it as it is today:"),
    ],
)  # fmt: skip
def test_what_was_changed_after_the_moment_is_noted_as_such(target, language, words):
    before = now()
    amend(target.series, "Every two years", interval_months=24)
    with override(language):
        words = words.format(day_words(today()))
    path = f"/{language}/targets/followed/"
    assert words in re.sub(r"<[^>]+>", "", html_of(f"{path}?known={before}"))
    for later in (path, f"{path}?known={now()}"):
        assert words not in re.sub(r"<[^>]+>", "", html_of(later))
        assert "Every two years" in html_of(later)


def test_mark_of_an_owner_is_known_only_since_it_was_withdrawn(target):
    before = now()
    withdraw(target.agreement, "Denounced")
    for path in ("agreements/?", "targets/followed/?", "search/?q=accord&"):
        assert "withdrawn since" not in html_of(f"/en/{path}known={before}")
        assert "agreement withdrawn since" in html_of(f"/en/{path}known={now()}")


def test_source_is_shown_as_it_is_today_with_the_mark_of_a_change_after_the_moment(target):
    before = now()
    amend(make_source(), "Reprint", title="Autre titre")
    for path in ("/en/targets/followed/", f"/en/targets/followed/?known={before}"):
        html = html_of(path)
        change = re.search(r'href="#(change-\d+)">source changed since', html)[1]
        assert f'id="{change}"' in html


def test_citation_of_a_later_day_than_the_last_publication_can_be_asked_for(target):
    yesterday = timezone.now() - timedelta(days=1)
    with guards_lifted("a site that published nothing since yesterday"):
        PublicationClock.objects.update(last=yesterday)
    cited = citation_of("/en/updates/")
    midnight = timezone.make_aware(datetime.combine(today(), datetime.min.time()))
    assert cited == f"/en/updates/?on={today().isoformat()}&known={written(midnight)}"


def test_citation_keeps_what_else_was_asked_and_prints_both_clocks(target):
    html = html_of("/en/programmes/?status=no_data&on=2024-12-31")
    last = PublicationClock.objects.get().last
    with override("en"):
        words = moment_words(last)
    cited = re.search(r'<p class="cite">(.*?)</p>', html)[1]
    assert unescape(re.sub("<[^>]+>", "", cited)) == (
        f"Training programmes tracker, 31 December 2024, as known on {words}. "
        f"{SITE}/en/programmes/?status=no_data&on=2024-12-31&known={written(last)}"
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Jeunes formés. Suivi des programmes de formation, 31 décembre 2024, d’après ce que l’on savait le "),
        ("ar", "الشباب المكوَّنون. تتبع برامج التكوين، 31 دجنبر 2024، حسب ما كان معروفا في "),
        ("en", "Young people trained. Training programmes tracker, 31 December 2024, as known on "),
    ],
)  # fmt: skip
def test_page_of_a_promise_is_cited_by_name_with_both_clocks(target, language, words):
    html = html_of(f"/{language}/targets/followed/?on=2024-12-31")
    (cited,) = re.findall(r'<p class="cite">(.*?)</p>', html)
    last = PublicationClock.objects.get().last
    with override(language):
        words += moment_words(last)
    assert unescape(re.sub("<[^>]+>", "", cited)) == (
        f"{words}. {SITE}/{language}/targets/followed/?on=2024-12-31&known={written(last)}"
    )


# What changed


def test_updates_and_feeds_tell_what_was_known_at_the_moment(target):
    before = now()
    figure = published_by_two(make_measurement(target.series, "2024-01-01", 500, draft=True))
    between = written(figure.published_at)
    withdraw(figure, "Counted twice")

    def told(known: str) -> list[str]:
        html = html_of(f"/en/updates/?known={known}")
        return re.findall(r'updates__what[^"]*">([^<]+)<', html)

    assert told(before) == ["New figure"]
    assert told(between) == ["New figure", "New figure"]
    assert told(now()) == ["Withdrawn", "New figure", "New figure"]
    assert "Counted twice" not in html_of(f"/en/updates/?known={between}")
    for path in ("updates.atom", "programmes/pie.atom"):
        address = f"/en/{path}?on={today().isoformat()}&known={between}"
        feed = ElementTree.fromstring(get(address).content)
        assert len(feed.findall(f"{ATOM}entry")) == 2
        (own,) = [one for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self"]
        assert own.get("href") == SITE + address
        entry = feed.find(f"{ATOM}entry/{ATOM}link").get("href")
        assert entry == f"{SITE}/en/targets/followed/?on={today().isoformat()}&known={between}"


def test_page_of_a_promise_lists_what_changed_after_the_moment(target):
    make_target("other")
    before = now()
    path = f"/en/targets/followed/?known={before}"

    def since() -> str:
        section = re.search(r'<section class="since">(.*?)</section>', html_of(path), re.DOTALL)[1]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", section)).split())

    with override("en"):
        words = moment_words(datetime.fromisoformat(before))
        day = day_words(today())
    assert since() == (f"What changed after {words} Nothing was published of this promise since.")
    figure = published_by_two(make_measurement(target.series, "2024-01-01", 500, draft=True))
    published_by_two(make_measurement(make_series("apart"), "2024-01-01", 777, draft=True))
    amend(target.series, "Every two years", interval_months=24)
    withdraw(figure, "Counted twice")
    assert since() == (
        f"What changed after {words} "
        f"Withdrawn Young people trained : 500 as of 1 January 2024 {day} · Morocco · La Gazette, 1 June 2024 · "
        "Counted twice "
        f"Record changed Young people trained : Reporting interval in months: from “\u206812\u2069” to “\u206824\u2069"
        f"” {day} · series · Every two years "
        f"New figure Young people trained : 500 as of 1 January 2024 {day} · Morocco · La Gazette, 1 June 2024"
    )
    assert 'class="since"' not in html_of("/en/targets/followed/")


def test_change_of_the_rules_is_told_once_in_public(target, monkeypatch):
    before = now()
    version = assessment.RULE_VERSION + 1
    for module in (assessment, standings):
        monkeypatch.setattr(module, "RULE_VERSION", version)
    assert services.restate_all() == 1
    published_by_two(make_measurement(target.series, "2024-01-01", 500, draft=True))
    html = html_of("/en/updates/")
    assert re.findall(r'updates__what[^"]*">([^<]+)<', html) == [
        "New figure", "Rules changed", "New figure",
    ]  # fmt: skip
    line = html.split("Rules changed", 1)[1].split("</li>", 1)[0]
    assert " ".join(re.sub(r"<[^>]+>", " ", line).split()) == (
        "How statuses are worked out : what was said before stays as it was said"
    )
    assert 'href="/en/methodology/"' in line
    assert "Rules changed" not in html_of(f"/en/updates/?known={before}")
    assert "Rules changed" in get("/en/updates.atom").content.decode()
    assert "Rules changed" not in get("/en/programmes/pie.atom").content.decode()


# Files, embeds, machines


def rows(name: str, question: str) -> list[dict[str, str]]:
    response = get(f"/en/data/{name}.csv?languages=all&{question}")
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_files_hold_what_was_known_at_the_moment_without_what_ended_later(target):
    before = now()
    figure = published_by_two(make_measurement(target.series, "2024-01-01", 500, draft=True))
    between = written(figure.published_at)
    withdraw(figure, "Counted twice")
    withdraw(target, "Never started")

    def told(known: str) -> list[tuple[str, ...]]:
        return [
            (row["value"], row["state"], row["outcome_reason_fr"], row["ended_at"])
            for row in rows("measurements", f"known={known}")
        ]

    first = ("400", "published", "", "")
    assert told(before) == [first]
    assert told(between) == [first, ("500", "published", "", "")]
    figure.refresh_from_db()
    target.refresh_from_db()
    ended = ("500", "withdrawn", "Counted twice", written_moment(figure.ended_at))
    assert told(now()) == [first, ended]
    assert [row["withdrawn_at"] for row in rows("targets", f"known={between}")] == [""]
    assert [row["withdrawn_at"] for row in rows("targets", f"known={now()}")] == [
        written_moment(target.withdrawn_at)
    ]
    assert rows("amendments", f"known={between}") == []
    assert {row["reason_fr"] for row in rows("amendments", f"known={now()}")} == {
        "Counted twice", "Never started",
    }  # fmt: skip


def test_file_is_named_by_both_clocks(kept):
    response = get("/en/data/measurements.csv?on=2024-12-31&known=2025-03-01T14:30Z")
    assert response["Content-Disposition"] == (
        'attachment; filename="measurements-2024-12-31-known-2025-03-01T1430-en.csv"'
    )


def test_card_and_chart_say_the_day_and_the_moment(target):
    known = PublicationClock.objects.get().last
    question = f"?on=2024-12-31&known={written(known)}"
    with override("en"):
        words = f"31 December 2024, as known on {moment_words(known)}"
    card = html_of(f"/en/targets/followed/embed/{question}")
    assert f"<span>{words}</span>" in card
    assert f'href="{SITE}/en/targets/followed/{question.replace("&", "&amp;")}"' in card
    chart = html_of(f"/en/targets/followed/chart.svg{question}")
    assert f"Training programmes tracker, {words}" in chart
    assert f">{SITE}/en/targets/followed/</text>" in chart
    assert f">{question.replace('&', '&amp;')}</text>" in chart
    plain = html_of("/en/targets/followed/embed/")
    assert "as known on" not in plain


@pytest.mark.slow
def test_days_and_moments_are_kept_from_search_engines(target):
    lines = get("/robots.txt").content.decode().splitlines()
    for rule in ("/*?on=", "/*&on=", "/*?known=", "/*&known="):
        assert f"Disallow: {rule}" in lines
    for path in ("/en/", "/en/targets/followed/badge.svg", "/en/data/series.csv"):
        assert "X-Robots-Tag" not in get(path)
        for question in ("on=2024-12-31", f"known={now()}"):
            assert get(f"{path}?{question}")["X-Robots-Tag"] == "noindex"
    assert "known=" not in get("/sitemap.xml").content.decode()


def test_pages_of_two_moments_have_two_validators_and_none_is_kept(target):
    first, second = (get(f"/en/?known={now()}") for _time in range(2))
    assert first["ETag"] != second["ETag"]


def test_what_is_shown_after_the_moment_is_on_no_page_of_it(target):
    region = make_region()
    programme = target.series.programme
    make_centre("before", territory=region, programmes=[programme], sources=[make_source()])
    clocks = f"?on={today()}&known={now()}"
    pages = [
        *(f"/fr/{page}/" for page in ("centres", "agreements", "programmes", "regions")),
        "/fr/",
        f"/fr/programmes/{programme.code}/",
        f"/fr/regions/{region.code}/",
    ]
    files = [f"/fr/data/{name}.csv" for name in ("centres", "agreements", "programmes")]

    def told() -> dict[str, Any]:
        return {one: words_of(one + clocks) for one in pages} | {
            one: get(one + clocks).content for one in files
        }

    before = told()
    assert "Cité before" in before["/fr/centres/"]
    make_centre("later", territory=region, programmes=[programme], sources=[make_source()])
    make_agreement("later", programmes=[programme])
    make_programme("later", territories=[region])
    after = told()
    assert [one for one in before if after[one] != before[one]] == []
    for page in ("centres", "agreements", "programmes"):
        assert get(f"/fr/{page}/later/{clocks}").status_code == 404
        assert get(f"/fr/{page}/later/").status_code == 200


def test_links_of_a_list_of_promises_keep_both_clocks(target):
    clocks = f"?on={today()}&known={now()}"
    page = html_of(f"/fr/programmes/pie/{clocks}")
    links = re.findall(r'<h3 class="promise__title"><a href="(.*?)">', page)
    assert [unescape(one) for one in links] == [f"/fr/targets/followed/{clocks}"]
