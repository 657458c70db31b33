"""An unusual value in a form: said while it is typed, and confirmed in a few words before it is submitted."""

from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.admin.forms.fields import undisguised
from programmes.admin.forms.record_forms import TrackerForm
from programmes.admin.forms.screen_parts import ScreenPart
from programmes.admin.review.review_steps import LONGEST_WORDS, SUBMIT_BUTTON
from programmes.models.plausibility import doubts_of
from programmes.models.reasons import has_words

# what must be understood before a figure is judged
JUDGED = frozenset({"series", "target", "value", "numerator", "denominator", "as_of"})


class UnusualForm(TrackerForm):
    """A form whose value may be unusual. `doubts`: what is, once the form was checked."""

    looked = forms.BooleanField(required=False, label=gettext_lazy("I looked again: it is right"))
    confirmation = forms.CharField(
        required=False,
        max_length=LONGEST_WORDS,
        label=gettext_lazy("Why, in a few words (for the reviewer)"),
        widget=forms.TextInput(attrs={"dir": "auto", "class": "vTextField"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.doubts: list[str] = []
        if self.instance.pk is None or "looked" not in self.fields:
            return
        self.doubts = doubts_of(self.instance)
        if self.instance.confirmation:
            self.initial.update(looked=True, confirmation=self.instance.confirmation)

    def _post_clean(self) -> None:
        super()._post_clean()
        self.doubts = []
        if JUDGED & self.errors.keys() or not self._has_figure():
            return
        words = undisguised(self.cleaned_data.get("confirmation") or "").strip()
        self.doubts = doubts_of(self.instance)
        is_confirmed = bool(self.cleaned_data.get("looked") and has_words(words))
        self.instance.confirmation = words if self.doubts and is_confirmed else ""
        if self.doubts and not is_confirmed and SUBMIT_BUTTON in self.data and not self.errors:
            self.add_error(
                "confirmation",
                _("This value is unusual. Look again, tick the box and say why it is right."),
            )

    def _has_figure(self) -> bool:
        """Whether a figure and what it is of were typed; the rest of the form may still be empty."""
        row = self.instance
        of = getattr(row, "series_id", None) or getattr(row, "target_id", None)
        has_fraction = bool(getattr(row, "numerator", None) is not None and row.denominator)
        return of is not None and (row.value is not None or has_fraction)


class UnusualScreen(ScreenPart):
    """The screen of such a table: its form is checked while it is typed."""

    change_form_template = "admin/programmes/unusual_form.html"

    def get_urls(self) -> list[URLPattern]:
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view(self.check_view)
        return [
            path("check/", view, name=f"{stem}_check_new"),
            path("<path:object_id>/check/", view, name=f"{stem}_check"),
            *super().get_urls(),
        ]

    def check_view(self, request: HttpRequest, object_id: str | None = None) -> JsonResponse:
        """What is unusual of the form as it is typed. Nothing is kept."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        may = (
            self.has_change_permission(request, row)
            if row is not None
            else object_id is None and self.has_add_permission(request)
        )
        if request.method != "POST" or not may:
            raise PermissionDenied
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        assert isinstance(form, UnusualForm)
        form.full_clean()
        return JsonResponse({"doubts": form.doubts})
