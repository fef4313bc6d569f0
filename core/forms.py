"""What every form that writes has in common: the id of this one write, so that a retry changes nothing."""

import uuid
from typing import Any
from uuid import UUID

from django import forms


class MutationForm(forms.Form):
    mutation = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mutation"].initial = uuid.uuid4

    def mutation_id(self) -> UUID:
        value: UUID = self.cleaned_data["mutation"]
        return value


class VersionedForm(MutationForm):
    """Carries the version that the person saw, for things that two people may edit."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def seen_version(self) -> int:
        value: int = self.cleaned_data["version"]
        return value
