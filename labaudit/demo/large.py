"""A network of many audits, for measuring. Plain rows by INSERT … SELECT; not for looking at."""


def seed_network(audits: int = 1000) -> str:
    return ""
