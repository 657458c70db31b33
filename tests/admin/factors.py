"""Second factors for the tests of signing in."""

import base64
import hashlib
import hmac
import struct
import threading
import time
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PERIOD = 30


def give_app(user: Any, secret: str = SECRET) -> Any:
    """The account has an authenticator app now."""
    TOTP.activate(user, secret)
    return user


def give_recovery_codes(user: Any) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def app_code(secret: str = SECRET) -> str:
    """What an authenticator app shows (RFC 6238), with time left to type it."""
    left = PERIOD - time.time() % PERIOD
    if left < 5:
        time.sleep(left)
    counter = struct.pack(">Q", int(time.time()) // PERIOD)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def type_password(client: Client, name: str, password: str = "pass", **more: str) -> Any:
    """Gives the password on the page of signing in."""
    return client.post("/fr/account/login/", {"login": name, "password": password, **more})


def type_code(client: Client, code: str) -> Any:
    """Gives a code on the page that follows."""
    return client.post("/fr/account/login/second-factor/", {"code": code})


def is_signed_in(client: Client) -> bool:
    """Whether the staff's home opens."""
    return bool(client.get("/fr/admin/").status_code == 200)


def mails() -> list[Any]:
    """What was mailed. Mail about accounts goes out beside the answer: it is waited for."""
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join()
    return mail.outbox
