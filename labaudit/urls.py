from django.urls import include, path

from laboratories.views import setup

urlpatterns = [
    path("", include("core.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("accounts.urls")),
    path("setup/<str:token>/", setup, name="setup"),
    path("laboratories/", include("laboratories.urls")),
    path("standards/", include("standards.urls")),
    path("findings/", include("findings.urls")),
    path("audits/", include("audits.urls")),
    path("", include("reports.urls")),
    path("", include("insight.urls")),
]
handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
