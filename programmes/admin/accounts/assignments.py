"""What is assigned to accounts. Nobody assigns, or takes away, what is not their own."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from programmes import access
from programmes.admin.accounts.invitations import let_in
from programmes.admin.base import search_in
from programmes.admin.forms.mixins import ScopedFields
from programmes.admin.forms.record_search import RobustList
from programmes.admin.history import HistoryAdmin
from programmes.admin.scope import has_scope, remembered
from programmes.models import Assignment
from programmes.type_names import certain, staff_request

NOT_YOURS = gettext_lazy("You can only assign what lies in your own territories and programmes.")
INCOMPLETE = gettext_lazy(
    "The assignments of this account were changed meanwhile, or were not sent with the form."
    " Nothing is saved: open the account again."
)


def _may_give(user: User, territory: Any, programme: Any) -> bool:
    """Whether what is assigned, or taken away, is the assigning person's own."""
    return access.may_give(user, territory=territory, programme=programme)


class AssignmentForm(forms.ModelForm[Any]):
    """Refuses to assign, or to change, what is not the assigning person's own."""

    request: HttpRequest | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        pairs = [(cleaned.get("territory"), cleaned.get("programme"))]
        if self.instance.pk:
            pairs.append((self.instance.territory, self.instance.programme))
        for pair in pairs:
            if any(pair) and not _may_give(staff_request(certain(self.request)).user, *pair):
                raise forms.ValidationError(NOT_YOURS)
        return cleaned


class AssignmentFormSet(BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]):
    """The assignments of one account; taking one away follows the same rule as giving it."""

    request: HttpRequest | None = None

    def clean(self) -> None:
        super().clean()
        sent = {form.instance.pk for form in self.initial_forms}
        if sent != set(self.instance.assignments.values_list("pk", flat=True)):
            raise forms.ValidationError(INCOMPLETE)
        for form in self.deleted_forms:
            row = form.instance
            if row.pk and not _may_give(
                staff_request(certain(self.request)).user, row.territory, row.programme
            ):
                raise forms.ValidationError(NOT_YOURS)


class AssignmentFields(ScopedFields):
    form: type[forms.ModelForm[Any]] = AssignmentForm
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("territory", "programme")


class AssignmentInline(AssignmentFields, admin.TabularInline[Any, Any]):
    model = Assignment
    formset = AssignmentFormSet
    extra = 0
    fields = ("territory", "programme")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("territory", "programme")

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **options: Any
    ) -> type[BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]]:
        formset = super().get_formset(request, obj, **options)
        assert issubclass(formset, AssignmentFormSet)
        assert issubclass(formset.form, AssignmentForm)
        formset.request = formset.form.request = request
        return formset


@admin.register(Assignment)
class AssignmentAdmin(RobustList, AssignmentFields, HistoryAdmin):
    list_display = ("user", "territory", "programme")
    list_select_related = ("user", "territory", "programme")
    search_fields = search_in(
        "user__username", "user__last_name", "territory__*name", "programme__*name"
    )
    autocomplete_fields = ("user", "territory", "programme")
    fields = ("user", "territory", "programme")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        kept = access.accounts(User.objects.order_by(), staff_request(request).user)
        return super().get_queryset(request).filter(user__in=kept.values("pk"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            let_in(request, obj.user)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name == "user":
            options["queryset"] = access.accounts(
                User.objects.filter(is_superuser=False), staff_request(request).user
            )
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm[Any]]:
        form = super().get_form(request, obj, change, **options)
        assert issubclass(form, AssignmentForm)
        form.request = request
        return form

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_view_permission(request, obj) and has_scope(request)
        return allowed and (obj is None or self._is_seen(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_own(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_own(request, obj) and super().has_delete_permission(request, obj)

    def _is_own(self, request: HttpRequest, obj: Assignment | None) -> bool:
        user = staff_request(request).user
        if obj is None:
            return has_scope(request)
        key = ("own", obj.user_id, obj.territory_id, obj.programme_id)
        return remembered(
            request,
            key,
            lambda: (
                access.may_keep_account(user, obj.user)
                and _may_give(user, obj.territory, obj.programme)
            ),
        )

    @staticmethod
    def _is_seen(request: HttpRequest, obj: Assignment) -> bool:
        seen = access.accounts(User.objects.filter(pk=obj.user_id), staff_request(request).user)
        return remembered(request, ("seen", obj.user_id), seen.exists)
