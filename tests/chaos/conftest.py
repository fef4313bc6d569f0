"""All faults happen to one running site; with xdist, in one worker (tests/house/groups.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.browsers import Browser, all_together
from tests.chaos.site import Site

HERE = Path(__file__).parent
BROWSERS = 16


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.chaos)
            item.add_marker(pytest.mark.xdist_group("chaos"))


@pytest.fixture(scope="package")
def running_site() -> Iterator[Site]:
    site = Site()
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def site(running_site: Site) -> Site:
    """The site before the next fault, whatever the last one broke mended."""
    running_site.supervise()
    running_site.begin()
    return running_site


@pytest.fixture(scope="package")
def signed_in(running_site: Site) -> list[Browser]:
    """Sixteen browsers of two auditors, each with a session of its own; every other one is the leader's."""
    world = running_site.world
    browsers = [Browser(running_site.port) for _number in range(BROWSERS)]
    people = [world["people"][number % 2] for number in range(BROWSERS)]

    def sign_in(browser: Browser, email: str) -> None:
        browser.sign_in(email, world["password"])

    all_together([lambda pair=pair: sign_in(*pair) for pair in zip(browsers, people, strict=True)])
    return browsers


@pytest.fixture
def browsers(signed_in: list[Browser]) -> list[Browser]:
    """The counts of each fault are its own."""
    for browser in signed_in:
        browser.hang_up()
        browser.cut_off = browser.refused = browser.overtaken = 0
    return signed_in
