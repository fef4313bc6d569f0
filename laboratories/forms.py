"""Filters of the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
