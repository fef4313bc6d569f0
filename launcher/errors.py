"""The one exception that ends a command on purpose."""


class Stop(Exception):
    """The command cannot go on; the text is a plain sentence for the person, with what to do."""
