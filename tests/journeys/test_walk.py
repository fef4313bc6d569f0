"""One audit from plan to PDF to closing, through real pages, in a real browser, with a real worker."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.core import pdf_reading
from tests.journeys.conftest import PHONE

# Part of the name of the demo laboratory whose manager is in the table of people.
LABORATORY = "Karasu"
STATEMENT = "Control points that the plan asks for were not measured for nine weeks while results were released."
NOTE = "Chart QC-NO3, file 4: no points from 7 September to 9 October; 31 reports released, 3 of 12 charts read."


def test_one_audit_from_plan_to_pdf(sign_in_as: Callable[..., Page], shots: Path) -> None:
    leader = sign_in_as("Lead auditor")
    code = plan(leader, shots)
    hold_opening_meeting(leader, shots)
    fill_checklist(leader, code, shots)
    hold_closing_meeting(leader, code, shots)
    answers_are_frozen(leader, code)
    document = issue_report(leader, code, shots)
    read_report(document, code)

    manager = sign_in_as("Laboratory manager", viewport=PHONE)
    finding = answer_finding(manager, code, shots)
    leader.goto(finding)
    leader.get_by_role("button", name="Accept the answer").click()
    expect(leader.get_by_text("Answer accepted").first).to_be_visible()
    manager.goto(finding)
    carry_out(manager, shots)
    leader.goto(finding)
    leader.get_by_role("button", name="Close the finding").click()
    expect(leader.get_by_text("Closed").first).to_be_visible()
    close_audit(leader, code, shots)


def plan(page: Page, shots: Path) -> str:
    """Plan an internal audit of the laboratory whose manager will answer; its code."""
    page.get_by_role("link", name="Plan an audit").first.click()
    laboratory = page.locator("#id_laboratory option", has_text=LABORATORY).first.get_attribute("value")
    page.locator("#id_laboratory").select_option(laboratory)
    today = date.today()  # noqa: DTZ011 - the browser types a local day
    page.locator("#id_starts_on").fill(today.isoformat())
    page.locator("#id_ends_on").fill((today + timedelta(days=2)).isoformat())
    page.screenshot(path=shots / "01-plan-1280.png", full_page=True)
    page.get_by_role("button", name="Plan the audit").click()
    page.wait_for_url(re.compile(r"/audits/IA-\d{4}-\d+/$"))
    page.screenshot(path=shots / "02-audit-planned-1280.png", full_page=True)
    return page.url.rstrip("/").rsplit("/", 1)[1]


def hold_opening_meeting(page: Page, shots: Path) -> None:
    page.get_by_role("link", name="Start the audit").click()
    page.locator("#id_attendance").fill(
        "Elena Kornilova, quality manager\nMarat Ospanov, head of the chemistry section"
    )
    page.screenshot(path=shots / "03-opening-1280.png", full_page=True)
    page.get_by_role("button", name="Record the meeting and start").click()
    expect(page.get_by_text("Under way").first).to_be_visible()


def fill_checklist(page: Page, code: str, shots: Path) -> None:
    page.goto(f"/audits/{code}/checklist/")
    first = page.locator(".question").first
    first.locator("label:has(input[value=nonconforming])").click()
    first.locator("textarea").fill(NOTE)
    first.locator("textarea").blur()
    expect(
        page.locator("#saved, .question__stamp, .save").get_by_text(re.compile(r"Saved|\d\d:\d\d")).first
    ).to_be_visible()
    attach_photo(page)
    page.screenshot(path=shots / "04-checklist-1280.png")
    raise_finding(page, shots)
    page.goto(f"/audits/{code}/checklist/")
    answer_the_rest(page)
    page.reload()
    expect(page.locator("#progress")).to_contain_text(re.compile(r"(\d+) of \1"))
    page.set_viewport_size(PHONE)
    page.screenshot(path=shots / "05-checklist-375.png")
    page.set_viewport_size({"width": 1280, "height": 900})


def attach_photo(page: Page) -> None:
    with page.expect_response(lambda answer: "/evidence/" in answer.url and answer.request.method == "POST") as said:
        page.locator("input[type=file]").first.set_input_files(
            {"name": "control-chart.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        )
    assert said.value.ok, said.value.status
    expect(page.get_by_text("control-chart.jpg").first).to_be_visible()


def photo() -> bytes:
    picture = Image.new("RGB", (1200, 800), (246, 245, 242))
    drawing = ImageDraw.Draw(picture)
    drawing.line([(60, 700), (1140, 700)], fill=(30, 26, 36), width=4)
    drawing.line([(60, 400), (300, 350), (420, 430)], fill=(91, 58, 134), width=6)
    drawing.text((500, 380), "no points", fill=(172, 30, 34))
    buffer = BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def raise_finding(page: Page, shots: Path) -> None:
    page.get_by_role("link", name="Raise finding").first.click()
    page.locator("#id_requirement").fill(
        "The laboratory's own plan QP-12 asks for one control point with every series."
    )
    expect(page.locator("#id_evidence")).to_have_value(re.compile("Chart QC-NO3"))
    page.locator("#id_statement").fill(STATEMENT)
    page.locator("#id_title").fill("Results released without control points")
    page.locator("label", has_text="Minor").first.click()
    page.screenshot(path=shots / "06-finding-1280.png", full_page=True)
    page.get_by_role("button", name="Write down the draft").click()
    page.wait_for_url("**/checklist/**")


def answer_the_rest(page: Page) -> None:
    """Click "Conforming" on every question that is still open, one after another; each saves itself."""
    left = page.locator(".question").count() - 1
    with page.expect_response(lambda answer: answer.url.endswith(f"/answers/{left + 1}/"), timeout=120_000):
        page.evaluate(
            """async () => {
                for (const question of document.querySelectorAll('.question')) {
                    if (question.querySelector('input[type=radio]:checked')) continue;
                    question.querySelector('input[type=radio][value=conforming]').click();
                    await new Promise(resolve => setTimeout(resolve, 60));
                }
            }"""
        )
    expect(page.locator("#progress")).to_contain_text(re.compile(r"(\d+) of \1"), timeout=30_000)


def hold_closing_meeting(page: Page, code: str, shots: Path) -> None:
    page.goto(f"/audits/{code}/")
    page.get_by_role("link", name=re.compile("closing meeting", re.I)).first.click()
    page.locator("#id_attendance").fill(
        "Elena Kornilova, quality manager\nMarat Ospanov, head of the chemistry section"
    )
    page.locator("#id_conclusion").fill(
        "The management system works and results can be relied on, except for the control of nitrate from September."
    )
    page.locator("#id_degree").select_option("met_except")
    page.screenshot(path=shots / "07-closing-1280.png", full_page=True)
    page.locator("form .btn-primary[type=submit]").last.click()
    expect(page.get_by_text("Closing meeting held").first).to_be_visible()


def answers_are_frozen(page: Page, code: str) -> None:
    page.goto(f"/audits/{code}/checklist/")
    expect(page.locator("#why-not")).to_be_visible()
    expect(page.locator(".question input[type=radio]").first).to_be_disabled()


def issue_report(page: Page, code: str, shots: Path) -> bytes:
    page.goto(f"/audits/{code}/")
    page.get_by_role("link", name="Issue the report").first.click()
    page.get_by_role("button", name="Issue the report").click()
    page.wait_for_url("**/report/1/")
    page.screenshot(path=shots / "08-report-drawing-1280.png")
    link = page.get_by_role("link", name="Download the PDF")
    expect(link).to_be_visible(timeout=60_000)
    page.screenshot(path=shots / "09-report-1280.png", full_page=True)
    with page.expect_download() as download:
        link.click()
    document = Path(download.value.path()).read_bytes()
    (shots / f"{code}.pdf").write_bytes(document)
    return document


def read_report(document: bytes, code: str) -> None:
    text = " ".join(pdf_reading.text(document).split())
    assert code in text
    assert "NC-01" in text
    assert STATEMENT in text
    for number in ("4.1.1", "6.2.5", "7.7.1", "7.11.6", "8.9.2"):
        assert number in text, number


def answer_finding(page: Page, code: str, shots: Path) -> str:
    """The laboratory's manager sees her laboratory only, opens the finding from My work and answers it."""
    expect(page.get_by_role("link", name="Laboratories", exact=True)).to_have_count(0)
    page.screenshot(path=shots / "10-lab-my-work-375.png", full_page=True)
    page.locator(".work li", has_text=code).get_by_role("link").first.click()
    finding = page.url
    page.screenshot(path=shots / "11-lab-finding-375.png", full_page=True)
    page.get_by_role("link", name=re.compile("Answer", re.I)).first.click()
    page.locator("#id_correction").fill(
        "Control points are measured again since 10 October; six kept samples were repeated."
    )
    page.locator("#id_extent").fill(
        "All 38 charts were read for July to October; cadmium had a gap of 11 days, no report."
    )
    page.locator("#id_cause").fill(
        "A change of method does not call up the documents that depend on it, so charts were not named."
    )
    page.locator("#id_effectiveness").fill(
        "In three months the head of section reads ten charts of changed methods: no gap."
    )
    page.locator("#id_actions-0-what").fill("Link charts to methods in the document list FM-31")
    page.locator("#id_actions-0-responsible").fill("Quality manager")
    page.locator("#id_actions-0-due_on").fill((date.today() + timedelta(days=20)).isoformat())  # noqa: DTZ011
    page.screenshot(path=shots / "12-lab-answer-375.png", full_page=True)
    page.get_by_role("button", name="Send the answer to the auditors").click()
    page.wait_for_url(finding)
    return finding


def carry_out(page: Page, shots: Path) -> None:
    page.locator("summary", has_text="Mark as done").first.click()
    page.locator("#actions textarea").first.fill(
        "FM-31 edition 5 names the chart of each method; signed on 12 November."
    )
    page.locator("#actions input[type=file]").first.set_input_files(
        {"name": "FM-31.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("FM-31.jpg")).to_be_visible()
    page.get_by_role("button", name="Report the actions as done").click()
    expect(page.get_by_text("Actions done").first).to_be_visible()
    page.screenshot(path=shots / "13-lab-done-375.png", full_page=True)


def close_audit(page: Page, code: str, shots: Path) -> None:
    page.goto(f"/audits/{code}/")
    page.get_by_role("button", name="Close the audit").click()
    expect(page.locator(".page-head").get_by_text("Closed")).to_be_visible()
    page.screenshot(path=shots / "14-audit-closed-1280.png", full_page=True)
    history = page.locator(".timeline")
    for step in ("started the audit", "the answers are frozen", "Issued the report", "Closed the audit"):
        expect(history).to_contain_text(step)
