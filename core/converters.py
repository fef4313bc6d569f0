"""Numbers in addresses: what no column can hold is no address of this site."""

from core.gate import LARGEST_INT4


class NumberConverter:
    """A whole number up to int4; a larger one is a 404, whatever a view or a table would make of it."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_INT4:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        return str(value)
