"""What the API answers where it refuses: a problem document (RFC 9457), in the language the reader asks for."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse

CONTENT_TYPE = "application/problem+json"
SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "parameter": {"type": "string"},
    },
}


class ProblemError(Exception):
    """A request that is refused. parameter: the one at fault, where it is one."""

    def __init__(self, status: int, detail: str, parameter: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.parameter = status, detail, parameter


def problem(request: HttpRequest, error: ProblemError) -> JsonResponse:
    """The document of a refusal."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
        "instance": request.path,
    }
    if error.parameter:
        body["parameter"] = error.parameter
    return JsonResponse(
        body,
        status=error.status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
