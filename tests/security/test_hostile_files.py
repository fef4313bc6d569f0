"""Small files that unfold: each is refused in a sentence, in seconds, and without taking the memory of the site."""

import io
import resource
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from core import filetypes
from core.errors import RuleBroken


def unfolding_pdf(megabytes: int) -> bytes:
    """A cross-reference stream, packed twice: about one kilobyte for each gigabyte."""
    pack = zlib.compressobj(9)
    once = b"".join(pack.compress(bytes(2**20)) for _ in range(megabytes)) + pack.flush()
    twice = zlib.compress(once, 9)
    head = b"%PDF-1.5\n"
    size = megabytes * 2**20 // 4
    words = b"1 0 obj\n<</Type/XRef/Size %d/W[1 2 1]/Root 2 0 R/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n"
    body = words % (size, len(twice)) + twice + b"\nendstream\nendobj\n"
    return head + body + b"startxref\n%d\n%%%%EOF" % len(head)


def jpeg_of_many_scans(scans: int) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (1000, 1000), (90, 58, 134)).save(kept, "JPEG", progressive=True)
    whole = kept.getvalue()
    last = whole.rfind(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + whole[-2:]


def refused(content: bytes, name: str, tmp_path: Path) -> str:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(RuleBroken) as broken:
        filetypes.recognise(path, name)
    return broken.value.reason


def test_a_pdf_that_unfolds_to_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filetypes, "PDF_MEMORY", 256 * 2**20)
    content = unfolding_pdf(300)
    assert len(content) < 10_000
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    assert "Nothing was saved" in refused(content, "a.pdf", tmp_path)
    assert time.monotonic() - began < filetypes.PDF_SECONDS + 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_picture_of_a_thousand_scans_is_not_drawn(tmp_path: Path) -> None:
    assert "unpacks to far more" in refused(jpeg_of_many_scans(1000), "a.jpg", tmp_path)


def test_an_ordinary_progressive_picture_passes(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(jpeg_of_many_scans(1))
    assert filetypes.recognise(path, "a.jpg").is_picture
