from django.urls import path

from standards import views

app_name = "standards"
urlpatterns = [
    path("", views.edition_list, name="edition-list"),
    path("import/", views.edition_import, name="edition-import"),
    path("import/<number:pk>/", views.edition_preview, name="edition-preview"),
    path("import/template/<slug:kind>/", views.import_template, name="import-template"),
    path("<slug:slug>/export/<slug:kind>/", views.edition_export, name="edition-export"),
    path("<slug:slug>/", views.edition_detail, name="edition-detail"),
]
