"""The checklist in a real browser: what is typed is saved by itself, and never lost."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from accounts.models import User
from audits.enums import AuditState
from audits.models import Answer, Audit, Evidence
from audits.services.conducting import record_answer
from tests.audits.test_evidence import photo
from tests.factories import Network, build_audit, new_mutation
from tests.journeys.conftest import PHONE, WIDE

# Playwright keeps an event loop in this thread; Django is used between its calls, never inside them.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
SAVED = "text=/Saved \\d\\d:\\d\\d/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def audit(network: Network) -> Audit:
    return build_audit(network)


@pytest.fixture
def open_checklist(chromium: Browser, live_server: Any, audit: Audit, network: Network) -> Iterator[Open]:
    windows: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(person: str = "aigerim", viewport: dict[str, int] = WIDE, query: str = "", **options: Any) -> Page:
        window = chromium.new_context(base_url=live_server.url, viewport=viewport, **options)
        windows.append(window)
        give_session(window, live_server.url, network.people[person])
        page = window.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"/audits/{audit.code}/checklist/{query}")
        return page

    yield opened
    for window in windows:
        window.close()
    assert complaints == []


def give_session(window: BrowserContext, url: str, person: User) -> None:
    client = Client()
    client.force_login(person)
    window.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def choose(page: Page, number: int, verdict: str) -> None:
    page.locator(f"#q{number}").get_by_text(verdict, exact=True).first.click()


def note(page: Page, number: int) -> Any:
    return page.locator(f"#q{number} textarea")


def answer(audit: Audit, number: int) -> Answer:
    return Answer.objects.get(audit=audit, position=number)


def kept(page: Page) -> int:
    """How many answers wait on this device."""
    count: int = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('labaudit.answer.')).length")
    return count


def test_verdict_and_note_save_by_themselves(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    choose(page, 1, "Conforming")
    expect(page.locator("#q1 .question__state")).to_contain_text("Saved")
    expect(page.locator("#progress")).to_have_text("1 of 4 answered")
    note(page, 1).fill("Five requests seen.")
    expect(page.locator("#context")).to_contain_text("Five requests seen.")
    assert (answer(audit, 1).verdict, answer(audit, 1).note) == ("conforming", "Five requests seen.")
    assert kept(page) == 0
    expect(page.locator("[data-show=mine] [data-count]")).to_have_text("1")
    page.reload()
    expect(note(page, 1)).to_have_value("Five requests seen.")


def test_a_verdict_waits_for_its_note(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    choose(page, 2, "Nonconforming")
    expect(page.locator("#q2 .question__state")).to_have_text("Add a note: it will be saved with it.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#q2 input[value=nonconforming]")).to_be_checked()
    assert answer(audit, 2).version == 0
    note(page, 2).fill("2 of 12 have no date.")
    expect(page.locator("#q2 .question__state")).to_contain_text("Saved")
    assert answer(audit, 2).verdict == "nonconforming"
    expect(page.locator(".tree .flag:visible")).to_have_count(1)


def test_no_connection_then_saved_once(open_checklist: Open, audit: Audit) -> None:
    page, sent = open_checklist(), []

    def cut(route: Route) -> None:
        sent.append(route.request.post_data)
        route.abort()

    page.route("**/answers/1/", cut)
    choose(page, 1, "Conforming")
    expect(page.locator("#trouble")).to_contain_text("Not saved, retrying. Your note is kept on this device.")
    assert kept(page) == 1
    page.wait_for_timeout(1500)
    page.unroute("**/answers/1/")
    with page.expect_request("**/answers/1/") as last:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#q1 .question__state")).to_contain_text("Saved")
    assert {*sent, last.value.post_data} == {sent[0]}
    assert (answer(audit, 1).version, kept(page)) == (1, 0)
    expect(page.locator("#trouble")).to_be_empty()


def test_an_answer_lost_on_the_way_back_is_applied_once(open_checklist: Open, audit: Audit) -> None:
    page, lost = open_checklist(), []

    def swallow(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        note(page, 1).evaluate(
            "field => { field.value += ' And more.'; field.dispatchEvent(new Event('input', {bubbles: true})) }"
        )
        route.abort()

    note(page, 1).fill("Before.")
    expect(page.locator("#q1 .question__state")).to_contain_text("Saved")
    page.route("**/answers/1/", swallow)
    note(page, 1).fill("First.")
    expect(page.locator("#context")).to_contain_text("First. And more.")
    assert lost == [200]
    assert list(answer(audit, 1).revisions.order_by("pgh_id").values_list("note", flat=True)) == [
        "Before.",
        "First.",
        "First. And more.",
    ]
    expect(page.locator(".moved")).to_have_count(0)


def test_what_could_not_be_sent_goes_out_with_the_next_visit(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    page.route("**/answers/1/", lambda route: route.abort())
    choose(page, 1, "Observation")
    note(page, 1).fill("Kept on the device.")
    expect(page.locator("#trouble")).to_contain_text("Not saved")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/healthz")
    assert asked == ["beforeunload"]
    page.unroute("**/answers/1/")
    page.goto(f"/audits/{audit.code}/checklist/")
    expect(page.locator("#q1 .question__state")).to_contain_text("Saved")
    assert (answer(audit, 1).verdict, answer(audit, 1).note) == ("observation", "Kept on the device.")


def test_an_ended_session_and_a_new_token(
    open_checklist: Open, audit: Audit, network: Network, live_server: Any
) -> None:
    page = open_checklist()
    page.context.clear_cookies()
    choose(page, 1, "Conforming")
    expect(page.locator("#trouble")).to_contain_text("Your session ended")
    expect(page.locator("#trouble a")).to_have_attribute("target", "_blank")
    assert kept(page) == 1
    give_session(page.context, live_server.url, network.aigerim)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#q1 .question__state")).to_contain_text("Saved")
    expect(page.locator("#trouble")).to_be_empty()
    assert answer(audit, 1).version == 1


@pytest.mark.parametrize("mine", [True, False])
def test_two_people_one_question(open_checklist: Open, audit: Audit, network: Network, mine: bool) -> None:
    page = open_checklist()
    record_answer(
        audit=audit,
        position=1,
        verdict="observation",
        note="Dauren saw <this>.",
        seen_version=0,
        mutation=new_mutation(),
        by=network.access("dauren"),
    )
    choose(page, 1, "Not applicable")
    note(page, 1).fill("Aigerim saw that.")
    moved = page.locator("#q1 .moved")
    expect(moved).to_contain_text("Dauren saw <this>.")
    expect(moved).to_contain_text("Aigerim saw that.")
    expect(moved).to_contain_text("Dauren")
    assert answer(audit, 1).note == "Dauren saw <this>."
    page.get_by_role("button", name="Keep mine" if mine else "Take theirs").click()
    expect(moved).to_have_count(0)
    if mine:
        expect(page.locator("#q1 .question__state")).to_contain_text("Saved")
    expect(note(page, 1)).to_have_value("Aigerim saw that." if mine else "Dauren saw <this>.")
    assert answer(audit, 1).note == ("Aigerim saw that." if mine else "Dauren saw <this>.")
    assert kept(page) == 0


def test_after_the_closing_meeting_in_the_middle(open_checklist: Open, audit: Audit, network: Network) -> None:
    page = open_checklist()
    done = {"state": AuditState.CONCLUDED, "concluded_at": audit.started_at, "concluded_by": network.aigerim}
    Audit.objects.filter(pk=audit.pk).update(**done)
    choose(page, 1, "Conforming")
    expect(page.locator("#q1 .question__state")).to_contain_text("the answers are frozen")
    expect(page.locator("#q1 .question__state")).to_contain_text("kept on this device")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#q1 blockquote")).to_contain_text("Conforming")
    page.get_by_role("button", name="Discard my copy").click()
    assert kept(page) == 0


def test_keys(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    for key, current in [("j", "q2"), ("j", "q3"), ("k", "q2")]:
        page.keyboard.press(key)
        expect(page.locator(".question.is-current")).to_have_attribute("id", current)
    page.keyboard.press("1")
    expect(page.locator("#q2 .question__state")).to_contain_text("Saved")
    page.keyboard.press("n")
    page.keyboard.type("jjj1")
    expect(note(page, 2)).to_have_value("jjj1")
    page.keyboard.press("Tab")
    expect(page.locator(SAVED).first).to_be_visible()
    page.locator("#q2 h3").click()
    page.keyboard.press("u")
    expect(page.locator(".question.is-current")).to_have_attribute("id", "q3")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".question.is-current")).to_have_attribute("id", "q3")


def test_filters_guidance_and_context_in_place(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    choose(page, 3, "Conforming")
    expect(page.locator("#q3 .question__state")).to_contain_text("Saved")
    page.get_by_text("What to look for").click()
    expect(page.locator("#q3 .guidance")).to_contain_text("Follow one case from start to end.")
    page.locator("[data-show=unanswered]").click()
    expect(page.locator(".question:visible")).to_have_count(3)
    page.locator("[data-show=nonconforming]").click()
    expect(page.locator("#nothing")).to_be_visible()
    page.locator("[data-show=all]").click()
    expect(page.locator(".question:visible")).to_have_count(4)


def test_files_are_added_and_refused_one_by_one(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    files = [
        {"name": "chart.jpg", "mimeType": "image/jpeg", "buffer": photo()},
        {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": b"<html></html>"},
    ]
    page.locator("#upload-file").set_input_files(files)
    expect(page.locator("#evidence .tile__link")).to_have_count(1)
    expect(page.locator("#evidence")).to_contain_text("E-01 chart.jpg")
    expect(page.locator("#uploads")).to_contain_text("page.jpg")
    expect(page.locator("[data-show=evidence] [data-count]")).to_have_text("1")
    expect(page.locator("#evidence img")).to_have_js_property("complete", True)
    assert Evidence.objects.count() == 1


def test_files_are_dropped_and_screenshots_pasted(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    carry = """([bytes, name, kind]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
        const options = { bubbles: true, cancelable: true, dataTransfer: carried, clipboardData: carried };
        const event = kind === "drop" ? new DragEvent(kind, options) : new ClipboardEvent(kind, options);
        document.body.dispatchEvent(event);
    }"""
    page.evaluate(carry, [list(photo("red")), "bench.jpg", "drop"])
    expect(page.locator("#evidence")).to_contain_text("E-01 bench.jpg")
    page.evaluate(carry, [list(photo("blue")), "screen.jpg", "paste"])
    expect(page.locator("#evidence")).to_contain_text("E-02 screen.jpg")
    assert answer(audit, 1).evidence_count == 2


def test_a_finding_is_written_from_what_is_saved(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist()
    choose(page, 1, "Nonconforming")
    note(page, 1).fill("2 of 12 requests have no date.")
    page.locator("#tools [data-raise]").click()
    page.wait_for_url("**/finding/")
    expect(page.locator("#id_evidence")).to_have_value("2 of 12 requests have no date.")
    page.locator("#id_requirement").fill("Each request is reviewed and dated.")
    page.locator("#id_statement").fill("The staff should date requests.")
    expect(page.locator(".coach")).to_contain_text("“should”")
    page.locator("#id_statement").fill("Requests are not dated.")
    page.get_by_role("button", name="Write down the draft").click()
    page.wait_for_url("**/checklist/**")
    expect(page.locator("#q1 .question__top")).to_contain_text("NC-01")


def test_a_phone_shows_one_question_at_a_time(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist(viewport=PHONE, has_touch=True)
    expect(page.locator(".question:visible")).to_have_count(1)
    page.locator(".work-bar").get_by_text("Next").click()
    expect(page.locator(".question:visible")).to_have_attribute("id", "q2")
    choose(page, 2, "Observation")
    page.locator(".work-bar").get_by_text("Note").click()
    page.keyboard.type("Seen in the cold room.")
    page.locator(".work-bar").get_by_text("Previous").click()
    expect(page.locator(".question:visible")).to_have_attribute("id", "q1")
    page.locator(".work-bar").get_by_text("Next").click()
    expect(page.locator("#q2 .question__state")).to_contain_text("Saved")
    with page.expect_file_chooser() as chooser:
        page.locator(".work-bar").get_by_text("Photo").click()
    chooser.value.set_files([{"name": "room.jpg", "mimeType": "image/jpeg", "buffer": photo()}])
    expect(page.locator("#evidence")).to_contain_text("E-01 room.jpg")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert answer(audit, 2).note == "Seen in the cold room."


def test_the_page_works_without_scripts(open_checklist: Open, audit: Audit) -> None:
    page = open_checklist(java_script_enabled=False, query="?question=2#q2")
    page.locator("#q2 .verdict", has_text="Nonconforming").click()
    page.locator("#q2 button[name=version]").click()
    expect(page.locator("#q2")).to_contain_text("needs a note")
    expect(page.locator("#q2 input[value=nonconforming]")).to_be_checked()
    note(page, 2).fill("Seen without scripts.")
    page.locator("#q2 button[name=version]").click()
    page.wait_for_url("**/checklist/?question=2#q2")
    expect(page.locator("#progress")).to_have_text("1 of 4 answered")
    page.locator("#upload-file").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}])
    page.get_by_role("button", name="Add the files").click()
    expect(page.locator("#evidence")).to_contain_text("E-01 a.jpg")
    page.locator("button[name=clear]").click()
    expect(page.locator("#progress")).to_have_text("0 of 4 answered")
