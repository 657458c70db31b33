"""What is logged: one JSON object a line, in UTC, with the number of the request and without personal data."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Thread
from time import monotonic
from typing import Any

from django.core.mail import mail_admins

# The number of the request that this thread answers.
request_number: ContextVar[str] = ContextVar("request_number", default="")
# Written in the place of what is taken out.
TAKEN_OUT = "(removed)"
PERSONAL = (
    # what PostgreSQL tells of the values of a row
    (re.compile(r"(?m)^(DETAIL|CONTEXT|HINT): .*$"), rf"\1: {TAKEN_OUT}"),
    (re.compile(r"Failing row contains \(.*\)"), f"Failing row contains {TAKEN_OUT}"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), TAKEN_OUT),
    (re.compile(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b"), TAKEN_OUT),
    (re.compile(r"\b(?:[0-9a-fA-F]{1,4}:){3,7}:?[0-9a-fA-F]{0,4}\b"), TAKEN_OUT),
    # the links of mails sign people in, or speak for them; a question may be a name
    (re.compile(r"(/(?:password/reset|reminders)/)[^/\s'\"]+"), rf"\1{TAKEN_OUT}"),
    (re.compile(r"(/[^\s'\"?]*)\?[^\s'\"]+"), rf"\1?{TAKEN_OUT}"),
)


def without_personal_data(text: str) -> str:
    """A text without addresses of mail and machines, questions, links that speak for somebody, and values of rows."""
    for pattern, put in PERSONAL:
        text = pattern.sub(put, text)
    return text


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON. What a record holds besides stands in its `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_personal_data(record.getMessage()),
        }
        if number := request_number.get():
            line["request"] = number
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["fault"] = without_personal_data(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class ErrorMail(logging.Handler):
    """Mails an error to the addresses in ADMINS, the same one at most once in ten minutes by each process.

    The same: from the same line and, where the record says what it is `about`, of the same.

    It is sent beside the answer: a mail server that hangs keeps no reader waiting.
    """

    AGAIN_AFTER = 600

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.setFormatter(JsonFormatter())
        self._sent: dict[tuple[str, int, str], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        place, now = (*_place(record), getattr(record, "about", "")), monotonic()
        if now - self._sent.get(place, -self.AGAIN_AFTER) < self.AGAIN_AFTER:
            return
        if len(self._sent) >= 1000:
            self._sent.clear()
        self._sent[place] = now
        body = json.dumps(json.loads(self.format(record)), ensure_ascii=False, indent=1)
        subject = f"{record.levelname}: {record.name}"
        Thread(
            target=mail_admins,
            args=(subject, body.replace("\\n", "\n")),
            kwargs={"fail_silently": True},
        ).start()


def _place(record: logging.LogRecord) -> tuple[str, int]:
    """Where an error comes from: the last line of its traceback."""
    trace = record.exc_info[2] if record.exc_info else None
    if trace is None:
        return record.pathname, record.lineno
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno
