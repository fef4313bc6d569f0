"""Tests that share one running site stay in one worker of pytest-xdist, whatever the versions.

`--dist loadgroup` looks for the group in the name of a test, where pytest 9.2 no longer lets it be written; without
this, two workers would each start a site (a known fault of pytest-xdist 3.8). The folder is the group.
"""

from typing import Any

import pytest

TOGETHER = ("tests/chaos", "tests/journeys")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByFolder(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((folder for folder in TOGETHER if nodeid.startswith(f"{folder}/")), nodeid)

    return ByFolder(config, log)
