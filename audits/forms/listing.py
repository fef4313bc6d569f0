"""Filters of the list of audits."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.enums import AuditState
from audits.queries.audit_list import ACTIVE, ORDERS

OLDEST_YEAR = 2020
MOST_PAGES = 2000


def years() -> list[tuple[str, str]]:
    newest = timezone.localdate().year + 1
    return [("", str(_("All years"))), *((str(year), str(year)) for year in range(newest, OLDEST_YEAR - 1, -1))]


class AuditFilterForm(forms.Form):
    text = forms.CharField(label=_("Laboratory or code"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), (ACTIVE, _("Not closed yet")), *AuditState.choices],
    )
    year = forms.ChoiceField(label=_("Year"), required=False, choices=years)
    # Switched by the pills under the form, which keep the rest.
    mine = forms.BooleanField(required=False, widget=forms.HiddenInput)
    late = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def asked(self, sort: str, page: str) -> dict[str, Any]:
        """The filters that make sense; a parameter that does not is left out, never an error."""
        self.is_valid()
        values: dict[str, Any] = dict(self.cleaned_data)
        values["sort"] = sort if sort in ORDERS else ""
        whole = page.isascii() and page.isdecimal() and len(page) <= len(str(MOST_PAGES))
        values["page"] = min(max(int(page), 1), MOST_PAGES) if whole else 1
        return values
