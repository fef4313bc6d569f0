"""For production behind a proxy that speaks TLS. Refuses known or short secrets at start."""

from django.core.exceptions import ImproperlyConfigured

from labaudit.settings import environment
from labaudit.settings.base import *  # noqa: F403

SECRET_KEY = environment.text("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 8 or "development" in SECRET_KEY or "test-only" in SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be random, secret and at least 50 characters long.")
if not environment.words("ALLOWED_HOSTS"):
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the name people type to reach this site.")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies stand before the site and name the client in X-Forwarded-For. Without it the whole world has the
# address of the proxy, and ten wrong passwords of one person keep everybody out.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES", 1)
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
