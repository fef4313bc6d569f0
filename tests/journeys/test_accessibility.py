"""Every page for everyone: no rule of axe is broken, wide and narrow, light and dark, and nothing runs off the side."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.demo import FOREIGN, HERS, OWN, audit_of, finding_of
from tests.journeys.site import Site

EDITION = "iso-iec-17025-2017"
# Best practices of axe are asked for too, beside the rules of WCAG 2.2. Colours are asked once for each theme.
RUN = """async (options) => {
    const found = await axe.run(document, { resultTypes: ["violations"], ...options });
    return found.violations.map(({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.slice(0, 3).map((node) => {
        const { message } = [...node.any, ...node.all, ...node.none][0];
        return `${node.target.join(" ")}: ${message} ${node.html.slice(0, 160)}`;
    })].join("\\n        "));
}"""
RUNS_OFF = """() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) { return []; }
    const clipped = (one) => one !== document.body
        && (getComputedStyle(one).overflowX !== "visible" || clipped(one.parentElement));
    const wide = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
        && one.getBoundingClientRect().right > window.innerWidth + 1 && !clipped(one));
    return ["runs off the side:", ...wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 160))];
}"""
ALL: dict[str, object] = {}
COLOURS: dict[str, object] = {"runOnly": ["color-contrast"]}
NO_COLOURS: dict[str, object] = {"rules": {"color-contrast": {"enabled": False}}}


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    name: str
    viewport: dict[str, int]
    theme: str
    options: dict[str, object]


LOOKS = (
    Look("wide", WIDE, "light", ALL),
    Look("wide and dark", WIDE, "dark", COLOURS),
    Look("narrow", NARROW, "light", NO_COLOURS),
)


def leader_pages(site: Site) -> list[str]:
    own, concluded, planned = audit_of(site, OWN), audit_of(site, "DEMO-TYNYS-REF", "reported"), "DEMO-UMIT"
    drafts, raised = finding_of(site, own, "draft"), finding_of(site, concluded, "raised")
    return [
        "/",
        "/audits/",
        "/audits/new/",
        f"/audits/{audit_of(site, planned, 'planned')}/",
        f"/audits/{audit_of(site, planned, 'planned')}/start/",
        f"/audits/{audit_of(site, planned, 'planned')}/edit/",
        f"/audits/{audit_of(site, planned, 'planned')}/cancel/",
        f"/audits/{own}/",
        f"/audits/{own}/checklist/",
        f"/audits/{own}/answers/1/finding/",
        f"/audits/{own}/conclude/",
        f"/audits/{concluded}/",
        f"/audits/{concluded}/report/new/",
        f"/audits/{concluded}/report/1/",
        f"/audits/{audit_of(site, HERS, 'closed')}/",
        "/findings/",
        f"/findings/{drafts}/",
        f"/findings/{drafts}/edit/",
        f"/findings/{raised}/",
        f"/findings/{finding_of(site, concluded, 'answered')}/",
        f"/findings/{finding_of(site, concluded, 'implemented')}/",
        "/laboratories/",
        f"/laboratories/{HERS}/",
        "/standards/",
        f"/standards/{EDITION}/",
        "/search/?q=freezer",
        "/profile/",
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/password/change/",
    ]


def manager_pages(site: Site) -> list[str]:
    code = audit_of(site, HERS, "closed")
    raised = site.ask(
        """SELECT finding.id FROM findings_finding finding JOIN laboratories_laboratory lab ON lab.id = laboratory_id
           WHERE lab.code = %s AND finding.state = 'raised' ORDER BY finding.id LIMIT 1""",
        HERS,
    )[0][0]
    return [
        "/",
        "/audits/",
        f"/audits/{code}/",
        f"/audits/{code}/report/1/",
        "/findings/",
        f"/findings/{raised}/",
        f"/findings/{raised}/answer/",
        f"/findings/{finding_of(site, code, 'closed')}/",
    ]


def register_pages(site: Site) -> list[str]:
    return [
        "/",
        "/audits/",
        "/laboratories/",
        f"/laboratories/{HERS}/",
        "/standards/",
        "/findings/",
    ]


def administrator_pages(site: Site) -> list[str]:
    return [*register_pages(site), "/standards/import/"]


def auditor_pages(site: Site) -> list[str]:
    own = audit_of(site, OWN)
    return ["/", f"/audits/{own}/", f"/audits/{own}/checklist/?show=nonconforming"]


def programme_pages(site: Site) -> list[str]:
    return ["/", "/audits/", "/findings/"]


PAGES: dict[str, Callable[[Site], list[str]]] = {
    "Lead auditor": leader_pages,
    "Laboratory manager": manager_pages,
    "National coordinator": register_pages,
    "Programme manager": programme_pages,
    "Administrator": administrator_pages,
    "Trainee": auditor_pages,
}


def look_at(page: Page, addresses: list[str], status: int = 200) -> None:
    """Fail with every complaint about these pages."""
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status, address
        page.evaluate(f"() => {{ {AXE_SCRIPT} }}")
        for look in LOOKS:
            found += [f"{address} ({look.name}) {said}" for said in complaints(page, look)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def complaints(page: Page, look: Look) -> list[str]:
    page.set_viewport_size({"width": look.viewport["width"], "height": look.viewport["height"]})
    page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light", reduced_motion="reduce")
    page.wait_for_selector(f"html[data-bs-theme={look.theme}]", state="attached")
    return [*page.evaluate(RUN, look.options), *page.evaluate(RUNS_OFF)]


@pytest.mark.parametrize("role", PAGES)
def test_pages_of_a_role(role: str, sign_in_as: Callable[..., Page], whole_site: Site) -> None:
    page = sign_in_as(role)
    look_at(page, PAGES[role](whole_site))


def test_pages_of_nobody(open_page: Callable[..., Page]) -> None:
    look_at(open_page(), ["/account/login/", "/account/password/reset/"])


def test_pages_that_refuse(sign_in_as: Callable[..., Page], whole_site: Site) -> None:
    page = sign_in_as("Lead auditor")
    look_at(page, [f"/audits/{audit_of(whole_site, FOREIGN)}/"], status=404)
    look_at(page, ["/standards/import/"], status=403)
