"""Which columns exist in French, Arabic and English, and which tables keep a history.

A name in any one language suffices (models/named.py). A missing text falls back to the first language that has it on
pages, with its language marked, and is shown as missing to staff.
The history is registered here, once the translated columns exist (see models/history.py).
"""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from programmes.models import (
    Agreement,
    Amendment,
    Assignment,
    Category,
    Centre,
    Dimension,
    Evidence,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Organisation,
    Participation,
    Programme,
    Reply,
    Sector,
    Series,
    Signature,
    Site,
    Source,
    Stage,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.history import TranslatedHistory


class NameTranslation(TranslationOptions):
    fields = ("name",)


register([Territory, Organisation, Sector, Stage, Dimension, Category])(NameTranslation)


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name", "summary")


@register(Agreement)
class AgreementTranslation(TranslationOptions):
    fields = ("title", "subject", "place")


@register(Signature)
class SignatureTranslation(TranslationOptions):
    fields = ("person", "office", "undertaking")


@register(Centre)
class CentreTranslation(TranslationOptions):
    fields = ("name", "locality", "facilities")


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = ("name", "definition", "unit")


@register(Series)
class SeriesTranslation(TranslationOptions):
    fields = ("name",)


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)


@register(Measurement)
class MeasurementTranslation(TranslationOptions):
    fields = ("note", "reason", "outcome_reason")


@register(TargetRevision)
class TargetRevisionTranslation(TranslationOptions):
    fields = ("definition", "reason", "outcome_reason")


@register(MilestoneStatement)
class MilestoneStatementTranslation(TranslationOptions):
    fields = ("reason", "outcome_reason")


@register(Site)
class SiteTranslation(TranslationOptions):
    fields = ("name", "publisher", "introduction", "legal_notice")


@register(Reply)
class ReplyTranslation(TranslationOptions):
    fields = ("text", "outcome_reason")


@register(Amendment)
class AmendmentTranslation(TranslationOptions):
    fields = ("reason", "outcome_reason")


for model in (
    Agreement,
    Assignment,
    Category,
    Centre,
    Dimension,
    Evidence,
    Indicator,
    Milestone,
    Organisation,
    Participation,
    Programme,
    Sector,
    Series,
    Signature,
    Site,
    Source,
    Stage,
    Target,
    Territory,
):
    keep_history(model, records_class=TranslatedHistory, app="programmes")
