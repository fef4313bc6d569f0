"""The shape of what is typed about an audit."""

from django import forms

from core.errors import RuleBroken


def refuse(form: forms.Form, broken: RuleBroken) -> None:
    """Show the sentence of a refused write at its field, or above the form."""
    form.add_error(broken.field if broken.field in form.fields else None, broken.reason)
