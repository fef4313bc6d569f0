from collections.abc import Iterator

import pytest

from tests.chaos.site import Site


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
    """The site with an empty ledger, and whatever the last fault broke mended."""
    running_site.supervise()
    running_site.clear()
    return running_site
