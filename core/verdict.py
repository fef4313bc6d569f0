"""A "no" carries its sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this be done? Truthy when it may; otherwise `reason` says why not, in words for the person."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def Denied(reason: str) -> Verdict:
    return Verdict(False, str(reason))
