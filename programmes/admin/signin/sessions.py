"""Where an account is signed in, and how to end it there."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from programmes.admin.signin.devices import device_words
from programmes.admin.signin.forms import EndSessionsForm
from programmes.type_names import StaffRequest


@dataclass(frozen=True)
class SessionLine:
    key: int
    device: str
    ip: str
    since: datetime
    is_current: bool


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: StaffRequest) -> HttpResponse:
    """GET lists one's own sessions, the newest first. POST ends the one of that number, or all others."""
    if request.method == "POST":
        return _end(request)
    lines = [
        SessionLine(
            key=session.pk,
            device=device_words(session.user_agent),
            ip=session.ip,
            since=session.created_at,
            is_current=session.is_current(),
        )
        for session in UserSession.objects.purge_and_list(request.user)
    ]
    lines.sort(key=lambda line: (line.is_current, line.since), reverse=True)
    return TemplateResponse(request, "usersessions/usersession_list.html", {"lines": lines})


def _end(request: StaffRequest) -> HttpResponse:
    form = EndSessionsForm(request.POST)
    if form.is_valid() and form.cleaned_data["session"] is not None:
        own = UserSession.objects.filter(user=request.user, pk=form.cleaned_data["session"])
        end_sessions(request, list(own))
        messages.success(request, _("The session is ended."))
    elif form.is_valid():
        end_other_sessions(request, request.user)
        messages.success(request, _("All other sessions are ended."))
    return redirect("usersessions_list")
