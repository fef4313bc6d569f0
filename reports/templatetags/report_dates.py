"""Days in a report: long in sentences, short in tables."""

from datetime import date

from django import template

from reports import dates

register = template.Library()


@register.filter
def long_day(day: date | None) -> str:
    return dates.long_day(day) if day else ""


@register.filter
def short_day(day: date | None) -> str:
    return dates.short_day(day) if day else ""
