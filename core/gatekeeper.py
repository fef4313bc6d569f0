"""The second sentence of a view: may?"""

from django.core.exceptions import PermissionDenied

from core.verdict import Verdict


def permit(verdict: Verdict) -> None:
    """Go on, or answer 403 with the reason."""
    if not verdict:
        raise PermissionDenied(verdict.reason)
