"""What awaits a person, in words: a label for each kind of task, so that no noun is inflected by the count."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from programmes.models import (
    Agreement,
    Amendment,
    Centre,
    ImportJob,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Organisation,
    Programme,
    Reply,
    ReviewEvent,
    Series,
    Site,
    TargetRevision,
)

SENTENCES: dict[tuple[str, Any], Any] = {
    ("incomplete", Site): _("Who publishes this site: its publisher or contact is not given yet"),
    ("late", Series): _("Figures late: none published for more than two intervals"),
    ("due", Series): _("Figures due: the interval has passed since the last one"),
    ("returned", Measurement): _("My measurements returned for correction"),
    ("returned", TargetRevision): _("My target announcements returned for correction"),
    ("returned", MilestoneStatement): _("My milestone statements returned for correction"),
    ("returned", Reply): _("My replies returned for correction"),
    ("returned", Amendment): _("My proposals returned for correction"),
    ("draft", Measurement): _("My measurements still in draft, to be submitted"),
    ("draft", TargetRevision): _("My target announcements still in draft, to be submitted"),
    ("draft", MilestoneStatement): _("My milestone statements still in draft, to be submitted"),
    ("draft", Reply): _("My replies still in draft, to be submitted"),
    ("draft", Amendment): _("My proposals still in draft, to be submitted"),
    ("published", Measurement): _("My measurements published lately"),
    ("published", TargetRevision): _("My target announcements published lately"),
    ("published", MilestoneStatement): _("My milestone statements published lately"),
    ("published", Reply): _("My replies published lately"),
    ("published", Amendment): _("My proposals published lately"),
    ("review", ReviewEvent): _("Submissions awaiting my review"),
    ("past", Milestone): _("Milestones past their planned date, not reached as far as is known"),
    ("soon", Milestone): _("Milestones planned within 60 days"),
    ("untranslated", Programme): _("Programmes whose name lacks a translation"),
    ("untranslated", Centre): _("Centres whose name lacks a translation"),
    ("untranslated", Agreement): _("Agreements whose title lacks a translation"),
    ("untranslated", Milestone): _("Milestones whose title lacks a translation"),
    ("untranslated", Organisation): _("Organisations whose name lacks a translation"),
    ("untranslated", Indicator): _("Indicators whose name lacks a translation"),
    ("stopped", ImportJob): _("My imports refused, in conflict or stopped"),
    ("checked", ImportJob): _("My imports checked, to be applied"),
    ("running", ImportJob): _("My imports still running"),
}
