from django.urls import path

from findings.views import answering, judging, reading, writing

app_name = "findings"
urlpatterns = [
    path("", reading.finding_list, name="finding-list"),
    path("<int:pk>/", reading.finding_detail, name="finding-detail"),
    path("<int:pk>/files/<int:file>/", reading.file, name="file"),
    path("<int:pk>/edit/", writing.finding_edit, name="finding-edit"),
    path("<int:pk>/answer/", answering.finding_answer, name="finding-answer"),
    path("<int:pk>/actions/<int:action>/", answering.action_done, name="action-done"),
    path("<int:pk>/implement/", answering.finding_implement, name="finding-implement"),
    path("<int:pk>/decide/", judging.finding_decide, name="finding-decide"),
    path("<int:pk>/close/", judging.finding_close, name="finding-close"),
]
