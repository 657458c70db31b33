"""The staff's site: the order of its tables, its languages, and what an autocomplete shows."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import get_script_prefix, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programmes import access, languages
from programmes.admin.accounts.reminders import stop_view
from programmes.admin.entry.calendar import calendar_view
from programmes.admin.entry.views import entry_view, rows_view
from programmes.admin.forms.labels import label_of
from programmes.admin.guide import guide_link, guide_view
from programmes.admin.home import home_desk
from programmes.admin.quality import quality_file, quality_view
from programmes.admin.review.desk import queue_view, record_view
from programmes.admin.scope import has_scope
from programmes.admin.setup.views import set_up_view
from programmes.admin.transfer.operator_workbook import workbook_view
from programmes.selectors.wording.site import site_words
from programmes.type_names import StaffRequest

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def _sign(value: bool | None) -> SafeString:
    """Django's sign of yes and no, which says True and False to those who hear it."""
    name, words = {
        True: ("yes", _("Yes")),
        False: ("no", _("No")),
        None: ("unknown", _("Unknown")),
    }[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), words)


admin_list._boolean_icon = _sign  # type: ignore[attr-defined]  # of Django, not in its stubs

_LANGUAGE = re.compile(rf"\A({'|'.join(languages.CODES)})/")
# What a newcomer looks for first stands first. A table that is not named here stands at the end.
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    (
        "follow-up",
        _("Follow-up"),
        (
            "Programme",
            "Centre",
            "Target",
            "Measurement",
            "Milestone",
            "TargetRevision",
            "MilestoneStatement",
            "Reply",
            "Amendment",
        ),
    ),
    (
        "partners",
        _("Agreements, organisations and sources"),
        ("Agreement", "Organisation", "Source"),
    ),
    (
        "reference",
        _("Reference tables"),
        ("Territory", "Sector", "Indicator", "Series", "Dimension", "Category"),
    ),
    (
        "details",
        _("Details of records"),
        ("Participation", "Stage", "Signature", "Evidence", "Waypoint", "MeasurementShare"),
    ),
    ("traces", _("Review and files"), ("ReviewEvent", "BulkReview", "ImportJob")),
    ("accounts", _("Accounts and assignments"), ("User", "Assignment", "Group")),
    ("site", _("This site"), ("Site",)),
)


class LabelledAutocomplete(AutocompleteJsonView):
    """Results named so that a person can tell them apart, not by their code."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | {"text": label_of(obj)}


class TrackerAdminSite(admin.AdminSite):
    index_title = _("Staff")
    # the home page lists the tables in groups; beside a list or a form they would only take its room
    enable_nav_sidebar = False

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """What is only read asks for its scope once; what writes asks each time."""
        checked = super().admin_view(view, cacheable)

        @wraps(checked)
        def inner(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            if request.method not in ("GET", "HEAD"):
                return checked(request, *args, **options)
            with access.remembering():
                return checked(request, *args, **options)

        return inner  # type: ignore[return-value]  # it takes what the view takes, and gives what it gives

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        context["site_title"] = context["site_header"] = site_words().name
        context["site_url"] = f"{get_script_prefix()}{get_language()}/"
        context["language_links"] = _language_links(request)
        context["guide_link"] = guide_link(request)
        context["without_scope"] = self.has_permission(request) and not has_scope(request)
        return context

    def get_urls(self) -> list[Any]:
        return [
            path("quality/", self.admin_view(self.quality_view), name="quality"),
            path("quality/export/", self.admin_view(quality_file), name="quality_export"),
            path("figures/", self.admin_view(self.entry_view), name="entry"),
            path("figures/calendar/", self.admin_view(self.calendar_view), name="calendar"),
            path("figures/rows/", self.admin_view(rows_view), name="entry_rows"),
            path("review/", self.admin_view(self.queue_view), name="review_desk"),
            path(
                "review/<slug:table>/<int:key>/",
                self.admin_view(self.record_view),
                name="review_record",
            ),
            path("set-up/", self.admin_view(self.set_up_view), name="set_up"),
            path("set-up/new/", self.admin_view(self.set_up_view), {"name": "new"}, "set_up_new"),
            path("set-up/<int:key>/", self.admin_view(self.set_up_view), name="set_up_resume"),
            path(
                "set-up/<int:key>/<slug:name>/",
                self.admin_view(self.set_up_view),
                name="set_up_step",
            ),
            path("guide/", self.admin_view(self.guide_view), name="guide"),
            path("workbooks/", self.admin_view(self.workbook_view), name="workbooks"),
            # signed instead of signed in
            path("reminders/<str:token>/", self.reminders_stop, name="reminders_stop"),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Nobody signs in here: the page of the account asks for the second factor too.

        Whoever is signed in and no longer staff is signed out.
        """
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            logout(request)
        wanted = request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index"))
        query = urlencode({REDIRECT_FIELD_NAME: wanted})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")

    def logout(  # type: ignore[override]  # it leads to another page instead of being one
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("account_logout", preserve_request=True)

    def password_change(  # type: ignore[override]  # it leads to another page instead of being one
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def reminders_stop(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ends the reminders of whoever a link was sent to: see reminders.py."""
        return stop_view(request, token, self.each_context(request))

    def quality_view(self, request: HttpRequest) -> HttpResponse:
        """What could be better in the records: see quality.py."""
        return quality_view(request, self.each_context(request))

    def entry_view(self, request: HttpRequest) -> HttpResponse:
        """The grid in which figures are entered: see entry/."""
        return entry_view(request, self.each_context(request))

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        """What is due by month, and who has reported: see entry/."""
        return calendar_view(request, self.each_context(request))

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """What awaits a reviewer: see review/."""
        return queue_view(request, self.each_context(request))

    def record_view(self, request: HttpRequest, table: str, key: int) -> HttpResponse:
        """One submission to decide on: see review/."""
        return record_view(request, self.each_context(request), table, key)

    def set_up_view(self, request: StaffRequest, key: int = 0, name: str = "") -> HttpResponse:
        """The programmes that are being set up, and the steps of one: see setup/."""
        return set_up_view(request, self.each_context(request), key, name)

    def guide_view(self, request: HttpRequest) -> HttpResponse:
        """The staff guide: see guide.py."""
        return guide_view(request, self.each_context(request))

    def workbook_view(self, request: HttpRequest) -> HttpResponse:
        """Workbooks of several tables, out and back: see operator_workbook.py."""
        return workbook_view(request, self.each_context(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """What awaits the person, then the tables."""
        desk = home_desk(request) if has_scope(request) else None
        return super().index(request, {"desk": desk, **(extra_context or {})})

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The tables in groups, in an order made for people rather than by application.

        They are put together when somebody looks at them: every page is given them, and few print them.
        """
        return SimpleLazyObject(  # type: ignore[return-value]  # it passes for the list
            lambda: self._groups(request, app_label)
        )

    def _groups(self, request: HttpRequest, app_label: str | None) -> list[dict[str, Any]]:
        found = self._build_app_dict(request, app_label).values()
        by_name = {model["object_name"]: model for app in found for model in app["models"]}
        groups = []
        for slug, title, names in GROUPS:
            models = [by_name.pop(name) for name in names if name in by_name]
            groups.append(_group(slug, title, models))
        groups.append(_group("others", _("Others"), list(by_name.values())))
        return [group for group in groups if group["models"]]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        found = LabelledAutocomplete.as_view(admin_site=self)(request)
        assert isinstance(found, HttpResponse)
        return found


def _group(slug: str, title: Any, models: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": title,
        "app_label": slug,
        "app_url": f"{reverse('admin:index')}#{slug}",
        "has_module_perms": True,
        "models": models,
    }


def _language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """The same page in each language; its list of rows and filters stay."""
    here, current = request.get_full_path(), get_language()
    return [
        {
            "code": code,
            "name": languages.own_name(code),
            "url": _in_language(here, code),
            "is_current": code == current,
        }
        for code in languages.CODES
    ]


def _in_language(address: str, code: str) -> str:
    """An address of this site in another language, and the one it leads on to after signing in.

    Addresses differ in their first part alone, which is the language.
    """
    path, _mark, query = address.partition("?")
    asked = QueryDict(query, mutable=True)
    if REDIRECT_FIELD_NAME in asked:
        asked[REDIRECT_FIELD_NAME] = _prefixed(asked.getlist(REDIRECT_FIELD_NAME)[-1], code)
        query = asked.urlencode()
    return _prefixed(path, code) + (f"?{query}" if query else "")


def _prefixed(path: str, code: str) -> str:
    root = get_script_prefix()
    if not path.startswith(root):
        return path
    return root + _LANGUAGE.sub(f"{code}/", path.removeprefix(root))
