"""Which columns exist in French, Arabic and English, and which tables keep a history.

French is required; a missing Arabic or English text falls back to French on pages and is shown as missing to staff.
The history is registered here, once the translated columns exist (see models/history.py).
"""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from programmes.models import (
    Agreement,
    Assignment,
    Category,
    Centre,
    Dimension,
    Indicator,
    Milestone,
    Organisation,
    Participation,
    Programme,
    Reply,
    Sector,
    Series,
    Signature,
    Source,
    Stage,
    Target,
    Territory,
)
from programmes.models.history import TranslatedHistory


class NameTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("fr",)


register([Territory, Organisation, Sector, Stage, Dimension, Category])(NameTranslation)


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name", "summary")
    required_languages = {"fr": ("name",)}


@register(Agreement)
class AgreementTranslation(TranslationOptions):
    fields = ("title", "subject", "place")
    required_languages = {"fr": ("title",)}


@register(Signature)
class SignatureTranslation(TranslationOptions):
    fields = ("person", "office", "undertaking")


@register(Centre)
class CentreTranslation(TranslationOptions):
    fields = ("name", "locality", "facilities")
    required_languages = {"fr": ("name",)}


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = ("name", "definition", "unit")
    required_languages = {"fr": ("name", "unit")}


@register(Series)
class SeriesTranslation(TranslationOptions):
    fields = ("name",)


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("fr",)


@register(Reply)
class ReplyTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("fr",)


for model in (
    Agreement,
    Assignment,
    Category,
    Centre,
    Dimension,
    Indicator,
    Milestone,
    Organisation,
    Participation,
    Programme,
    Reply,
    Sector,
    Series,
    Signature,
    Source,
    Stage,
    Target,
    Territory,
):
    keep_history(model, records_class=TranslatedHistory, app="programmes")
