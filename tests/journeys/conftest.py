"""Journeys run on one whole site and one browser; with xdist, in one worker (group "journeys")."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.site import Site

# Playwright keeps an event loop in this process, which makes Django refuse the database to everyone after it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}
NARROW = {"width": 320, "height": 640}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), name=f"journey_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("LABAUDIT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, whole_site: Site) -> Iterator[Callable[..., Page]]:
    """A fresh browser window of this site; a page that fails on the console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def new_page(viewport: dict[str, int] = WIDE, **options: object) -> Page:
        context = chromium.new_context(base_url=whole_site.origin, viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "Failed to load resource" not in text] == []


@pytest.fixture
def sign_in_as(open_page: Callable[..., Page], whole_site: Site) -> Callable[..., Page]:
    """Sign in through the real page, as the demo person of a role."""

    def signed_in(role: str, **options: object) -> Page:
        page = open_page(**options)
        person = whole_site.people[role]
        page.goto("/account/login/")
        page.locator("#id_login").fill(person["email"])
        page.locator("#id_password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/account/" not in url)
        return page

    return signed_in


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Path:
    """Where screenshots go when LABAUDIT_SHOTS names a folder; otherwise a temporary one."""
    folder = Path(os.environ.get("LABAUDIT_SHOTS") or request.getfixturevalue("tmp_path"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
