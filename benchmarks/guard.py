"""The benchmarks write: answers are saved and a thousand audits added. So only into a database of the demo."""

from accounts.models import User
from laboratories.models import Laboratory, Organisation


class ForeignData(Exception):
    """The database holds something that the demo did not make."""


def only_the_demo() -> None:
    """Raises ForeignData when an organisation, a laboratory or a person is not of the demo."""
    foreign = {
        "organisations": Organisation.objects.exclude(code__startswith="DEMO-").count(),
        "laboratories": Laboratory.objects.exclude(code__startswith="DEMO-")
        .exclude(code__startswith="LARGE-")
        .count(),
        "people": User.objects.exclude(email__endswith="example.org").count(),
    }
    found = ", ".join(f"{count} {name}" for name, count in foreign.items() if count)
    if found:
        raise ForeignData(f"This database is not the demo's alone ({found}): nothing was measured or changed.")
