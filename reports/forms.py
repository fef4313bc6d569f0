from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import MutationForm


class IssueForm(MutationForm):
    """Issue a version; the reason is asked for from the second one on.

    The service insists on the reason, not the form: the first form sent twice must find what it made.
    """

    reason = forms.CharField(
        label=_("Why a new version"),
        widget=forms.Textarea(attrs={"rows": 3, "required": True}),
        max_length=2000,
        required=False,
        help_text=_("Printed in the report under its earlier versions."),
    )

    def __init__(self, *args: object, first: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["reason"]
