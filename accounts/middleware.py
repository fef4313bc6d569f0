"""What a session may live through, and how a person likes the pages."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponse]
STARTED, TOUCHED = "started", "touched"


def session_limits(get_response: Handler) -> Handler:
    """End a session after 12 hours; keep an idle one for 30 minutes, touched at most once a minute."""

    def handle(request: HttpRequest) -> HttpResponse:
        session = request.session
        if not session.session_key or "_auth_user_id" not in session:
            return get_response(request)
        now = int(time.time())
        started = session.get(STARTED)
        if started and now - started > settings.LABAUDIT_SESSION_ABSOLUTE_SECONDS:
            logout(request)
        elif not started or now - session.get(TOUCHED, 0) > settings.LABAUDIT_SESSION_TOUCH_SECONDS:
            session[STARTED], session[TOUCHED] = started or now, now
        return get_response(request)

    return handle


def person_preferences(get_response: Handler) -> Handler:
    """Speak the person's language unless this device was told otherwise (the language cookie)."""

    def handle(request: HttpRequest) -> HttpResponse:
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if not chosen and "_auth_user_id" in request.session and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return handle
