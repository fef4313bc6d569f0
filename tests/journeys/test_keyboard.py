"""Without a mouse: an auditor's hour can be done with keys, and the eye sees where they are."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.demo import OWN, answer_of, audit_of, open_questions
from tests.journeys.site import Site

MOST_STOPS = 60
# What has the focus, and whether a ring round it (or round the label that stands for it) shows that.
HERE = """() => {
    const one = document.activeElement;
    const rings = [one, one.closest("label")].filter(Boolean).map((each) => getComputedStyle(each));
    return {
        id: one.id,
        name: (one.getAttribute("aria-label") || one.innerText || one.value || "").replace(/\\s+/g, " ").trim(),
        question: (one.closest(".question") || { id: "" }).id,
        seen: rings.some((ring) => ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2),
    };
}"""


def tab_to(page: Page, wanted: str) -> str:
    """Press Tab until what has this id or name has the focus; every stop on the way can be seen. The question it is in."""
    stops: list[str] = []
    while len(stops) < MOST_STOPS:
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        stops.append(here["id"] or here["name"])
        assert here["seen"], f"nothing shows the focus on {stops[-1]!r}, after {stops[:-1]}"
        if re.fullmatch(wanted, stops[-1]):
            return str(here["question"])
    raise AssertionError(f"{wanted!r} was not reached: {stops}")


def test_from_sign_in_to_a_saved_answer(open_page: Callable[..., Page], whole_site: Site) -> None:
    page, person, code = open_page(), whole_site.people["Lead auditor"], audit_of(whole_site, OWN)
    page.goto("/account/login/")
    tab_to(page, "id_login")
    page.keyboard.type(person["email"])
    tab_to(page, "id_password")
    page.keyboard.type(person["password"])
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("My work")

    tab_to(page, "Skip to content")
    page.keyboard.press("Enter")
    tab_to(page, f"Continue the checklist of {code}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/audits/{code}/checklist/"))
    tab_to(page, r"Unanswered \d+")
    page.keyboard.press("Enter")
    place = int(tab_to(page, "conforming").removeprefix("q"))
    page.keyboard.press("Space")
    expect(page.locator(f"#q{place} .question__state")).to_contain_text("Saved")
    tab_to(page, "")
    page.keyboard.type("Typed without a mouse.")
    page.keyboard.press("Tab")
    expect(page.locator("#context")).to_contain_text("Typed without a mouse.")
    assert answer_of(whole_site, code, place) == ("conforming", "Typed without a mouse.")


def test_a_question_after_the_other_with_single_keys(sign_in_as: Callable[..., Page], whole_site: Site) -> None:
    page, code = sign_in_as("Lead auditor"), audit_of(whole_site, OWN)
    places = open_questions(whole_site, code)
    page.goto(f"/audits/{code}/checklist/?question={places[0]}#q{places[0]}")
    current = page.locator(".question.is-current")
    for key, place in (("j", places[1]), ("j", places[2]), ("k", places[1])):
        page.keyboard.press(key)
        expect(current).to_have_id(f"q{place}")
        expect(current).to_be_focused()
        expect(current).to_be_in_viewport()
    radios = current.locator("input[type=radio]")
    for key in "12345":
        page.keyboard.press(key)
        expect(radios.nth(int(key) - 1)).to_be_checked()
        expect(radios.nth(int(key) - 1)).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.type("2 of 12 requests carry no date (jk1nuf?).")
    page.keyboard.press("Tab")
    expect(current.locator(".question__state")).to_contain_text("Saved")
    verdict = radios.nth(1).get_attribute("value")
    assert answer_of(whole_site, code, places[1]) == (verdict, "2 of 12 requests carry no date (jk1nuf?).")

    page.keyboard.press("u")
    expect(current).to_have_id(f"q{places[2]}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(current).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("f")
    page.wait_for_url(re.compile(rf"/audits/{code}/answers/{places[1]}/finding/"))
    expect(page.locator("#id_evidence")).to_have_value("2 of 12 requests carry no date (jk1nuf?).")
