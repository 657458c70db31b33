"""The one form that adds a target: what is promised, where, by when, who said so. The series is found or made."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programmes import services
from programmes.admin.forms.fields import PreciseDateFormField
from programmes.admin.forms.ratios import HUNDRED
from programmes.admin.forms.record_forms import TrackerForm
from programmes.models import Indicator, Series, Target, TargetRevision
from programmes.models.columns import precise_dates
from programmes.models.target import DEFINITIONS

PLACE = ("indicator", "programme", "territory", "centre")
FIGURES = ("value", "baseline")
ANNOUNCED = (
    "value",
    "qualifier",
    "sense",
    "due_text",
    "baseline",
    "baseline_on",
    *DEFINITIONS,
    "source",
    "wording",
    "wording_language",
)
DATES = ("due", "announced")

PROMISE_FIELDSETS = (
    (
        _("What is promised, and where"),
        {
            "fields": ("programme", "indicator", "territory", "centre"),
            "description": _(
                "Leave the centre empty where the target is of a whole territory. If figures are already followed "
                "there for this indicator, the target joins them."
            ),
        },
    ),
    (
        _("How much, by when"),
        {
            "fields": (("value", "qualifier", "sense"), "due", "due_text"),
            "description": _("A ratio is typed as a percentage: 73 for 73 %."),
        },
    ),
    (_("From where it is counted"), {"fields": (("baseline", "baseline_on"), *DEFINITIONS)}),
    (
        _("Who said so, and when"),
        {"fields": ("announced", "source", "wording", "wording_language")},
    ),
    (
        _("Whose target it is"),
        {"fields": ("responsible", "agreement", "share_of")},
    ),
    (_("Code"), {"fields": ("code",), "classes": ["collapse"]}),
)


class PromiseForm(TrackerForm):
    """A target with its first announcement."""

    due = PreciseDateFormField(label=capfirst(precise_dates(TargetRevision)["due"]), required=False)
    announced = PreciseDateFormField(label=capfirst(precise_dates(TargetRevision)["announced"]))

    class Meta:
        model = Target
        fields = ("agreement", "responsible", "share_of", "code")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].required = False
        self.fields["code"].help_text = _(
            "Leave it empty: it is made from the programme and the indicator."
        )

    @classmethod
    def bound_to(cls, screen: admin.ModelAdmin[Any], request: HttpRequest) -> type["PromiseForm"]:
        """The form with the boxes of a series and of an announcement, their choices scoped by the screen."""
        fields: list[Any] = [
            model._meta.get_field(name)
            for model, names in ((Series, PLACE), (TargetRevision, ANNOUNCED))
            for name in names
        ]
        boxes: dict[str, Any] = {
            field.name: screen.formfield_for_dbfield(field, request) for field in fields
        }
        boxes["value"].required = True
        return type(cls.__name__, (cls,), boxes)

    def _is_ratio(self) -> bool:
        indicator = self.cleaned_data.get("indicator")
        return indicator is not None and indicator.measure == Indicator.Measure.RATIO

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self._is_ratio():
            for name in FIGURES:
                if cleaned.get(name) is not None:
                    cleaned[name] = cleaned[name] / HUNDRED
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # the series and the code are found by the service
        return super()._get_validation_exclusions() | {"series", "code"}

    def revision(self) -> TargetRevision:
        """The first announcement, unsaved and without its target."""
        revision = TargetRevision(**{name: self.cleaned_data[name] for name in ANNOUNCED})
        for name in DATES:
            setattr(revision, name, self.cleaned_data[name])
        return revision

    def terms(self) -> dict[str, Any]:
        """The other arguments of services.promise."""
        names = ("agreement", "responsible", "share_of", "code")
        place = services.SeriesIdentity(**{name: self.cleaned_data[name] for name in PLACE})
        return {name: self.cleaned_data.get(name) for name in names} | {"place": place}
