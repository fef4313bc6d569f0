"""What every page has around it: navigation, the person, the theme.

The roof says what stands in the navigation: ``LABAUDIT_NAVIGATION`` names a callable that takes the
request and returns a ``Frame``. It runs at most once a request, and only if a template asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

BAR_PLACES = 4


@dataclass(frozen=True)
class NavItem:
    """One place in the rail and the bottom bar; ``short`` is the word for narrow screens."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int | None = None
    short: str = ""


@dataclass(frozen=True)
class Frame:
    """The frame of one page for one person; empty for somebody who has not signed in."""

    items: Sequence[NavItem] = field(default_factory=tuple)
    person_name: str = ""
    person_role: str = ""
    theme: str = "system"
    search_url: str = ""

    @property
    def bar(self) -> Sequence[NavItem]:
        """The items of the bottom bar."""
        return self.items[:BAR_PLACES]

    @property
    def rest(self) -> Sequence[NavItem]:
        """The items behind "More"."""
        return self.items[BAR_PLACES:]

    @property
    def rest_is_current(self) -> bool:
        return any(item.current for item in self.rest)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``frame``, built when first looked at."""
    return {"frame": SimpleLazyObject(lambda: _build(request))}


def _build(request: HttpRequest) -> Frame:
    path: str | None = getattr(settings, "LABAUDIT_NAVIGATION", None)
    if path is None:
        return Frame()
    build: Callable[[HttpRequest], Frame] = import_string(path)
    return build(request)
