"""Files attached to records, and those that a proposal names, as downloads for whoever may see the record."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from programmes.admin.forms.screen_parts import ScreenPart
from programmes.models import Amendment
from programmes.models.attachment import KINDS, AttachmentField, ending

# what a browser may do with a file that somebody sent: nothing
POLICY = "sandbox; default-src 'none'"


class AttachmentScreen(ScreenPart):
    """The screen of a table whose records have an attached file."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_file"
        return [path("<int:object_id>/file/", view, name=name), *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """The file of a record as a download, for whoever may see the record."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=object_id).exclude(file="").first()
        if row is None:
            raise Http404(_("There is no such file."))
        return attachment_answer(row.file.name, self.file_stem(row))

    def file_stem(self, row: Any) -> str:
        """What a file that is taken out is called, without its ending."""
        return str(row.code)


def attachment_answer(name: str, stem: str) -> FileResponse:
    """A kept file by its name in the storage, sent as `stem`. Raises Http404 where it is gone or of another kind."""
    kind = ending(name)
    if kind not in KINDS:
        raise Http404(_("There is no such file."))
    try:
        content = default_storage.open(name, "rb")
    except FileNotFoundError:
        raise Http404(_("There is no such file.")) from None
    response = FileResponse(
        content, as_attachment=True, filename=f"{stem}.{kind}", content_type=KINDS[kind]
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def proposed_files(amendment: Amendment) -> list[tuple[str, str]]:
    """The files that a proposal brings: what each is called, and its name in the storage."""
    found = []
    # a date with its precision is no field of its own
    fields = {field.name: field for field in amendment.model._meta.get_fields()}
    for name, (old, new) in amendment.changes.items():
        field = fields.get(name)
        if isinstance(field, AttachmentField):
            found.append((str(field.verbose_name), new))
        elif name == "evidence":
            kept = {row.get("file") for row in old}
            found += [(row["title"], row["file"]) for row in new if row.get("file") not in kept]
    return [(label, name) for label, name in found if name]
