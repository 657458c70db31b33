"""What several screens share stands in classes of its own, each of which is part of a screen."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.options import BaseModelAdmin
    from django.http import HttpRequest, HttpResponse

    # what reads on a screen, and what a screen and the rows within it have in common
    FieldsPart = BaseModelAdmin[Any]

    class ScreenPart(ModelAdmin[Any]):
        """Of Django, and not in its stubs."""

        def _get_obj_does_not_exist_redirect(
            self, request: HttpRequest, opts: Any, object_id: str
        ) -> HttpResponse: ...
else:
    # a part comes before the screen itself, and adds nothing but what it says
    ScreenPart = FieldsPart = object
