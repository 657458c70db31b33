"""How a reader of each language finds figures, shares, dates and statuses written."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from tests.recomputed.files import Said

STATUSES = {
    "no_data": ("Aucune donnée", "لا تتوفر معطيات", "No data"),
    "no_recent_data": ("Pas de donnée récente", "لا معطيات حديثة", "No recent data"),
    "not_yet_promised": ("Pas encore annoncé", "لم يُعلن عنه بعد", "Not yet promised"),
    "due_date_passed": (
        "Échéance passée, sans résultat",
        "انقضى الأجل دون نتيجة",
        "Due date passed, no result",
    ),
    "under_way": ("En cours", "قيد الإنجاز", "Under way"),
    "on_track": ("En bonne voie", "يسير كما هو متوقع", "On track"),
    "behind": ("En retard", "متأخر", "Behind"),
    "far_behind": ("Très en retard", "متأخر جدا", "Far behind"),
    "missed": ("Non atteint à l’échéance", "لم يتحقق في الأجل", "Not met by the due date"),
    "achieved": ("Atteint", "تحقق", "Achieved"),
    "achieved_late": ("Atteint après l’échéance", "تحقق بعد الأجل", "Achieved late"),
    "achieved_date_not_shown": (
        "Atteint, date non établie",
        "تحقق دون ثبوت التاريخ",
        "Achieved, date not shown",
    ),
}
AGAINST_FIRST = (
    "au regard de l’engagement initial",
    "مقارنة بالالتزام الأصلي",
    "against the first announcement",
)
LANGUAGES = ("fr", "ar", "en")
GROUPS = {"fr": " ", "ar": ".", "en": ","}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "ar": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "en": "January February March April May June July August September October November December",
}
INVISIBLE = {code: None for code in (0x2066, 0x2067, 0x2068, 0x2069, 0x200E, 0x200F)}


def plain(text: str) -> str:
    """A text without marks of direction, with plain spaces."""
    return " ".join(text.translate(INVISIBLE).split())


def status(code: str, language: str) -> str:
    """A status in words."""
    return STATUSES[code][LANGUAGES.index(language)]


def original(code: str, language: str) -> str:
    """The status of the original promise beside that of the present one."""
    return f"{status(code, language)} {AGAINST_FIRST[LANGUAGES.index(language)]}"


def number(value: Fraction, language: str) -> str:
    """A whole number with its thousands apart."""
    assert value.denominator == 1
    return f"{value.numerator:,}".replace(",", GROUPS[language])


def percent(share: Fraction, language: str) -> str:
    """A share in whole per cent; nothing is shown as 0 or 100 that is neither."""
    exact = Decimal(share.numerator) * 100 / Decimal(share.denominator)
    shown = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    if shown == 0 and share:
        shown = 1
    if shown == 100 and share != 1:
        shown = 99 if share < 1 else 101
    return f"{shown} %" if language == "fr" else f"{shown}%"


def day(said: Said, language: str) -> str:
    """A date as exact as it was said."""
    month = MONTHS[language].split()[said.last.month - 1]
    if said.exact == "month":
        return f"{month} {said.last.year}"
    assert said.exact == "day", said
    ordinal = "er" if language == "fr" and said.last.day == 1 else ""
    return f"{said.last.day}{ordinal} {month} {said.last.year}"


def month(said: Said, language: str) -> str:
    """The month of a date, as the ends of a sum are dated."""
    return f"{MONTHS[language].split()[said.last.month - 1]} {said.last.year}"
