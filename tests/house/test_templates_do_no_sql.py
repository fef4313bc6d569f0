"""The watcher of tests/house/templates_do_no_sql.py notices."""

import pytest
from django.db import connection
from django.template import Context, engines

from standards.models import Standard
from tests.house.templates_do_no_sql import watched


@pytest.mark.django_db
def test_a_query_in_a_template_is_seen() -> None:
    found: list[str] = []
    template = engines["django"].from_string("{% for row in rows %}{{ row }}{% endfor %}")
    with watched("a page", found):
        template.template.render(Context({"rows": Standard.objects.all()}))
    assert len(found) == 1
    assert "standards_standard" in found[0]
    assert connection.execute_wrappers == []
