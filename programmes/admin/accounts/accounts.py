"""Accounts of the staff and their roles.

Which accounts an administrator keeps, and what they may give, access says; groups are for superusers.
"""

from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import access
from programmes.admin.accounts.assignments import AssignmentInline
from programmes.admin.accounts.invitations import given_to, let_in, send_invitations
from programmes.admin.accounts.lost_factors import TITLE, remove_factors
from programmes.admin.accounts.personal_data import erase_data, take_data
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.mixins import DeletedRecords
from programmes.admin.forms.record_forms import LabelledMultipleChoiceField
from programmes.admin.forms.record_search import RobustList
from programmes.admin.scope import has_scope, remembered
from programmes.admin.signin.factors import AccountWithFactor, end_sessions, with_second_factor
from programmes.models import Preference
from programmes.type_names import Words, certain, staff_request


class PreferenceInline(admin.StackedInline[Any, Any]):
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


class RolesField(LabelledMultipleChoiceField):
    def label_from_instance(self, obj: Group) -> str:
        return role_words(obj)


# What Django and import-export make for each table is named in English; the tables' names are translated.
PERMISSION_WORDS = {
    "add": gettext_lazy("Add"),
    "change": gettext_lazy("Change"),
    "delete": gettext_lazy("Delete"),
    "view": gettext_lazy("View"),
    "import": gettext_lazy("Import"),
    "export": gettext_lazy("Export"),
    "submit": gettext_lazy("Submit for review"),
    "publish": gettext_lazy("Publish"),
}


class PermissionsField(LabelledMultipleChoiceField):
    def label_from_instance(self, obj: Permission) -> str:
        if obj.codename == "delete_authenticator":
            return str(TITLE)
        step, _sign, table = obj.codename.partition("_")
        model = obj.content_type.model_class()
        if step in PERMISSION_WORDS and model is not None and table == model._meta.model_name:
            return f"{capfirst(model._meta.verbose_name_plural)} – {PERMISSION_WORDS[step]}"
        return _(obj.name)


def _single_permissions(request: HttpRequest) -> models.QuerySet[Permission]:
    """What this account was given besides its roles: it may stay, and nothing is added to it here."""
    account = request.resolver_match.kwargs.get("object_id", "") if request.resolver_match else ""
    if not can_be_key(account):
        return Permission.objects.none()
    return Permission.objects.filter(user__pk=account).distinct()


class RoleFilter(admin.RelatedFieldListFilter):
    """Accounts of a role."""

    def field_choices(
        self,
        field: models.Field[Any, Any],
        request: HttpRequest,
        model_admin: admin.ModelAdmin[Any],
    ) -> list[tuple[Any, Words]]:
        return [(group.pk, role_words(group)) for group in Group.objects.order_by("name")]


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # it names no table when it runs
    """Django puts its own help together in one language for all."""

    usable_password_help_text = gettext_lazy(  # type: ignore[assignment]  # its stubs know no words for each reader
        "Where the sign-in by password is closed, the present password is lost."
    )


def _warn_of_nothing_to_do(request: HttpRequest, account: User) -> None:
    """A role without a place, or a place without a role, opens an account that finds nothing to do."""
    has_role, has_place = account.groups.exists(), account.assignments.exists()
    if account.is_superuser or has_role == has_place:
        return
    text = (
        _(
            "The account “%(account)s” has a role and no territory or programme yet, and finds nothing to do: "
            "choose one under Assignments."
        )
        if has_role
        else _(
            "The account “%(account)s” has a territory or programme and no role yet, and may do nothing there: "
            "choose a role."
        )
    )
    messages.warning(request, text % {"account": account})


class NewAccountForm(AdminUserCreationForm[Any]):
    """Its owner chooses the password, unless one is typed here."""

    usable_password = forms.ChoiceField(
        label=gettext_lazy("Password"),
        choices={
            "false": gettext_lazy("chosen by the owner of the account, by a link that is mailed"),
            "true": gettext_lazy("typed here"),
        },
        initial="false",
        widget=forms.RadioSelect(attrs={"class": "radiolist"}),
    )


@admin.register(User)
class UserAdmin(RobustList, DeletedRecords, DjangoUserAdmin[User]):
    add_form = NewAccountForm
    change_password_form = PasswordForm
    inlines = (PreferenceInline, AssignmentInline)
    actions = (send_invitations, remove_factors, take_data, erase_data)
    add_fieldsets = (
        (
            None,
            {
                "fields": ("username", "first_name", "last_name", "email"),
                "description": gettext_lazy(
                    "The roles and assignments are chosen on the next page. Without a password, a link to choose one "
                    "is then mailed to the address."
                ),
            },
        ),
        (None, {"fields": ("usable_password", "password1", "password2")}),
    )
    list_display = (
        "username",
        "first_name",
        "last_name",
        "email",
        "is_staff",
        "is_active",
        "second_factor",
    )
    list_filter = ("is_staff", "is_active", ("groups", RoleFilter))
    filter_horizontal = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return with_second_factor(
            access.accounts(super().get_queryset(request), staff_request(request).user)
        )

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        options["widget"] = forms.CheckboxSelectMultiple
        if db_field.name == "groups":
            options["form_class"] = RolesField
            options["queryset"] = access.roles_to_give(staff_request(request).user)
        if db_field.name == "user_permissions":
            options["form_class"] = PermissionsField
            options["queryset"] = _single_permissions(request)
        return super().formfield_for_manytomany(db_field, request, **options)

    @admin.display(boolean=True, description=gettext_lazy("second factor"))
    def second_factor(self, account: AccountWithFactor) -> bool:
        return account.second_factor

    def has_remove_factors_permission(self, request: HttpRequest) -> bool:
        """The action is offered to whoever holds the permission; each account is checked by access."""
        return request.user.has_perm("mfa.delete_authenticator")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj is not None else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and has_scope(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and has_scope(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._keeps(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._keeps(request, obj) and super().has_delete_permission(request, obj)

    def _keeps(self, request: HttpRequest, account: User | None) -> bool:
        if account is None:
            return has_scope(request)
        may = partial(access.may_keep_account, staff_request(request).user, account)
        return remembered(request, ("account", account.pk), may)

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm[Any], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if change and not (obj.is_staff and obj.is_active):
            end_sessions(obj)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Any], formsets: list[Any], change: bool
    ) -> None:
        """A new role or assignment opens the account, unless its box was changed by hand."""
        account = form.instance
        before = given_to(account)
        super().save_related(request, form, formsets, change)
        if change:
            _warn_of_nothing_to_do(request, account)
        if given_to(account) - before and "is_staff" not in form.changed_data:
            let_in(request, account)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = (*super().get_readonly_fields(request, obj), "last_login", "date_joined")
        if request.user.is_superuser:
            return fields
        return (*fields, "is_superuser", "user_permissions")


@admin.register(Group)
class GroupAdmin(RobustList, DeletedRecords, DjangoGroupAdmin):
    """The roles. They hold for the whole country: what one group may do is for superusers to say."""

    show_facets = admin.ShowFacets.NEVER
    list_display = ("role",)
    filter_horizontal = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    has_change_permission = has_delete_permission = has_view_permission

    def formfield_for_manytomany(
        self,
        db_field: models.ManyToManyField[Any, Any],
        request: HttpRequest | None = None,
        **options: Any,
    ) -> Any:
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
        return admin.ModelAdmin.formfield_for_manytomany(
            self, db_field, certain(request), **options
        )

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def role(self, obj: Group) -> str:
        return role_words(obj)
