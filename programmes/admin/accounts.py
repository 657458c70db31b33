"""Accounts of the staff, their roles, and what is assigned to them.

Accounts are not rows of a territory: whoever holds Django's permission for them keeps them, but nobody gives away
more than they have.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.db.models import Q
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from programmes import access
from programmes.admin.base import search_in
from programmes.admin.lost_factors import remove_factors
from programmes.admin.mixins import ScopedFields
from programmes.admin.reach import is_within_reach
from programmes.admin.signin.factors import with_second_factor
from programmes.models import Assignment, Preference

NOT_YOURS = gettext_lazy("You can only assign what lies in your own territories and programmes.")


def _may_give(user: Any, territory: Any, programme: Any) -> bool:
    """Whether what is assigned, or taken away, is the assigning person's own."""
    return access.may_place(user, territory=territory, programme=programme)


class AssignmentForm(forms.ModelForm):
    """Refuses to assign, or to change, what is not the assigning person's own."""

    request: HttpRequest | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        pairs = [(cleaned.get("territory"), cleaned.get("programme"))]
        if self.instance.pk:
            pairs.append((self.instance.territory, self.instance.programme))
        for pair in pairs:
            if any(pair) and not _may_give(self.request.user, *pair):
                raise forms.ValidationError(NOT_YOURS)
        return cleaned


class AssignmentFormSet(BaseInlineFormSet):
    """The assignments of one account; taking one away follows the same rule as giving it."""

    request: HttpRequest | None = None

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            row = form.instance
            if row.pk and not _may_give(self.request.user, row.territory, row.programme):
                raise forms.ValidationError(NOT_YOURS)


class AssignmentFields(ScopedFields):
    form = AssignmentForm
    autocomplete_fields = ("territory", "programme")


class AssignmentInline(AssignmentFields, admin.TabularInline):
    model = Assignment
    formset = AssignmentFormSet
    extra = 0
    fields = ("territory", "programme")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("territory", "programme")

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> type:
        formset = super().get_formset(request, obj, **options)
        formset.request = formset.form.request = request
        return formset


class PreferenceInline(admin.StackedInline):
    """The language of an account's mail, and whether it gets reminders."""

    model = Preference
    fields = ("language", "reminders")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("auth.change_user")

    has_view_permission = has_change_permission = has_add_permission


# Secrets, addresses and sessions of others are nobody's to read: a lost factor is removed on the account.
for table in (User, Group, Authenticator, EmailAddress, UserSession):
    admin.site.unregister(table)


# Groups bear their roles' names in English; people read them in their own language.
ROLES = {
    "contributor": gettext_lazy("contributor"),
    "reviewer": gettext_lazy("reviewer"),
    "editor": gettext_lazy("editor"),
    "administrator": gettext_lazy("administrator"),
}


def role_words(group: Group) -> str:
    """The role that a group stands for; the group's own name where an administrator made it."""
    return str(ROLES.get(group.name, group.name))


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Group) -> str:
        return role_words(obj)


# What Django and import-export make for each table is named in English; the tables' names are translated.
STEPS = {
    "add": gettext_lazy("Add"),
    "change": gettext_lazy("Change"),
    "delete": gettext_lazy("Delete"),
    "view": gettext_lazy("View"),
    "import": gettext_lazy("Import"),
    "export": gettext_lazy("Export"),
}


class PermissionsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Permission) -> str:
        step, _sign, table = obj.codename.partition("_")
        model = obj.content_type.model_class()
        if step in STEPS and model is not None and table == model._meta.model_name:
            return f"{capfirst(model._meta.verbose_name_plural)} – {STEPS[step]}"
        return _(obj.name)


def _single_permissions(request: HttpRequest) -> models.QuerySet[Permission]:
    """What is given to one account and comes with no role, and what this account was given already."""
    account = request.resolver_match.kwargs.get("object_id", "") if request.resolver_match else ""
    held = Q(user__pk=account) if account.isdigit() else Q()
    return Permission.objects.filter(Q(codename="publish_own_entry") | held).distinct()


class InRole(admin.RelatedFieldListFilter):
    """Accounts of a role."""

    def field_choices(
        self, field: models.Field, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[Any, str]]:
        return [(group.pk, role_words(group)) for group in Group.objects.order_by("name")]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    inlines = (PreferenceInline, AssignmentInline)
    actions = (remove_factors,)
    list_display = (
        "username",
        "first_name",
        "last_name",
        "email",
        "is_staff",
        "is_active",
        "second_factor",
    )
    list_filter = ("is_staff", "is_active", ("groups", InRole))
    filter_horizontal = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return with_second_factor(super().get_queryset(request))

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        options["widget"] = forms.CheckboxSelectMultiple
        if db_field.name == "groups":
            options["form_class"] = RolesField
        if db_field.name == "user_permissions":
            options["form_class"] = PermissionsField
            options["queryset"] = _single_permissions(request)
        return super().formfield_for_manytomany(db_field, request, **options)

    @admin.display(boolean=True, description=gettext_lazy("second factor"))
    def second_factor(self, account: Any) -> bool:
        return account.second_factor

    def has_remove_factors_permission(self, request: HttpRequest) -> bool:
        """The action is offered to whoever holds the permission; each account is checked by `is_within_reach`."""
        return request.user.has_perm("mfa.delete_authenticator")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj is not None else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_within_reach(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_within_reach(request, obj) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = (*super().get_readonly_fields(request, obj), "last_login", "date_joined")
        if request.user.is_superuser:
            return fields
        return (*fields, "is_superuser", "user_permissions")


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    show_facets = admin.ShowFacets.NEVER
    list_display = ("role",)
    filter_horizontal = ()

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """The permissions of the tables that staff work on, each with a box."""
        tables = [model._meta.model_name for model in self.admin_site._registry]
        options["queryset"] = (
            Permission.objects.filter(Q(content_type__model__in=tables) | Q(group__isnull=False))
            .distinct()
            .select_related("content_type")
            .order_by("content_type__model", "codename")
        )
        options["widget"] = forms.CheckboxSelectMultiple
        options["form_class"] = PermissionsField
        return admin.ModelAdmin.formfield_for_manytomany(self, db_field, request, **options)

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def role(self, obj: Group) -> str:
        return role_words(obj)


@admin.register(Assignment)
class AssignmentAdmin(AssignmentFields, SimpleHistoryAdmin):
    object_history_list_template = "admin/programmes/history_list.html"
    object_history_form_template = "admin/programmes/history_form.html"
    list_display = ("user", "territory", "programme")
    list_select_related = ("user", "territory", "programme")
    search_fields = search_in(
        "user__username", "user__last_name", "territory__*name", "programme__*name"
    )
    autocomplete_fields = ("user", "territory", "programme")
    fields = ("user", "territory", "programme")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.Field:
        if db_field.name == "user":
            options["queryset"] = User.objects.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_form(self, request: HttpRequest, obj: Any = None, **options: Any) -> type:
        form = super().get_form(request, obj, **options)
        form.request = request
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_own(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_own(request, obj) and super().has_delete_permission(request, obj)

    def _is_own(self, request: HttpRequest, obj: Assignment | None) -> bool:
        if obj is None:
            return True
        within = is_within_reach(request, obj.user)
        return within and _may_give(request.user, obj.territory, obj.programme)
