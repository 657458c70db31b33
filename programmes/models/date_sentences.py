"""What to say to a person whose date is refused, in one place for forms, files and models."""

from django.utils.translation import gettext as _

from programmes.calculations.dates import DateError, DateFault


def date_sentence(error: DateError) -> str:
    """The reason of a refusal and what is accepted, in the reader's language."""
    accepted = _(
        "Accepted: 17/02/2021, 02/2021, 2021, 2021-2022 for a training year, 2023..2024 for a span, or 2021-02-17."
    )
    reasons = {
        DateFault.UNREADABLE: _("“%(text)s” is not a date."),
        DateFault.IMPOSSIBLE: _("“%(text)s” is a day that does not exist."),
        DateFault.TWO_DIGIT_YEAR: _("“%(text)s”: write the year with four digits."),
        DateFault.MONTH_FIRST: _("“%(text)s”: the day comes first, then the month."),
        DateFault.NOT_CONSECUTIVE: _(
            "“%(text)s”: a training year names two consecutive years; for a span write 2021..2024."
        ),
        DateFault.BACKWARDS: _("“%(text)s” ends before it begins."),
        DateFault.YEAR_OUT_OF_RANGE: _("“%(text)s”: the year must lie between 1900 and 2199."),
        DateFault.AFTER_SOURCE: _(
            "The date lies after the date of its source: a source cannot speak of a day to come. Check both dates."
        ),
        DateFault.IN_FUTURE: _(
            "The date lies in the future. Enter the date that the figure speaks of."
        ),
    }
    sentence = reasons[error.code] % {"text": error.text}
    if error.code in (DateFault.AFTER_SOURCE, DateFault.IN_FUTURE):
        return sentence
    return f"{sentence} {accepted}"
