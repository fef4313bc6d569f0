"""An edition as it stands in the tables, in the shape that files are written from.

Only what the catalogue is made of: nothing that belongs to one organisation can leave this way.
"""

from django.db.models import Case, When

from standards.enums import ChecklistState
from standards.models import Clause, Edition, Question
from standards.parsing.rows import ClauseRow, ParsedEdition, QuestionRow, in_order
from standards.queries.differences import CLAUSE_FIELDS


def exported(edition: Edition) -> ParsedEdition:
    """Three statements; `edition` comes with its standard."""
    clauses = edition.clauses.select_related("parent").order_by("sort_key", "number")
    questions = Question.objects.filter(clause__edition=edition, retired=False).select_related("clause")
    rows, asked = in_order(
        tuple(_clause(clause) for clause in clauses),
        tuple(_question(question) for question in questions.order_by("position", "key")),
    )
    standard = edition.standard
    return ParsedEdition(standard.code, standard.title, edition.year, _checklist(edition), rows, asked)


def _checklist(edition: Edition) -> str:
    """The title of the checklist that a load publishes: of the published one, else of the latest."""
    first = Case(When(state=ChecklistState.PUBLISHED, then=0), default=1)
    title = edition.checklists.order_by(first, "-published_at", "pk").values_list("title", flat=True).first()
    return title or str(edition)


def _clause(clause: Clause) -> ClauseRow:
    values = {name: getattr(clause, name) for name in CLAUSE_FIELDS}
    return ClauseRow(number=clause.number, parent=clause.parent.number if clause.parent else "", **values)


def _question(question: Question) -> QuestionRow:
    return QuestionRow(
        clause=question.clause.number,
        key=question.key,
        item=question.item,
        position=question.position,
        text=question.text,
        look_for=question.look_for,
        evidence=tuple(question.evidence),
        nonconformities=tuple(question.nonconformities),
        applies_to=tuple(question.applies_to),
    )
