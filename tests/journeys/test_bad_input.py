"""What goes wrong gets a plain answer, and nothing that was acknowledged is lost."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, FilePayload, Page, expect

from tests.journeys.demo import FOREIGN, HERS, OWN, answer_of, audit_of, finding_of, one, open_questions
from tests.journeys.site import Site

SignIn = Callable[..., Page]
MISMATCH = "The email address and/or password you specified are not correct."
LIMIT = "Too many failed login attempts. Try again later."
WAITING = "Waiting for a worker. You can leave this page; the report will be here."
MB = 1024 * 1024
# A save that took longer than this would have waited for something that is not there.
QUICK_SECONDS = 5


# ---------------------------------------------------------------- Signing in


def try_password(page: Page, email: str, password: str) -> str:
    page.goto("/account/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page.locator("form .alert").inner_text().strip()


@pytest.fixture
def fresh_counts(whole_site: Site) -> Iterator[Callable[[], object]]:
    """Forget how often somebody tried to sign in: before and after, for whoever signs in next."""

    def forget() -> object:
        return whole_site.ask("DELETE FROM cache")

    forget()
    yield forget
    forget()


def test_a_wrong_password_says_nothing_about_the_account(
    open_page: Callable[..., Page], whole_site: Site, fresh_counts: Callable[[], object]
) -> None:
    page, person = open_page(), whole_site.people["Auditor"]
    answers = {}
    for email in (person["email"], "nobody.at.all@example.org"):
        answers[email] = [try_password(page, email, f"not the password {number}") for number in range(6)]
        fresh_counts()
    assert answers[person["email"]] == [MISMATCH] * 5 + [LIMIT]
    assert answers["nobody.at.all@example.org"] == answers[person["email"]]


def test_the_limit_holds_the_right_password_too_and_passes(
    open_page: Callable[..., Page], sign_in_as: SignIn, whole_site: Site, fresh_counts: Callable[[], object]
) -> None:
    page, person = open_page(), whole_site.people["Auditor"]
    for number in range(5):
        try_password(page, person["email"], f"not the password {number}")
    assert try_password(page, person["email"], person["password"]) == LIMIT
    fresh_counts()
    expect(sign_in_as("Auditor").locator("h1")).to_be_visible()


def test_a_session_that_ends_while_an_answer_is_typed(sign_in_as: SignIn, whole_site: Site) -> None:
    code = audit_of(whole_site, OWN)
    place = open_questions(whole_site, code)[0]
    page = open_checklist(sign_in_as("Lead auditor"), code, place)
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    whole_site.ask("DELETE FROM django_session WHERE session_key = %s", cookies["sessionid"])

    page.locator(f"#q{place} textarea").fill("Two of twelve requests carry no date.")
    page.locator(f"#q{place} label:has(input[value=nonconforming])").click()
    expect(page.locator("#trouble")).to_contain_text(
        "Your session ended. Sign in in a new tab; your answer is kept on this device and will be sent."
    )
    assert answer_of(whole_site, code, place) == ("", "")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    person = whole_site.people["Lead auditor"]
    opened.value.locator("#id_login").fill(person["email"])
    opened.value.locator("#id_password").fill(person["password"])
    opened.value.get_by_role("button", name="Sign in").click()
    expect(opened.value.locator("h1")).to_contain_text("work")
    opened.value.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # a browser without a window has no focus to give back
    expect(page.locator(f"#q{place} .question__state")).to_contain_text("Saved", timeout=20_000)
    expect(page.locator("#trouble")).to_be_empty()
    assert answer_of(whole_site, code, place) == ("nonconforming", "Two of twelve requests carry no date.")


def test_a_phone_without_network_keeps_the_answer_over_the_night(sign_in_as: SignIn, whole_site: Site) -> None:
    code = audit_of(whole_site, OWN)
    place = open_questions(whole_site, code)[0]
    page = open_checklist(sign_in_as("Lead auditor"), code, place)
    window = page.context
    window.set_offline(True)
    page.locator(f"#q{place} label:has(input[value=observation])").click()
    page.locator(f"#q{place} textarea").fill("Written in the cold room.")
    expect(page.locator("#trouble")).to_contain_text("Not saved, retrying. Your note is kept on this device.")
    page.close(run_before_unload=False)
    assert answer_of(whole_site, code, place) == ("", "")

    window.set_offline(False)
    page = open_checklist(window.new_page(), code, place)
    expect(page.locator(f"#q{place} textarea")).to_have_value("Written in the cold room.")
    expect(page.locator(f"#q{place} .question__state")).to_contain_text("Saved")
    assert answer_of(whole_site, code, place) == ("observation", "Written in the cold room.")


def test_a_network_that_comes_back_takes_the_answer_along(sign_in_as: SignIn, whole_site: Site) -> None:
    code = audit_of(whole_site, OWN)
    place = open_questions(whole_site, code)[0]
    page = open_checklist(sign_in_as("Lead auditor"), code, place)
    page.context.set_offline(True)
    page.locator(f"#q{place} label:has(input[value=conforming])").click()
    expect(page.locator("#trouble")).to_contain_text("Not saved, retrying.")
    page.context.set_offline(False)
    expect(page.locator(f"#q{place} .question__state")).to_contain_text("Saved")
    expect(page.locator("#trouble")).to_be_empty()
    assert answer_of(whole_site, code, place)[0] == "conforming"


# ---------------------------------------------------------------- Files


def test_files_that_are_not_what_they_say(sign_in_as: SignIn, whole_site: Site) -> None:
    code = audit_of(whole_site, OWN)
    place = open_questions(whole_site, code)[0]
    page = open_checklist(sign_in_as("Lead auditor"), code, place)
    files = {
        "scan.jpg": b"MZ\x90\x00\x03" + bytes(2000),
        "logo.png": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "page.jpg": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        "cut.jpg": picture(400, 300)[:3000],
        "letter.docx": b"PK\x03\x04 but no archive",
    }
    page.locator("#upload-file").set_input_files([upload(name, content) for name, content in files.items()])
    said = page.locator("#uploads")
    for sentence in (
        "“scan.jpg” is a program. Accepted are JPEG and PNG photos, PDF,",
        "“logo.png” is an SVG drawing. Accepted are",
        "“page.jpg” is a web page. Accepted are",
        "“cut.jpg” looks like a photo, but it is damaged or cut off and cannot be opened. Nothing was saved.",
        "“letter.docx” looks like an office file, but it is damaged or cut off",
    ):
        expect(said).to_contain_text(sentence)
    expect(page.locator("#evidence .tile__link")).to_have_count(0)
    assert nothing_kept(whole_site, code, place, *files.values())


def test_a_photo_of_30_megabytes(sign_in_as: SignIn, whole_site: Site, tmp_path: Path) -> None:
    code = audit_of(whole_site, OWN)
    place = open_questions(whole_site, code)[0]
    page = open_checklist(sign_in_as("Lead auditor"), code, place)
    large = tmp_path / "panorama.jpg"
    large.write_bytes(noise(2800, 2750))
    assert 29 * MB < large.stat().st_size < 35 * MB

    page.locator("#upload-file").set_input_files(large)
    expect(page.locator("#uploads")).to_contain_text(
        re.compile(r"“panorama\.jpg”: this photo is 3\d\.\d\sMB; the limit is 25\.0\sMB\. Nothing was saved\.")
    )
    assert nothing_kept(whole_site, code, place, large.read_bytes())

    page.locator("#upload-file").set_input_files([upload("small.jpg", picture(800, 600))])
    expect(page.locator("#evidence")).to_contain_text("small.jpg")
    page.locator(f"#q{place} label:has(input[value=conforming])").click()
    expect(page.locator(f"#q{place} .question__state")).to_contain_text("Saved")


def test_a_photo_taken_while_the_answer_is_saved(sign_in_as: SignIn, whole_site: Site) -> None:
    code = audit_of(whole_site, OWN)
    place = open_questions(whole_site, code)[0]
    page = open_checklist(sign_in_as("Lead auditor"), code, place)
    with page.expect_file_chooser() as camera:
        page.locator("#context [data-camera]").click()
    with page.expect_response(f"**/answers/{place}/context/"):
        page.locator(f"#q{place} label:has(input[value=conforming])").click()
    expect(page.locator("#context")).to_contain_text("Conforming")
    camera.value.set_files([upload("bench.jpg", picture(800, 600))])
    expect(page.locator("#evidence")).to_contain_text("bench.jpg")


def test_a_standard_that_is_no_workbook(sign_in_as: SignIn, whole_site: Site) -> None:
    administrator = whole_site.people["Administrator"]["email"]
    whole_site.ask("UPDATE accounts_user SET language = 'en' WHERE email = %s", administrator)
    page = sign_in_as("Administrator")
    before = one(whole_site, "SELECT count(*) FROM standards_edition")
    page.goto("/standards/import/")
    page.locator("input[type=file]").set_input_files([upload("standard.xlsx", b"<html><table></table></html>")])
    page.locator("main form [type=submit]").last.click()
    said = page.locator("main [role=alert]", has_text="The file was not loaded; nothing was changed")
    expect(said).to_contain_text("This is not an Excel workbook (.xlsx)")
    assert one(whole_site, "SELECT count(*) FROM standards_edition") == before


# ---------------------------------------------------------------- Another laboratory's ids, by hand

UNTOUCHED = """SELECT (SELECT md5(string_agg(a::text, '' ORDER BY id)) FROM audits_audit a),
                      (SELECT md5(string_agg(a::text, '' ORDER BY id)) FROM audits_answer a),
                      (SELECT md5(string_agg(f::text, '' ORDER BY id)) FROM findings_finding f),
                      (SELECT count(*) FROM audits_evidence), (SELECT count(*) FROM reports_report),
                      (SELECT count(*) FROM findings_response), (SELECT count(*) FROM audits_teammember)"""


def send(page: Page, address: str, **fields: Any) -> APIResponse:
    """A POST that no page of ours would send, with this person's session and token."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    form = {"mutation": str(uuid4()), "version": "0", **fields}
    return page.request.post(address, form=form, headers={"X-CSRFToken": cookies["csrftoken"]}, max_redirects=0)


def test_addresses_of_another_ministry_are_not_there(sign_in_as: SignIn, whole_site: Site) -> None:
    page = sign_in_as("Lead auditor")
    theirs = audit_of(whole_site, FOREIGN)
    finding = finding_of(whole_site, audit_of(whole_site, "DEMO-TIRKEU", "reported"), "raised")
    name = one(whole_site, "SELECT name::text FROM laboratories_laboratory WHERE code = %s", FOREIGN)
    before = whole_site.ask(UNTOUCHED)
    answers = [
        send(page, f"/audits/{theirs}/answers/1/", verdict="conforming", note="Not mine."),
        send(page, f"/audits/{theirs}/answers/1/evidence/", caption="x"),
        send(page, f"/audits/{theirs}/answers/1/finding/", title="x"),
        send(page, f"/audits/{theirs}/start/", attendance="x"),
        send(page, f"/audits/{theirs}/conclude/", attendance="x", conclusion="x"),
        send(page, f"/audits/{theirs}/edit/", scope="x"),
        send(page, f"/audits/{theirs}/cancel/", reason="x"),
        send(page, f"/audits/{theirs}/close/"),
        send(page, f"/audits/{theirs}/report/new/"),
        send(page, f"/findings/{finding}/answer/", correction="x"),
        send(page, f"/findings/{finding}/decide/", decision="accept"),
        send(page, f"/findings/{finding}/close/", decision="close"),
    ]
    nowhere = send(page, "/audits/IA-1999-99/answers/1/", verdict="conforming")
    for answer in answers:
        assert answer.status == 404, answer.url
        assert answer.text() == nowhere.text(), answer.url
        assert name not in answer.text()
    assert whole_site.ask(UNTOUCHED) == before


def test_ids_inside_a_form_are_not_believed(sign_in_as: SignIn, whole_site: Site) -> None:
    page = sign_in_as("Lead auditor")
    own = audit_of(whole_site, OWN)
    asked = "SELECT position FROM audits_answer WHERE audit_id = (SELECT id FROM audits_audit WHERE code = %s)"
    place = one(whole_site, f"{asked} AND verdict = 'nonconforming' LIMIT 1", own)
    grade = another_scheme(whole_site)
    before = whole_site.ask(UNTOUCHED)
    assert send(page, f"/audits/{own}/answers/9999/", verdict="conforming").status == 404
    texts = dict.fromkeys(("title", "requirement", "evidence", "statement"), "Written by hand.")
    clause = one(whole_site, "SELECT id FROM standards_clause ORDER BY id LIMIT 1")
    answer = send(page, f"/audits/{own}/answers/{place}/finding/", grade=str(grade), clause=f"{clause}:", **texts)
    assert answer.status == 200
    assert f"Select a valid choice. {grade} is not one of the available choices." in answer.text()
    assert whole_site.ask(UNTOUCHED) == before


def test_the_plan_form_knows_whose_laboratory_it_is(sign_in_as: SignIn, whole_site: Site) -> None:
    page = sign_in_as("Lead auditor")
    hers, theirs = (
        one(whole_site, "SELECT id FROM laboratories_laboratory WHERE code = %s", code) for code in (HERS, FOREIGN)
    )
    stranger = one(
        whole_site,
        "SELECT id FROM accounts_user WHERE email = %s",
        whole_site.people["Lead auditor, agriculture"]["email"],
    )
    before = whole_site.ask(UNTOUCHED)
    for choice, value in (("laboratory", theirs), ("leader", stranger)):
        page.goto("/audits/new/")
        page.locator("#id_laboratory").select_option(str(hers))
        page.locator("#id_starts_on").fill("2031-03-03")
        page.locator("#id_ends_on").fill("2031-03-04")
        page.locator(f"#id_{choice}").evaluate(
            "(field, value) => { const choice = new Option('x', value); field.add(choice); field.value = value; }",
            str(value),
        )
        page.get_by_role("button", name="Plan the audit").click()
        expect(page.locator("main")).to_contain_text("Select a valid choice.")
        expect(page.locator("#id_starts_on")).to_have_value("2031-03-03")
    assert whole_site.ask(UNTOUCHED) == before


# ---------------------------------------------------------------- Worker and broker away


@contextmanager
def without(site: Site, part: str) -> Iterator[None]:
    """The site while its worker or its broker is away; afterwards it is whole again, whatever happened."""
    stop, start = {
        "worker": (site.stop_worker, site.start_worker),
        "broker": (site.stop_broker, site.start_broker),
    }[part]
    stop()
    try:
        yield
    finally:
        start()
        site.wait_until_ready()


def test_a_report_waits_for_a_worker(sign_in_as: SignIn, whole_site: Site) -> None:
    page = sign_in_as("Lead auditor")
    code = audit_of(whole_site, HERS, "concluded")
    with without(whole_site, "worker"):
        whole_site.ask("UPDATE core_heartbeat SET at = at - interval '1 minute'")  # as if it were gone for a while
        assert whole_site.not_ready() == ["worker"]
        issue_report(page, code)
        expect(page.locator("#drawing")).to_contain_text(WAITING)
        page.goto("/")
        page.goto(f"/audits/{code}/report/1/")
        expect(page.locator("#drawing")).to_contain_text(WAITING)
        expect(page.get_by_role("link", name="Download the PDF")).to_have_count(0)
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible(timeout=60_000)


def test_saves_go_on_without_a_broker(sign_in_as: SignIn, whole_site: Site) -> None:
    page = sign_in_as("Lead auditor")
    own, code = audit_of(whole_site, OWN), audit_of(whole_site, "DEMO-SARYARQA", "concluded")
    place = open_questions(whole_site, own)[0]
    with without(whole_site, "broker"):
        assert "broker" in whole_site.not_ready()
        open_checklist(page, own, place)
        began = time.monotonic()
        page.locator(f"#q{place} label:has(input[value=conforming])").click()
        expect(page.locator(f"#q{place} .question__state")).to_contain_text("Saved")
        assert answer_of(whole_site, own, place)[0] == "conforming"
        issue_report(page, code)
        expect(page.locator("#drawing")).to_contain_text(WAITING)
        assert time.monotonic() - began < 2 * QUICK_SECONDS
        assert drawings(whole_site, code) == [("queued", 0)]
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible(timeout=60_000)
    assert drawings(whole_site, code) == [("done", 1)]


# ---------------------------------------------------------------- Steps


def open_checklist(page: Page, code: str, place: int) -> Page:
    page.goto(f"/audits/{code}/checklist/?question={place}#q{place}")
    expect(page.locator(f"#q{place}")).to_have_class(re.compile("is-current"))
    return page


def issue_report(page: Page, code: str) -> None:
    began = time.monotonic()
    page.goto(f"/audits/{code}/report/new/")
    page.get_by_role("button", name="Issue the report").click()
    page.wait_for_url("**/report/1/")
    assert time.monotonic() - began < QUICK_SECONDS


def drawings(site: Site, code: str) -> list[tuple[Any, ...]]:
    question = """SELECT job.state, job.attempts FROM core_job job JOIN reports_report report ON report.job_id = job.id
                  JOIN audits_audit audit ON audit.id = report.audit_id WHERE audit.code = %s"""
    return site.ask(question, code)


def nothing_kept(site: Site, code: str, place: int, *contents: bytes) -> bool:
    """No row, no file of this content, and no leftover of an upload."""
    media = site.folder / "media"
    names = {path.name for path in media.rglob("*") if path.is_file()}
    rows = """SELECT count(*) FROM audits_evidence WHERE answer_id = (SELECT answer.id FROM audits_answer answer
              JOIN audits_audit audit ON audit.id = audit_id WHERE audit.code = %s AND position = %s)"""
    left = list((media / "tmp").glob("*"))
    return (
        not left
        and one(site, rows, code, place) == 0
        and names.isdisjoint(sha256(each).hexdigest() for each in contents)
    )


def another_scheme(site: Site) -> int:
    """A grade of a scheme that no audit uses; its id."""
    scheme = one(
        site, "INSERT INTO standards_gradingscheme (code, title, version) VALUES ('other', 'x', 1) RETURNING id"
    )
    statement = """INSERT INTO standards_grade (code, label, meaning, definition, position, response_required, scheme_id)
                   SELECT code, label, meaning, definition, position, response_required, %s FROM standards_grade
                   ORDER BY id LIMIT 1 RETURNING id"""
    return int(one(site, statement, scheme))


def upload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def picture(width: int, height: int) -> bytes:
    return jpeg(Image.linear_gradient("L").resize((width, height)))


def noise(width: int, height: int) -> bytes:
    """A photo that cannot be packed: about three bytes for each of its points."""
    return jpeg(Image.frombytes("RGB", (width, height), os.urandom(3 * width * height)), quality=100, subsampling=0)


def jpeg(image: Image.Image, **options: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()
