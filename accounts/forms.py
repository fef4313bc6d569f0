from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.enums import Theme
from accounts.models import User


class ProfileForm(forms.ModelForm):
    """What a person says about herself."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "language", "theme")


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices)
