from django.urls import path

from insight import views

app_name = "insight"
urlpatterns = [
    path("", views.my_work, name="my-work"),
    path("search/", views.search, name="search"),
]
