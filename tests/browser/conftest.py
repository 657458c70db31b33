"""A real browser on a real server."""

import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.sample import put_sample

# the browser drives the server from the same process: Django must not mistake it for an event loop of its own
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@cache
def axe() -> str:
    """The script that finds what keeps people out of a page."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def follow(page: Page, place: str) -> None:
    """Clicks what leads to another page, and waits until that page is there.

    A click alone returns before the answer has come: what is counted or clicked next may still be the old page.
    """
    with page.expect_navigation():
        page.click(place)


def sign_in_again(page: Page, name: str, place: str) -> None:
    """The session ends; what is clicked then asks to sign in, and leads back."""
    page.context.clear_cookies(name="sessionid")
    follow(page, place)
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", "pass")
    follow(page, "#login-form [type=submit]")


class Visit:
    """One person's window, with what went wrong in it."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.page: Page = context.new_page()
        self.server = server
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._requested)

    def open(self, path: str) -> Page:
        """Goes to an address of the server."""
        self.page.goto(self.server + path)
        return self.page

    def sign_in(self, language: str, name: str, password: str) -> Page:
        """Signs a member of staff in."""
        page = self.open(f"/{language}/admin/")
        page.fill("input[name=login]", name)
        page.fill("input[name=password]", password)
        page.click("#login-form [type=submit]")
        page.wait_for_selector("#logout-form", state="attached")
        return page

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.server, "data:", "about:")):
            self.complaints.append(f"request to {request.url}")


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Opens windows: `visit(width=390)`. Any message in a console or request elsewhere fails the test."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def new(width: int = 1280, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(15_000)
        opened.append((context, Visit(context, live_server.url)))
        return opened[-1][1]

    yield new
    complaints = [text for _context, window in opened for text in window.complaints]
    for context, _window in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def published(transactional_db: Any) -> None:
    """The published sample."""
    put_sample()
