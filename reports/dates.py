"""Days and moments as a printed report writes them, in the language that is switched on."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.formats import date_format

# In a sentence. Russian bends the month after a day; Django keeps Kazakh months with a capital.
LONG = {"ru": "j E Y"}
# In a table: short words, or the figures that Russian and Kazakh documents use.
SHORT = {"ru": "d.m.Y", "kk": "d.m.Y", "fr": "j N Y"}
CAPITAL_MONTHS = ("kk",)


@dataclass(frozen=True)
class Moment:
    day: str
    short: str
    hour: str


def long_day(day: date) -> str:
    language = _language()
    written = date_format(day, LONG.get(language, "j F Y"))
    return written.lower() if language in CAPITAL_MONTHS else written


def short_day(day: date) -> str:
    return date_format(day, SHORT.get(_language(), "j M Y"))


def moment_of(moment: datetime) -> Moment:
    """Day and hour in the time zone that is switched on, with its distance from UTC."""
    local = timezone.localtime(moment)
    written = f"{local:%z}"
    hours, minutes = int(written[:3]), written[3:5]
    offset = f"UTC{hours:+d}" + (f":{minutes}" if minutes != "00" else "")
    return Moment(day=long_day(local), short=short_day(local), hour=f"{local:%H:%M}, {offset}")


def period(first: date, last: date) -> str:
    """Two days without saying month and year twice."""
    if first == last:
        return long_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {long_day(last)}"
    start = long_day(first).removesuffix(f" {last.year}") if first.year == last.year else long_day(first)
    return f"{start} – {long_day(last)}"


def _language() -> str:
    return (translation.get_language() or "")[:2]
