"""Sources as they are named in the grid: chosen from the usual ones, or typed as they are called."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.admin.forms.fields import PreciseDateFormField, undisguised
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import written
from programmes.models import Measurement, Source
from programmes.models.names import fold
from programmes.services.promises import free_code

MOST = 100
LONGEST = 110


def source_name(source: Source) -> str:
    """A source as it is read in a list: who published what, of which day."""
    day = written(source.date)
    return Truncator(str(source)).chars(LONGEST) + (f" ({day})" if day else "")


def usual_sources(user: User) -> list[Source]:
    """The sources that a person used last, then the newest of all. Two queries."""
    own = Measurement.objects.filter(entered_by=user).order_by().values("source")
    used = own.annotate(last=Max("pk")).order_by("-last").values_list("source", flat=True)
    keys = list(used[:MOST])
    rows = Source.objects.filter(Q(pk__in=keys) | Q(pk__in=_newest()))
    place = {key: number for number, key in enumerate(keys)}
    return sorted(rows, key=lambda row: (place.get(row.pk, MOST), -row.pk))[:MOST]


def _newest() -> Any:
    return list(Source.objects.order_by("-pk").values_list("pk", flat=True)[:MOST])


def source_names(sources: list[Source]) -> list[tuple[int, str]]:
    """Keys and names; two of the same name are told apart by their code."""
    names = {source.pk: source_name(source) for source in sources}
    often = Counter(names.values())
    return [
        (one.pk, names[one.pk] if often[names[one.pk]] == 1 else f"{names[one.pk]} [{one.code}]")
        for one in sources
    ]


def find_source(text: str) -> Source | None:
    """The source of a key, a code or a name as the lists write it. None: nothing was typed.

    Raises:
        ValidationError: there is none, or several are called so.
    """
    text = text.strip()
    if not text:
        return None
    if can_be_key(text):
        found = list(Source.objects.filter(pk=text))
    else:
        code = text.rpartition("[")[2].removesuffix("]")
        found = list(Source.objects.filter(Q(code=text) | Q(code=code)))
    if not found:
        wanted = fold(text)
        every = Source.objects.order_by("-pk")
        found = [one for one in every if fold(source_name(one)) == wanted]
        found = found or [one for one in every if wanted in fold(str(one))]
    if len(found) != 1:
        raise ValidationError(
            _("Several sources are called so: choose one of the list.")
            if found
            else _("No source is called so: choose one of the list, or add it first.")
        )
    return found[0]


class NewSource(forms.Form):
    """A source that is not known yet, in a few boxes; the rest is added on its own page."""

    kind = forms.ChoiceField(
        label=gettext_lazy("kind"), choices=Source.Kind.choices, initial=Source.Kind.REPORT
    )
    title = forms.CharField(label=gettext_lazy("title"), max_length=400)
    publisher = forms.CharField(label=gettext_lazy("publisher"), max_length=200, required=False)
    date = PreciseDateFormField(label=gettext_lazy("date"), required=False)
    url = forms.URLField(
        label=gettext_lazy("address"), max_length=1500, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "prefix": "new", "use_required_attribute": False})

    def save(self, *, by: User) -> Source | None:
        """Adds the source, with a code made of its title. None: a rule is broken, and the form says which."""
        if not by.has_perm("programmes.add_source"):
            raise PermissionDenied
        if not self.is_valid():
            return None
        typed = {name: undisguised(value) for name, value in self.cleaned_data.items()}
        source = Source(entered_by=by, **{key: typed[key] for key in typed if key != "date"})
        source.date = typed["date"]
        source.code = free_code(source.title[:60] or "source", Source)
        try:
            source.full_clean()
        except ValidationError as error:
            self.add_error(None, ValidationError(error.messages))
            return None
        source.save()
        return source
