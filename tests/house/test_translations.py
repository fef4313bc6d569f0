"""Every language is whole: nothing empty, nothing doubtful, nothing lost between source, .po and .mo."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

ROOT = Path(settings.BASE_DIR)
FORMS = {"ru": 3, "kk": 2, "fr": 2}
FILES = [
    *((ROOT / "locale" / language / "LC_MESSAGES" / "django.po", forms) for language, forms in FORMS.items()),
    (ROOT / "labaudit" / "borrowed_words" / "kk" / "LC_MESSAGES" / "django.po", FORMS["kk"]),
]
every_file = pytest.mark.parametrize(("path", "forms"), FILES, ids=[str(path.relative_to(ROOT)) for path, _ in FILES])

PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%%?[stdr]|\{\w*\}|</?[a-z][^>]*>")
HIDDEN = re.compile(
    r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*block \w+_class\s*%\}.*?endblock[^%]*%\}|<!--.*?-->|<(script|style|svg|kbd|code)\b.*?</\1>",
    re.DOTALL,
)
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SPOKEN = re.compile(r'\b(?:aria-label|aria-description|title|placeholder|alt|data-l)="([^"]*)"')
ENTITY = re.compile(r"&#?\w+;")
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = {"labaudit", "CSV", "SHA-256", "XLSX"}
"""The same in every language; so are the names of columns, known by their underscore."""


@dataclass
class Message:
    line: int
    fuzzy: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        context = self.texts.get("msgctxt")
        return self.texts["msgid"] if context is None else f"{context}\x04{self.texts['msgid']}"

    @property
    def said(self) -> list[str]:
        return [text for name, text in self.texts.items() if name.startswith("msgstr")]

    @property
    def many(self) -> bool:
        return "msgid_plural" in self.texts


def read(path: Path) -> list[Message]:
    """The entries of a .po file, its header first."""
    found: list[Message] = []
    for block in re.split(r"\n{2,}", path.read_text(encoding="utf-8")):
        message, name = Message(line=len(found)), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                message.fuzzy |= "fuzzy" in line
            elif line.startswith("#~"):
                pytest.fail(f"{path.name} keeps words nobody uses: {line}")
            elif line.startswith("msg"):
                name, _, quoted = line.partition(" ")
                message.texts[name] = ast.literal_eval(quoted)
            elif line.startswith('"'):
                message.texts[name] += ast.literal_eval(line)
        if "msgid" in message.texts:
            found.append(message)
    return found


def words_of(path: Path) -> list[Message]:
    return read(path)[1:]


@every_file
def test_every_message_is_said(path: Path, forms: int) -> None:
    messages = words_of(path)
    assert len(messages) > 100
    wrong = [m.key for m in messages if m.fuzzy or not all(m.said) or len(m.said) != (forms if m.many else 1)]
    assert wrong == []


@every_file
def test_the_header_counts_the_forms(path: Path, forms: int) -> None:
    header = read(path)[0]
    assert not header.fuzzy
    assert f"nplurals={forms};" in header.texts["msgstr"]


@every_file
def test_placeholders_stay(path: Path, forms: int) -> None:
    wrong = []
    for message in words_of(path):
        source = message.texts.get("msgid_plural", message.texts["msgid"])
        asked = sorted(PLACEHOLDER.findall(source))
        wrong += [text for text in message.said if sorted(PLACEHOLDER.findall(text)) != asked]
    assert wrong == []


@every_file
def test_the_compiled_file_is_up_to_date(path: Path, forms: int) -> None:
    expected: dict[Any, str] = {}
    for message in words_of(path):
        if message.many:
            expected |= {(message.key, number): text for number, text in enumerate(message.said)}
        else:
            expected[message.key] = message.said[0]
    with path.with_suffix(".mo").open("rb") as compiled:
        catalogue = dict(gettext.GNUTranslations(compiled)._catalog)  # type: ignore[attr-defined]
    catalogue.pop("", None)
    assert catalogue == expected


def test_the_languages_of_the_site_have_files() -> None:
    assert {code for code, _ in settings.LANGUAGES} == {"en", *FORMS}


def test_numbers_bend_the_words_after_them() -> None:
    said = []
    with translation.override("ru"):
        for days in (1, 2, 5, 21):
            said.append(ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days})
    assert said == ["Остался 1 день", "Осталось 2 дня", "Осталось 5 дней", "Остался 21 день"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "3 November 2026"), ("ru", "3 ноября 2026 г."), ("kk", "2026 жылғы 3 қараша"), ("fr", "3 novembre 2026")],
)
def test_dates_are_written_as_the_language_writes_them(language: str, words: str) -> None:
    with translation.override(language):
        assert date_format(date(2026, 11, 3)).replace("\xa0", " ") == words


def test_words_of_django_and_allauth_are_kazakh_too() -> None:
    with translation.override("kk"):
        assert translation.gettext("Remember Me") == "Мені есте сақтау"
        assert translation.gettext("This password is too common.") == "Бұл құпиясөз тым кең таралған."


def test_templates_say_nothing_past_the_translator() -> None:
    said = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        said += [f"{path.relative_to(ROOT)}: {text}" for text in untranslated(path.read_text(encoding="utf-8"))]
    assert said == []


def test_the_watcher_of_templates_notices() -> None:
    assert list(untranslated('<p>Hello {{ name }}</p><a title="Look here" href="/x">{% translate "Go" %}</a>')) == [
        "Look here",
        "Hello",
    ]


def untranslated(source: str) -> Iterator[str]:
    """Texts and spoken attributes with words that stand in a template as they are."""
    bare = TAGS.sub("", HIDDEN.sub("", source))
    texts = [*SPOKEN.findall(bare), *re.split(r"<[^>]*>", bare)]
    for text in texts:
        words = ENTITY.sub(" ", text).strip(" ·\n")
        if WORD.search(words) and words not in NAMES and "_" not in words:
            yield words
