from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("audits/<str:code>/report/new/", views.issue, name="report-issue"),
    path("audits/<str:code>/report/", views.latest, name="report-latest"),
    path("audits/<str:code>/report/<number:version>/", views.detail, name="report-detail"),
    path("audits/<str:code>/report/<number:version>/progress/", views.progress, name="report-progress"),
    path("audits/<str:code>/report/<number:version>/file/", views.file, name="report-file"),
    path("audits/<str:code>/report/<number:version>/retry/", views.retry, name="report-retry"),
]
