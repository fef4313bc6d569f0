"""A quiet coach: what makes a finding weak. It marks and never blocks. Pure words, no database."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

# Each list holds word beginnings in the languages of the site: English, Russian, Kazakh, French.
OPINION = (
    "seems? apparently probably perhaps maybe poor(?:ly)? bad(?:ly)? insufficient(?:ly)? inadequate(?:ly)?"
    " unsatisfactory weak sloppy always never obviously clearly generally often sometimes appears?"
    " кажется видимо наверное плохо плохой недостаточно неудовлетворительн\\w* всегда никогда очевидно часто иногда"
    " меніңше сияқты жеткіліксіз нашар әрқашан ешқашан жиі кейде"
    " semble apparemment insuffisant\\w* mauvais\\w* toujours jamais souvent parfois évidemment"
)
ADVICE = (
    "should recommend\\w* advis\\w+ suggest\\w* ought better improve\\w*"
    " следует рекоменд\\w+ советуе\\w+ желательно необходимо"
    " ұсын\\w+ керек қажет дұрысы"
    " devrait devraient recommand\\w+ conseil\\w+ il faut"
)
LONGEST_STATEMENT = 60


def _words(listed: str) -> re.Pattern[str]:
    joined = listed.replace("il faut", "il\\s+faut").split()
    return re.compile(rf"(?<!\w)(?:{'|'.join(joined)})(?!\w)", re.IGNORECASE)


OPINION_WORDS, ADVICE_WORDS = _words(OPINION), _words(ADVICE)
# Every pattern is bounded, so that no text takes longer than its length.
# Something that can be found again: a number of any kind (QC-12, SOP 4.3, 14.09.2026, 31 reports).
IDENTIFIER = re.compile(r"\d")
DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\s{1,9}[^\W\d_]{3,}", re.UNICODE)
SAMPLED = re.compile(
    r"\d\s{0,9}(?:of|out of|from|из|/|sur|de)\s{0,9}\d|\d[\s-]{0,9}(?:ден|дан|нан|нен|тен|тан)\s{1,9}\d",
    re.IGNORECASE,
)
# Titles and initials before or after a surname: "Mr Akhmetov", "А. Иванов", "Иванов А."
PERSON = re.compile(
    r"(?<!\w)(?:(?:Mr|Mrs|Ms|Dr|Mme|M\.)\.?\s+[A-ZА-ЯӘҒҚҢӨҰҮҺІ]\w+|[A-ZА-ЯӘҒҚҢӨҰҮҺІ]\.\s?[A-ZА-ЯӘҒҚҢӨҰҮҺІ]\w{2,})"
)


def coach(statement: str, evidence: str) -> list[str]:
    """What a careful reviewer would ask about this finding; nothing when it is empty or in order."""
    checks: tuple[Callable[[str, str], str], ...] = (_opinion, _advice, _identifier, _sampled, _person, _length)
    remarks = (check(statement, evidence) for check in checks)
    return [remark for remark in remarks if remark]


def _opinion(statement: str, evidence: str) -> str:
    found = _found(OPINION_WORDS, statement, evidence)
    return (
        _("Opinion rather than fact: %(words)s. Say what was seen and how many.") % {"words": found} if found else ""
    )


def _advice(statement: str, evidence: str) -> str:
    found = _found(ADVICE_WORDS, statement)
    words = _("Advice: %(words)s. A finding says what is not met; how to mend it is the laboratory's to decide.")
    return words % {"words": found} if found else ""


def _identifier(statement: str, evidence: str) -> str:
    if not evidence.strip() or IDENTIFIER.search(DATE.sub("", evidence)):
        return ""
    return _("Nothing in the evidence can be found again: name a record, method, instrument or number.")


def _sampled(statement: str, evidence: str) -> str:
    if not evidence.strip() or SAMPLED.search(evidence):
        return ""
    return _("How many of how many? “2 of 12 records” shows how far it reaches.")


def _person(statement: str, evidence: str) -> str:
    found = _found(PERSON, statement, evidence)
    return _("A person's name: %(words)s. Name the function instead.") % {"words": found} if found else ""


def _length(statement: str, evidence: str) -> str:
    if len(statement.split()) <= LONGEST_STATEMENT:
        return ""
    return _("The statement is long: one sentence is enough, the details belong to the evidence.")


def _found(pattern: re.Pattern[str], *texts: str) -> str:
    """The words that were met, each once, in quotation marks."""
    met = [match.group().strip() for text in texts for match in pattern.finditer(text)]
    return ", ".join(f"“{word}”" for word in {word.casefold(): word for word in reversed(met)}.values())
