"""Verbs about the person who signs in."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import SetupLink, User
from core.errors import RuleBroken

SETUP_LINK_LIVES = timedelta(hours=24)


def change_profile(person: User, *, name: str, language: str, theme: str) -> None:
    person.name, person.language, person.theme = name, language, theme
    person.save(update_fields=["name", "language", "theme"])


def choose_theme(person: User, theme: str) -> None:
    person.theme = theme
    person.save(update_fields=["theme"])


def create_person(*, email: str, name: str, password: str, language: str = "en") -> User:
    """A person who can sign in at once. Raises RuleBroken when the address is taken."""
    if User.objects.filter(email__iexact=email).exists():
        raise RuleBroken(_("This address is already in use."), "email")
    with transaction.atomic():
        person = User.objects.create_user(email, password, name=name, language=language)
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


def deactivate(person: User) -> None:
    """Close the account and end its sessions at once."""
    with transaction.atomic():
        person.is_active = False
        person.save(update_fields=["is_active"])
        ending = [s.pk for s in Session.objects.all() if s.get_decoded().get("_auth_user_id") == str(person.pk)]
        Session.objects.filter(pk__in=ending).delete()


def new_setup_link() -> str:
    """A fresh token for /setup/<token>/; older unused ones end. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SetupLink.objects.filter(used_at__isnull=True).delete()
        SetupLink.objects.create(token_sha256=_hashed(token), expires_at=timezone.now() + SETUP_LINK_LIVES)
    return token


def setup_link_of(token: str) -> SetupLink | None:
    """The unused link of this token, if it is still valid and nobody has an account yet."""
    if User.objects.exists():
        return None
    return SetupLink.objects.filter(
        token_sha256=_hashed(token), used_at__isnull=True, expires_at__gt=timezone.now()
    ).first()


def use_setup_link(token: str, *, name: str, email: str, password: str) -> User:
    """Create the first person, once. Raises RuleBroken when the link was used or ran out."""
    with transaction.atomic():
        used = SetupLink.objects.filter(
            token_sha256=_hashed(token), used_at__isnull=True, expires_at__gt=timezone.now()
        ).update(used_at=timezone.now())
        if not used or User.objects.exists():
            raise RuleBroken(_("This link was used or has run out. Start the site again to get a new one."))
        return create_person(email=email, name=name, password=password)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
