"""Where to find what a journey needs in the demo network, whatever year it is and whatever ran before."""

from typing import Any

from tests.journeys.site import Site

# The audit under way of the ministry whose people are in the table of people, and one of another ministry.
OWN, FOREIGN = "DEMO-SHIPA", "DEMO-NAN"
# The laboratory whose manager is in the table of people.
HERS = "DEMO-KARASU"


def audit_of(site: Site, laboratory: str, state: str = "under_way") -> str:
    """The code of the newest audit of a laboratory in a state."""
    question = """SELECT audit.code FROM audits_audit audit JOIN laboratories_laboratory lab ON lab.id = laboratory_id
                  WHERE lab.code = %s AND audit.state = %s ORDER BY audit.id DESC LIMIT 1"""
    return str(one(site, question, laboratory, state))


def open_questions(site: Site, code: str) -> list[int]:
    """The positions of the questions that nobody has touched."""
    question = """SELECT position FROM audits_answer answer JOIN audits_audit audit ON audit.id = audit_id
                  WHERE audit.code = %s AND answer.version = 0 ORDER BY position"""
    return [row[0] for row in site.ask(question, code)]


def answer_of(site: Site, code: str, position: int) -> tuple[str, str]:
    """The verdict and the note that are stored."""
    question = """SELECT verdict, note FROM audits_answer answer JOIN audits_audit audit ON audit.id = audit_id
                  WHERE audit.code = %s AND position = %s"""
    return site.ask(question, code, position)[0]


def finding_of(site: Site, code: str, state: str) -> int:
    """The id of the first finding of an audit in a state."""
    question = "SELECT id FROM findings_finding WHERE source_ref = %s AND state = %s ORDER BY id LIMIT 1"
    return int(one(site, question, code, state))


def one(site: Site, question: str, *values: Any) -> Any:
    return site.ask(question, *values)[0][0]
