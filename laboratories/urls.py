from django.urls import path

from laboratories import views

app_name = "laboratories"
urlpatterns = [
    path("", views.laboratory_list, name="laboratory-list"),
    path("<slug:code>/", views.laboratory_detail, name="laboratory-detail"),
]
