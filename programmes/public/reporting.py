"""A prepared mail to the publisher: an error, or a source that is missing."""

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.wording.site import SiteWords


def report_address(who: SiteWords, address: str, day: str, page: Any = None) -> str:
    """A `mailto:` that names the page, the day and, of a promise, the figure; empty where nobody is to be written to.

    page: what a selector gave; its `line` may be the promise that the page is of.
    """
    if not who.contact:
        return ""
    line = getattr(page, "line", None)
    lines = [
        _("Page: %(address)s") % {"address": address},
        _("As of: %(day)s") % {"day": day},
    ]
    label = who.name.text
    if isinstance(line, PromiseLine):
        label = line.label.text
        figure = f"{line.value} {line.value_date}".strip() or _("No figure published")
        lines += [
            _("Promise: %(promise)s") % {"promise": f"{label}, {line.target} {line.by}".strip()},
            _("Figure: %(figure)s") % {"figure": figure},
        ]
    lines += ["", _("What is wrong, or what is missing:"), "", _("Source (address, date):"), ""]
    subject = _("Error or source: %(label)s") % {"label": label}
    body = "\r\n".join(lines)
    return f"mailto:{quote(who.contact, safe='@')}?subject={quote(subject)}&body={quote(body)}"
