"""The exceptions that a service raises on purpose, and what they carry."""

from typing import Any


class RuleBroken(Exception):
    """Refused by a rule of the house. Nothing was changed.

    `reason` is a sentence for the person; `field` names the form field it belongs to, if one does.
    """

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)
        self.field = field


class Moved(RuleBroken):
    """The thing was changed by someone else since it was read; `current` holds what it is now."""

    def __init__(self, reason: str, current: dict[str, Any]) -> None:
        super().__init__(reason)
        self.current = current
