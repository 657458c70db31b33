"""The application of those who operate the tracker."""

from typing import Any

import sentry_sdk
from django.apps import AppConfig
from django.conf import settings

from operations.log import without_personal_data


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        if settings.SENTRY_DSN:
            sentry_sdk.init(
                dsn=settings.SENTRY_DSN,
                send_default_pii=False,
                include_local_variables=False,
                max_request_body_size="never",
                max_breadcrumbs=0,
                before_send=_without_readers,
            )


def _without_readers(event: Any, hint: Any) -> Any:
    """An error without who met it: no address, header, question or account, and no values of rows."""
    for name in ("user", "server_name", "extra", "breadcrumbs"):
        event.pop(name, None)
    request = event.get("request") or {}
    event["request"] = {"method": request.get("method")}
    for fault in (event.get("exception") or {}).get("values", ()):
        fault["value"] = without_personal_data(fault.get("value") or "")
    if entry := event.get("logentry"):
        # the pieces that a message was made of
        event["logentry"] = {"message": without_personal_data(entry.get("message") or "")}
    return event
