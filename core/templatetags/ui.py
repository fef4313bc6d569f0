"""The parts pages are made of. ``{% load ui %}``; markup in ``templates/components/``.

Blocks of ``base.html``
    title         words before "· labaudit"
    crumbs        ``{% crumbs %}``
    main          the page
    app_class     ``app--focus`` folds the rail to icons
    body_class    head_extra   scripts
    bottom_bar    the checklist replaces the bar by its own

Tags (``x=…`` may be left out)
    icon name size="" label=""            a drawing; size ``sm`` or ``lg``; with a label it speaks
    crumbs label url label url … label    the last label stands for this page
    page_head title why=""  …  endpage_head
                                          what is between is the line under the title;
                                          after ``{% actions %}`` come the buttons at the top right
    state_stepper steps label=""          steps: label, state (done now next later), note=""
    tabs items label=""                   items: label, url, current, count=None
    verdict_tag value                     conforming nonconforming observation not_applicable
                                          not_assessed; nothing = not answered
    grade_tag value words=""              major minor observation opportunity (a grade's meaning);
                                          words: the grade's own label
    tag words kind="plain" icon=""        kind: plain accent ok nc obs na none
    due date done=None soon=7             2 days late · today · 7 days left · 15 Dec · done
    clause number url=""                  the chip of a clause
    turn words mine=True lead="" date=None url="" action=""
    meter value most label=""             a bar with its words; ``thin=True`` for the narrow one
    save_state at=None failed=False words=""
    empty_state icon title words="" url="" action=""
    evidence_tile url name meta="" picture="" icon="doc"
    timeline entries                      entries: side (team lab next), who, when, text, quote=""
    sort_header key words numeric=False param="sort"
    pager page                            a ``Page`` of a paginator: numbers
    keyset_pager before="" after=""       for pages by key: parameters ``before`` and ``after``
    filter_pill param value words count=None
                                          a link that switches one filter on and off

Include
    components/filters.html with form=…   a GET form: fields in a row, button, "Clear"
    components/form_errors.html with form=…
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

Shown = dict[str, Any]
Moment = dt.date | dt.datetime

# value: kind of tag, icon, word
VERDICTS: Mapping[str, tuple[str, str, Any]] = {
    "conforming": ("ok", "ok", _("Conforming")),
    "nonconforming": ("nc", "nc", _("Nonconforming")),
    "observation": ("obs", "obs", _("Observation")),
    "not_applicable": ("na", "na", _("Not applicable")),
    "not_assessed": ("none", "none", _("Not assessed")),
    "": ("none", "none", _("Not answered")),
}
GRADES: Mapping[str, tuple[str, str, Any]] = {
    "major": ("major", "nc", _("Major nonconformity")),
    "minor": ("nc", "nc", _("Minor nonconformity")),
    "observation": ("obs", "obs", _("Observation")),
    "opportunity": ("accent", "plus", _("Opportunity for improvement")),
    "": ("none", "none", _("No grade yet")),
}


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """One drawing of the sprite. Silent for screen readers unless it has a label. The same few fill every page."""
    look = f"i i--{size}" if size else "i"
    place = f"{static('img/icons.svg')}#i-{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', look, label, place)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', look, place)


@register.simple_tag(takes_context=True)
def account_menu(context: template.Context) -> SafeString:
    """The menu of the signed-in person, drawn once and shown twice (rail and bottom bar)."""
    request = context["request"]
    drawn: SafeString | None = getattr(request, "_account_menu", None)
    if drawn is None:
        drawn = context.template.engine.get_template("core/_account_menu.html").render(context)  # type: ignore[union-attr]
        request._account_menu = drawn
    return drawn


@register.simple_tag
def site_languages() -> list[tuple[str, str]]:
    """The languages of the site, each under its own name, never translated."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


@register.simple_tag
def tag(words: str, kind: str = "plain", icon: str = "") -> SafeString:
    return _tag(kind, icon, words)


@register.simple_tag
def verdict_tag(value: str | None) -> SafeString:
    return _tag(*VERDICTS[value or ""])


@register.simple_tag
def grade_tag(value: str | None, words: str = "") -> SafeString:
    """The look by what a grade means; the words of the scheme, if it has its own."""
    kind, drawing, usual = GRADES[value or ""]
    return _tag(kind, drawing, words or usual)


def _tag(kind: str, drawing: str, words: Any) -> SafeString:
    return _tag_saying(kind, drawing, str(words))


@lru_cache(maxsize=1024, typed=True)
def _tag_saying(kind: str, drawing: str, words: str) -> SafeString:
    """The same few fill every list. `typed` keeps words that are markup apart from the same words that are not."""
    mark = icon(drawing, "sm") if drawing else ""
    return format_html('<span class="tag tag--{}">{}{}</span>', kind, mark, words)


@register.simple_tag
def clause(number: str, url: str = "") -> SafeString:
    if url:
        return format_html('<a class="clause" href="{}">{}</a>', url, number)
    return format_html('<span class="clause">{}</span>', number)


@register.simple_tag
def due(date: Moment | None, done: Moment | None = None, soon: int = 7, today: dt.date | None = None) -> SafeString:
    """A deadline in words: late and soon are said, not only coloured."""
    if done is not None:
        words = gettext("Done %(date)s") % {"date": _day(_as_date(done))}
        return _due("due due--kept", "check", words, _as_date(done))
    if date is None:
        return format_html('<span class="due muted">{}</span>', gettext("No date"))
    day = _as_date(date)
    left = (day - (today or timezone.localdate())).days
    return _due(*_urgency(day, left, soon), day)


def _urgency(day: dt.date, left: int, soon: int) -> tuple[str, str, str]:
    if left < 0:
        late = ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
        return "due due--over", "over", late
    if left == 0:
        return "due due--soon", "soon", pgettext("deadline", "Today")
    if left <= soon:
        words = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
        return "due due--soon", "soon", words
    return "due", "date", _day(day)


def _due(look: str, drawing: str, words: str, day: dt.date) -> SafeString:
    return _due_saying(look, drawing, words, day, get_language())


@lru_cache(maxsize=1024, typed=True)
def _due_saying(look: str, drawing: str, words: str, day: dt.date, _language: str | None) -> SafeString:
    full = date_format(day, pgettext("date format", "j F Y"))
    time = format_html('<time datetime="{}" title="{}">{}</time>', day.isoformat(), full, words)
    return format_html('<span class="{}">{}{}</span>', look, icon(drawing, "sm"), time)


def _as_date(moment: Moment) -> dt.date:
    if isinstance(moment, dt.datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


def _day(day: dt.date) -> str:
    """Day and month, the day first; with the year when it is not this one."""
    if day.year == timezone.localdate().year:
        return date_format(day, pgettext("date format", "j M"))
    return date_format(day, pgettext("date format", "j M Y"))


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts: Any) -> Shown:
    """``label url label url … label``; the last label is this page and needs no address."""
    if len(parts) % 2 == 0:
        raise template.TemplateSyntaxError("crumbs takes label url label url … label")
    return {"crumbs": list(zip(parts[:-1:2], parts[1::2], strict=True)), "here": parts[-1]}


@register.inclusion_tag("components/stepper.html")
def state_stepper(steps: Iterable[Any], label: str = "") -> Shown:
    return {"steps": list(steps), "label": label or _("Progress")}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str = "") -> Shown:
    return {"items": items, "label": label or _("Parts of this page")}


@register.inclusion_tag("components/turn.html")
def turn(
    words: str, mine: bool = True, lead: str = "", date: Moment | None = None, url: str = "", action: str = ""
) -> Shown:
    lead = lead or (gettext("It is your turn.") if mine else "")
    return {"words": words, "mine": mine, "lead": lead, "date": date, "url": url, "action": action}


@register.inclusion_tag("components/meter.html")
def meter(value: int, most: int, label: str = "", thin: bool = False) -> Shown:
    percent = round(100 * value / most) if most else 0
    return {"value": value, "most": most or 1, "percent": percent, "label": label, "thin": thin}


@register.inclusion_tag("components/save_state.html")
def save_state(at: dt.datetime | None = None, failed: bool = False, words: str = "") -> Shown:
    return {"at": at, "failed": failed, "words": words}


@register.inclusion_tag("components/empty_state.html")
def empty_state(icon: str, title: str, words: str = "", url: str = "", action: str = "") -> Shown:
    return {"icon_name": icon, "title": title, "words": words, "url": url, "action": action}


@register.inclusion_tag("components/evidence_tile.html")
def evidence_tile(url: str, name: str, meta: str = "", picture: str = "", icon: str = "doc") -> Shown:
    return {"url": url, "name": name, "meta": meta, "picture": picture, "icon_name": icon}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> Shown:
    return {"entries": entries}


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: template.Context, key: str, words: str, numeric: bool = False, param: str = "sort") -> Shown:
    """A column head that sorts: a first press ascending, a second descending; other filters are kept."""
    sorted_by = context["request"].GET.get(param, "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(sorted_by, "")
    wanted = f"-{key}" if direction == "ascending" else key
    url = _query(context, **{param: wanted}, page=None, before=None, after=None)
    return {"words": words, "direction": direction, "url": url, "numeric": numeric}


@register.inclusion_tag("components/filter_pill.html", takes_context=True)
def filter_pill(context: template.Context, param: str, value: str, words: str, count: int | None = None) -> Shown:
    on = context["request"].GET.get(param) == str(value)
    url = _query(context, **{param: None if on else value}, page=None, before=None, after=None)
    return {"on": on, "url": url, "words": words, "count": count}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> Shown:
    """Numbered pages. ``page`` is a ``Page`` whose count the view has already asked for."""
    numbers = [
        (number, _query(context, page=number) if isinstance(number, int) else "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    before = _query(context, page=page.previous_page_number()) if page.has_previous() else ""
    after = _query(context, page=page.next_page_number()) if page.has_next() else ""
    return {"page": page, "numbers": numbers, "before": before, "after": after}


@register.inclusion_tag("components/keyset_pager.html", takes_context=True)
def keyset_pager(context: template.Context, before: str = "", after: str = "") -> Shown:
    return {
        "before": _query(context, before=before, after=None) if before else "",
        "after": _query(context, after=after, before=None) if after else "",
    }


def _query(context: template.Context, **changes: Any) -> str:
    """This page's query string with some parameters changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return "?" + query.urlencode()


class PageHeadNode(template.Node):
    def __init__(self, options: dict[str, Any], under: template.NodeList, actions: template.NodeList) -> None:
        self.options, self.under, self.actions = options, under, actions

    def render(self, context: template.Context) -> SafeString:
        shown = {name: value.resolve(context) for name, value in self.options.items()}
        shown["under"] = _trimmed(self.under, context)
        shown["actions"] = _trimmed(self.actions, context)
        head: Any = context.template.engine.get_template("components/page_head.html")  # type: ignore[union-attr]
        with context.push(**shown):
            rendered: SafeString = head.render(context)
        return rendered


def _trimmed(nodes: template.NodeList, context: template.Context) -> SafeString:
    return SafeString(nodes.render(context).strip())


@register.tag
def page_head(parser: template.base.Parser, token: template.base.Token) -> PageHeadNode:
    """``{% page_head title why=… %}line under the title{% actions %}buttons{% endpage_head %}``."""
    name, *bits = token.split_contents()
    options = {"title": parser.compile_filter(bits[0])} if bits and "=" not in bits[0] else {}
    for key, _equals, value in (bit.partition("=") for bit in bits if "=" in bit):
        options[key] = parser.compile_filter(value)
    if set(options) - {"title", "why"} or "title" not in options:
        raise template.TemplateSyntaxError(f"{name} takes a title and why=…")
    under, actions = parser.parse(("actions", "endpage_head")), template.NodeList()
    if parser.next_token().contents == "actions":
        actions = parser.parse(("endpage_head",))
        parser.delete_first_token()
    return PageHeadNode(options, under, actions)
