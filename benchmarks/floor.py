"""The floor: what the plainest Django page would cost here. Lives in the benchmarks alone, never in the product."""

from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path
from django.utils import timezone

from audits.models import Answer, Audit

PLAIN = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
CHECKLIST = """<!DOCTYPE html><html lang="en"><title>{{ audit.code }}</title><form method="post">
{% for answer in answers %}<fieldset><legend>{{ answer.item.clause_number }} {{ answer.item.text }}</legend>
{% for value, word in verdicts %}<label><input type="radio" name="v{{ answer.position }}" value="{{ value }}"
{% if value == answer.verdict %} checked{% endif %}>{{ word }}</label>{% endfor %}
<textarea name="n{{ answer.position }}">{{ answer.note }}</textarea></fieldset>{% endfor %}</form></html>"""


def hello(request: HttpRequest) -> HttpResponse:
    """The person of the session and one row by its key."""
    found = Audit.objects.only("code").order_by("pk").first()
    return HttpResponse(f"<!DOCTYPE html><title>{found}</title><p>Hello {request.user}</p>")


def checklist(request: HttpRequest, audit: int) -> HttpResponse:
    """Every question of an audit with its answer, in one plain template: no rights, no navigation."""
    answers = Answer.objects.filter(audit_id=audit).select_related("item").order_by("position")
    verdicts = Answer._meta.get_field("verdict").choices
    page = {"audit": Audit.objects.get(pk=audit), "answers": answers, "verdicts": verdicts, "who": str(request.user)}
    return HttpResponse(engines["django"].from_string(CHECKLIST).render(page, request))


def save(request: HttpRequest, audit: int, position: int) -> HttpResponse:
    """One answer kept with its time and counter, in one transaction: no rights, no version, no id of the write."""
    with transaction.atomic():
        answer = Answer.objects.select_for_update().get(audit_id=audit, position=position)
        answer.note, answer.verdict = request.POST["note"], request.POST["verdict"]
        answer.answered_at, answer.answered_by_id = timezone.now(), request.user.pk
        answer.save(update_fields=["note", "verdict", "answered_at", "answered_by"])
        Audit.objects.filter(pk=audit).update(items_answered=F("items_answered"))
    return HttpResponse("saved")


urlpatterns = [
    path("hello/", hello),
    path("checklist/<int:audit>/", checklist),
    path("save/<int:audit>/<int:position>/", save),
]


class Handler(WSGIHandler):
    """Django with sessions and signed-in people, and nothing else around the floor's own addresses."""

    def __init__(self) -> None:
        with override_settings(MIDDLEWARE=PLAIN):
            super().__init__()

    def get_response(self, request: Any) -> Any:
        request.urlconf = __name__
        response = super().get_response(request)
        assert settings.ROOT_URLCONF == "labaudit.urls"
        return response
