"""What mail an account gets: chosen by whoever it belongs to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from programmes.admin.signin.forms import MailForm
from programmes.models import Preference
from programmes.type_names import StaffRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: StaffRequest) -> HttpResponse:
    """GET shows what the account has chosen, or what holds where it has not; POST keeps a choice."""
    stored = Preference.objects.filter(user=request.user).first()
    form = MailForm(request.POST or None, instance=stored or Preference(user=request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choice is kept."))
        return redirect("mfa_index")
    return TemplateResponse(request, "account/mail.html", {"form": form})
