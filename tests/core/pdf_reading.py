"""Reads the words back out of a PDF, by the character maps it carries: no program of the machine is needed."""

import io
import re

import pikepdf


def pages(data: bytes) -> list[str]:
    """The text of each page, in the order of drawing, blanks and lines as one blank."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return [_page_text(page) for page in document.pages]


def text(data: bytes) -> str:
    return " ".join(pages(data))


def squeezed(words: str) -> str:
    """Without blanks: what a line break or a hyphenation cannot change."""
    return re.sub(r"\s", "", words)


def _page_text(page: pikepdf.Page) -> str:
    maps = {name: _character_map(font) for name, font in page.Resources.Font.items()}
    letters, current = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                current = maps[str(operands[0])]
            case "Tj" | "TJ":
                letters.append(_shown(operands[0], current))
            case "BT":
                letters.append(" ")
    return re.sub(r"\s+", " ", "".join(letters))


def _shown(operand: pikepdf.Object, current: dict[int, str]) -> str:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    return "".join(current[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2))


def _character_map(font: pikepdf.Object) -> dict[int, str]:
    source = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f ]*)>\s*\n", source)
    return {int(code, 16): bytes.fromhex(letters).decode("utf-16-be") for code, letters in pairs}
