"""Where a standard and its editions stand: a readable address, whatever letters the name is written in."""

from hashlib import sha256

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from standards.models import Edition, Standard
from standards.parsing.rows import ParsedEdition

# Words that stand at this place of an address already.
TAKEN = ("", "import")
# The letters of Russian and Kazakh, as they are usually spelt in addresses.
LATIN = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфыэәғқңөұүһі", "abvgdeezijklmnoprstufyeagqnouuhi", strict=True)),
        **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"},
        **{"ъ": "", "ь": ""},
    }
)


def slug_of(parsed: ParsedEdition) -> str:
    return address_of(f"{parsed.standard} {parsed.year}", 60)


def address_of(name: str, longest: int) -> str:
    """A place in an address, also for a name of which nothing can be spelt there."""
    address = slugify(name.replace("/", " ").lower().translate(LATIN))[:longest]
    return f"edition-{sha256(name.encode()).hexdigest()[:8]}" if address in TAKEN else address


def check_addresses(parsed: ParsedEdition) -> None:
    """“ISO IEC 17025” and “ISO/IEC 17025” would share an address: the one is the other, spelt otherwise.

    Raises RuleBroken.
    """
    near = Standard.objects.filter(slug=address_of(parsed.standard, 40)).exclude(code=parsed.standard).first()
    edition = Edition.objects.filter(slug=slug_of(parsed)).select_related("standard").first()
    if near is None and edition and (edition.standard.code, edition.year) != (parsed.standard, parsed.year):
        near = edition.standard
    if near is not None:
        words = _("There is “%(code)s” already, with nearly the same name: write it like that, or more differently.")
        raise RuleBroken(words % {"code": near.code})
