"""What several screens share stands in classes of its own, each of which is part of a screen."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.options import BaseModelAdmin

    # what reads on a screen, and what a screen and the rows within it have in common
    ScreenPart = ModelAdmin[Any]
    FieldsPart = BaseModelAdmin[Any]
else:
    # a part comes before the screen itself, and adds nothing but what it says
    ScreenPart = FieldsPart = object
