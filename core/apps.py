from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Ground floor")

    def ready(self) -> None:
        from core.converters import NumberConverter

        register_converter(NumberConverter, "number")
