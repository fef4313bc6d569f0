"""A small made-up edition: the template that shows how a table for import is filled in."""

from django.utils.translation import gettext as _

from standards.enums import Trait
from standards.parsing.rows import ClauseRow, ParsedEdition, QuestionRow


def sample() -> ParsedEdition:
    clauses = (
        _clause("7", "", _("A heading"), auditable=False),
        _clause("7.1", "7", _("A clause that is audited"), letters=3),
        _clause("7.10", "7", _("Numbers are texts: 7.10 comes after 7.9")),
    )
    questions = (
        _question("7.1", 1, _("Show me the last three; what did you check in each?"), item="b"),
        _question("7.1", 2, _("What would you do if one of them were missing?")),
        _question("7.10", 1, _("What went wrong last month?")),
    )
    name = "EXAMPLE 1"
    return ParsedEdition(name, _("Replace this by your own"), "2026", f"{name}:2026", clauses, questions)


def _clause(number: str, parent: str, title: str, *, auditable: bool = True, letters: int = 0) -> ClauseRow:
    return ClauseRow(
        number=number,
        parent=parent,
        title=title,
        title_is_official=False,
        topic="",
        level=number.count(".") + 1,
        auditable=auditable,
        lettered_items=letters,
        letters_are_notes=False,
    )


def _question(clause: str, position: int, text: str, *, item: str = "") -> QuestionRow:
    return QuestionRow(
        clause=clause,
        key=f"{clause}#{position}",
        item=item,
        position=position,
        text=text,
        look_for=_("Records in use, not blank forms."),
        evidence=(_("a record"), _("an interview")),
        nonconformities=(),
        applies_to=(Trait.TESTING.value,) if item else (),
    )
