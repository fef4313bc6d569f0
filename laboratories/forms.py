"""Filters of the register."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from laboratories.enums import LaboratoryKind, Sector
from laboratories.queries import ORDERS

MOST_PAGES = 2000


class LaboratoryFilterForm(forms.Form):
    text = forms.CharField(label=_("Name, code or place"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *LaboratoryKind.choices])
    sector = forms.ChoiceField(label=_("Sector"), required=False, choices=[("", _("All sectors")), *Sector.choices])
    region = forms.ChoiceField(label=_("Region"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)

    def __init__(self, *args: Any, regions: list[str], organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("region", [("", _("All regions")), *((region, region) for region in regions)])
        self._offer("organisation", [("", _("All organisations")), *organisations])

    def _offer(self, name: str, choices: list[Any]) -> None:
        chosen: Any = self.fields[name]
        chosen.choices = choices

    def asked(self, sort: str, page: str) -> dict[str, Any]:
        """The filters that make sense; a parameter that does not is left out, never an error."""
        self.is_valid()
        values: dict[str, Any] = dict(self.cleaned_data)
        values["sort"] = sort if sort in ORDERS else ""
        whole = page.isascii() and page.isdecimal() and len(page) <= len(str(MOST_PAGES))
        values["page"] = min(max(int(page), 1), MOST_PAGES) if whole else 1
        return values


class SetupForm(forms.Form):
    """The first organisation and its administrator."""

    organisation = forms.CharField(
        label=_("Name of your organisation"),
        max_length=200,
        help_text=_("For example your ministry, university or company. It can be changed later."),
    )
    name = forms.CharField(label=_("Your name"), max_length=150)
    email = forms.EmailField(label=_("Your e-mail"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Twelve characters or more."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as broken:
                self.add_error("password", broken)
        return cleaned
