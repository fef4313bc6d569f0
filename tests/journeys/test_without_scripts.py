"""With scripts switched off the site is plain pages and forms, and does everything that must be done."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.demo import HERS, OWN, answer_of, audit_of, finding_of, one, open_questions
from tests.journeys.site import Site

Plain = Callable[[str], Page]


@pytest.fixture
def plain(sign_in_as: Callable[..., Page]) -> Plain:
    def signed_in(role: str) -> Page:
        return sign_in_as(role, java_script_enabled=False)

    return signed_in


def test_an_answer_is_saved(plain: Plain, whole_site: Site) -> None:
    page, code = plain("Lead auditor"), audit_of(whole_site, OWN)
    place = open_questions(whole_site, code)[0]
    page.get_by_role("link", name=f"Continue the checklist of {code}", exact=True).click()
    page.goto(f"/audits/{code}/checklist/?question={place}#q{place}")
    question = page.locator(f"#q{place}")
    question.locator("label:has(input[value=nonconforming])").click()
    question.get_by_role("button", name="Save").click()
    expect(question).to_contain_text("needs a note")
    assert answer_of(whole_site, code, place) == ("", "")
    question.locator("textarea").fill("2 of 12 requests carry no date.")
    question.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(rf"#q{place}$"))
    expect(question.locator("textarea")).to_have_value("2 of 12 requests carry no date.")
    assert answer_of(whole_site, code, place) == ("nonconforming", "2 of 12 requests carry no date.")


def test_an_audit_is_planned(plain: Plain, whole_site: Site) -> None:
    page = plain("Lead auditor")
    page.get_by_role("link", name="Plan an audit").first.click()
    laboratory = one(whole_site, "SELECT id FROM laboratories_laboratory WHERE code = %s", "DEMO-SHIPA")
    page.locator("#id_laboratory").select_option(str(laboratory))
    first = date.today() + timedelta(days=200)  # noqa: DTZ011 - the browser types a local day
    page.locator("#id_starts_on").fill(first.isoformat())
    page.locator("#id_ends_on").fill((first - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Plan the audit").click()
    expect(page.locator("main")).to_contain_text("The last day lies before the first day.")
    page.locator("#id_ends_on").fill((first + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Plan the audit").click()
    page.wait_for_url(re.compile(r"/audits/IA-\d{4}-\d+/$"))
    expect(page.locator("main")).to_contain_text("is planned.")
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    assert one(whole_site, "SELECT state FROM audits_audit WHERE code = %s", code) == "planned"


def test_a_finding_is_answered(plain: Plain, whole_site: Site) -> None:
    page = plain("Laboratory manager")
    asked = """SELECT source_ref FROM findings_finding JOIN laboratories_laboratory lab ON lab.id = laboratory_id
               WHERE lab.code = %s AND state = 'raised' ORDER BY findings_finding.id LIMIT 1"""
    finding = finding_of(whole_site, one(whole_site, asked, HERS), "raised")
    page.goto(f"/findings/{finding}/")
    page.get_by_role("link", name=re.compile("Answer")).first.click()
    page.locator("#id_correction").fill("The control points are measured again since Monday.")
    page.locator("#id_extent").fill("All 38 charts of the year were read; no other gap.")
    page.locator("#id_effectiveness").fill("In three months ten charts are read: no gap.")
    page.locator("#id_actions-0-what").fill("Link charts to methods in the document list")
    page.locator("#id_actions-0-responsible").fill("Quality manager")
    day = date.today() + timedelta(days=20)  # noqa: DTZ011
    page.locator("#id_actions-0-due_on").fill(day.isoformat())
    page.get_by_role("button", name="Send the answer to the auditors").click()
    expect(page.locator("main [role=alert]", has_text=re.compile("Cause|kept")).first).to_be_visible()
    expect(page.locator("#id_correction")).to_have_value("The control points are measured again since Monday.")
    page.locator("#id_cause").fill("A change of method does not call up the documents that depend on it.")
    page.get_by_role("button", name="Send the answer to the auditors").click()
    page.wait_for_url(f"**/findings/{finding}/")
    assert one(whole_site, "SELECT state FROM findings_finding WHERE id = %s", finding) == "answered"
