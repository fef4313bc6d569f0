"""What the triggers of pghistory keep, and what they leave alone."""

from audits.models import Audit
from tests.factories import Network, build_audit


def test_a_change_of_the_plan_leaves_the_old_and_the_new_value(network: Network) -> None:
    audit = build_audit(network)
    Audit.objects.filter(pk=audit.pk).update(scope="The water section only.")
    kept = list(audit.events.order_by("pgh_id").values_list("pgh_label", "scope"))
    assert kept == [("insert", "All activities at the site."), ("update", "The water section only.")]


def test_a_moved_counter_leaves_no_line(network: Network) -> None:
    """Each answer moves a counter; the answer itself has its revision."""
    audit = build_audit(network)
    Audit.objects.filter(pk=audit.pk).update(items_answered=1)
    assert audit.events.count() == 1
