"""The verdict control, drawn once for each verdict and language, then stamped with a question's number."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from audits.enums import AnswerVerdict

register = template.Library()

PLACE = "0000"


@register.simple_tag
def verdict_options(number: str, verdict: str, locked: bool) -> SafeString:
    """Five radio buttons of question `number`; nothing from a person is in them, so the text may be reused."""
    return SafeString(_drawn(verdict, locked, get_language()).replace(PLACE, number))


@cache
def _drawn(verdict: str, locked: bool, language: str | None) -> str:
    options = [
        {"value": choice.value, "label": choice.label, "checked": choice == verdict} for choice in AnswerVerdict
    ]
    drawn: str = render_to_string("audits/_verdicts.html", {"number": PLACE, "options": options, "locked": locked})
    return "".join(line.strip() for line in drawn.splitlines())
