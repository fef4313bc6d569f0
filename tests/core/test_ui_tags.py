"""The parts of pages say in words what they show in colour, and let nothing through unescaped."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

TODAY = dt.date(2026, 11, 20)


def draw(source: str, path: str = "/", **context: Any) -> str:
    request = RequestFactory().get(path)
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("days", "words", "look"),
    [
        (-2, "2 days late", "due--over"),
        (-1, "1 day late", "due--over"),
        (0, "Today", "due--soon"),
        (7, "7 days left", "due--soon"),
        (8, "28 Nov", "due"),
    ],
)
def test_due_says_late_soon_or_the_date(days: int, words: str, look: str) -> None:
    shown = draw("{% due day today=today %}", day=TODAY + dt.timedelta(days=days), today=TODAY)
    assert words in shown
    assert f'{look}"' in shown


def test_what_is_done_is_never_late() -> None:
    shown = draw("{% due day done=done today=today %}", day=dt.date(2026, 1, 1), done=TODAY, today=TODAY)
    assert "due--kept" in shown
    assert "late" not in shown


def test_a_verdict_has_its_word_and_its_drawing() -> None:
    shown = draw('{% verdict_tag "nonconforming" %}')
    assert "Nonconforming" in shown
    assert "#i-nc" in shown


def test_page_head_keeps_markup_and_escapes_values() -> None:
    source = '{% page_head title %}<i>{{ under }}</i>{% actions %}<a class="btn">go</a>{% endpage_head %}'
    shown = draw(source, title="<script>", under="<b>")
    assert "&lt;script&gt;" in shown
    assert "<i>&lt;b&gt;</i>" in shown
    assert '<a class="btn">go</a>' in shown


def test_page_head_refuses_an_option_it_does_not_know() -> None:
    with pytest.raises(TemplateSyntaxError):
        draw('{% page_head "x" colour="red" %}{% endpage_head %}')


def test_crumbs_end_with_this_page() -> None:
    shown = draw('{% crumbs "Audits" "/audits/" "IA-2026-04" %}')
    assert '<a href="/audits/">Audits</a>' in shown
    assert '<li aria-current="page">IA-2026-04</li>' in shown


def test_a_sorted_head_turns_round_and_keeps_the_filter() -> None:
    shown = draw('{% sort_header "due" "Due" %}', path="/?state=open&sort=due&page=3")
    assert 'aria-sort="ascending"' in shown
    assert "?state=open&amp;sort=-due" in shown


def test_a_filter_that_is_on_links_to_its_absence() -> None:
    shown = draw('{% filter_pill "mine" "1" "Mine" %}', path="/?mine=1&q=x")
    assert 'aria-current="true"' in shown
    assert 'href="?q=x"' in shown


def test_pager_keeps_the_query() -> None:
    page = Paginator(range(100), 10).get_page(2)
    shown = draw("{% pager page %}", path="/?q=x&page=2", page=page)
    assert "?q=x&amp;page=3" in shown
    assert "?q=x&amp;page=1" in shown


def test_the_stepper_marks_where_we_are() -> None:
    steps = [SimpleNamespace(label=name, state=state) for name, state in (("A", "done"), ("B", "now"), ("C", "next"))]
    shown = draw("{% state_stepper steps %}", steps=steps)
    assert shown.count('aria-current="step"') == 1
    assert "Step 2 of 3" in shown


def test_no_template_writes_a_style_attribute() -> None:
    root = Path(__file__).resolve().parents[2] / "templates"
    pages = [path for path in root.rglob("*.html") if "pdf" not in path.parts]
    assert len(pages) > 30
    assert [path.name for path in pages if ' style="' in path.read_text() or "<style" in path.read_text()] == []
