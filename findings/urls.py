from django.urls import path

from findings.views import answering, judging, reading, writing

app_name = "findings"
urlpatterns = [
    path("", reading.finding_list, name="finding-list"),
    path("<number:pk>/", reading.finding_detail, name="finding-detail"),
    path("<number:pk>/files/<number:file>/", reading.file, name="file"),
    path("<number:pk>/edit/", writing.finding_edit, name="finding-edit"),
    path("<number:pk>/answer/", answering.finding_answer, name="finding-answer"),
    path("<number:pk>/actions/<number:action>/", answering.action_done, name="action-done"),
    path("<number:pk>/implement/", answering.finding_implement, name="finding-implement"),
    path("<number:pk>/decide/", judging.finding_decide, name="finding-decide"),
    path("<number:pk>/close/", judging.finding_close, name="finding-close"),
]
