"""What several screens share stands in classes of its own, each of which is part of a screen.

Django's own classes are completed here, for the checker alone, by what they do and their stubs do not know.
"""

from typing import TYPE_CHECKING, Any

from django.forms.models import BaseInlineFormSet, ModelForm

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
    from django.core.exceptions import ValidationError
    from django.db.models import Model
    from django.forms.utils import ErrorDict
    from django.http import HttpRequest, HttpResponse

    from programmes.admin.forms.panels import Panel

    # what reads on a screen, and what a screen and the rows within it have in common
    FieldsPart = BaseModelAdmin[Any]

    # what rows within a screen have in common, as lines or one under another
    InlinePart = InlineModelAdmin[Any, Any]

    class ScreenPart(ModelAdmin[Any]):
        def _get_obj_does_not_exist_redirect(
            self, request: HttpRequest, opts: Any, object_id: str
        ) -> HttpResponse: ...

        def _create_formsets(
            self, request: HttpRequest, obj: Model, change: bool
        ) -> tuple[list[Any], list[Any]]: ...

    class TrackerPart(ScreenPart):
        """Part of a screen of the tracker: comes before `TrackerAdmin`, and passes on to it."""

        def write(
            self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool
        ) -> None: ...

        def all_panels(self, request: HttpRequest, obj: Any) -> list[Panel]: ...

    class HistoryPart(TrackerPart):
        """The same, of one that keeps a history."""

        def history_form_view(
            self,
            request: HttpRequest,
            object_id: str,
            version_id: str,
            extra_context: dict[str, Any] | None = None,
        ) -> HttpResponse: ...

    class RecordForm(ModelForm[Any]):
        _errors: ErrorDict

        def _post_clean(self) -> None: ...
        def _get_validation_exclusions(self) -> set[str]: ...
        def _update_errors(self, errors: ValidationError) -> None: ...
        def _save_m2m(self) -> None: ...

    class RecordFormSet(BaseInlineFormSet[Any, Any, ModelForm[Any]]):
        def _construct_form(self, i: int, **kwargs: Any) -> ModelForm[Any]: ...
        def _should_delete_form(self, form: ModelForm[Any]) -> bool: ...
else:
    RecordForm, RecordFormSet = ModelForm, BaseInlineFormSet
    # a part comes before the screen itself, and adds nothing but what it says
    ScreenPart = TrackerPart = HistoryPart = FieldsPart = InlinePart = object
