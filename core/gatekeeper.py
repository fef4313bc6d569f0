"""The second sentence of a view: may?"""

from collections.abc import Callable
from typing import Protocol

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.module_loading import import_string

from core.verdict import Verdict


class RoleHolder(Protocol):
    """A signed-in person, as much of her as an app beside the network may know."""

    @property
    def person_id(self) -> int: ...
    @property
    def person_name(self) -> str: ...
    def has(self, *roles: str) -> bool: ...


def permit(verdict: Verdict) -> None:
    """Go on, or answer 403 with the reason."""
    if not verdict:
        raise PermissionDenied(verdict.reason)


def role_holder(request: HttpRequest) -> RoleHolder:
    """Who asks, for apps that cannot import the network: the roof names who knows (``LABAUDIT_ACCESS``)."""
    find: Callable[[HttpRequest], RoleHolder] = import_string(settings.LABAUDIT_ACCESS)
    return find(request)
