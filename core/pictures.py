"""Re-encoded copies of pictures: upright, small, on white, and without a trace of metadata."""

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

PREVIEW_SIDE: Final = 1600
THUMBNAIL_SIDE: Final = 900
QUALITY: Final = 82


def shrunk(path: Path, side: int) -> bytes:
    """A JPEG of at most `side` pixels a side. The same file gives the same bytes."""
    with Image.open(path, formats=["JPEG", "PNG"]) as picture:
        picture.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        buffer = io.BytesIO()
        _on_white(upright).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """A new picture takes over pixels only: no EXIF, comment or colour profile comes along."""
    sheet = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        sheet.paste(layer, mask=layer.getchannel("A"))
    else:
        sheet.paste(picture.convert("RGB"))
    return sheet
