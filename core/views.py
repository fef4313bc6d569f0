"""Signs of life for whoever runs the site, and the pages for a request that cannot be answered."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import broker, errands, gate

log = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Can the site do its work? 200 when every part is ready; 503 names those that are not."""
    ready = {"web": True, "database": _ready(_database_answers)}
    ready["broker"] = broker.ping()
    ready["worker"] = ready["database"] and _ready(errands.worker_alive)
    missing = [part for part, fine in ready.items() if not fine]
    parts = {part: "ready" if fine else "not ready" for part, fine in ready.items()}
    return JsonResponse({"ready": not missing, "not_ready": missing, **parts}, status=503 if missing else 200)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return gate.refused(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The reason that the view gave, if it gave one."""
    reason = str(exception) or _("Your role does not allow this step.")
    if gate.wants_words_only(request):
        return JsonResponse({"error": reason}, status=403)
    return HttpResponse(render_to_string("403.html", {"exception": reason}), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if gate.wants_words_only(request):
        return JsonResponse({"error": _("There is nothing at this address.")}, status=404)
    return HttpResponse(render_to_string("404.html"), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs nothing that could be what failed."""
    if gate.wants_words_only(request):
        return JsonResponse({"error": _("Something went wrong here. It was written down.")}, status=500)
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Mostly a session that ended while the page was open."""
    log.info("CSRF check refused %s: %s", request.path, reason)
    if gate.wants_words_only(request):
        words = _("Your session ended while the page was open. Sign in again in a new tab, then send again.")
        return JsonResponse({"error": words}, status=403)
    return HttpResponse(render_to_string("403_csrf.html"), status=403)


def _ready(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (DatabaseError, InterfaceError) as error:
        log.warning("Not ready: %s", error)
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)
