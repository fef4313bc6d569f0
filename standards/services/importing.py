"""An upload is read first, kept for an hour, and applied only when its person has seen what it changes."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import mutations
from core.errors import RuleBroken
from core.gatekeeper import RoleHolder
from standards.models import Edition, PendingImport
from standards.parsing.rows import ParsedEdition
from standards.parsing.uploads import parse_apart
from standards.services.loading import load_edition, slug_of

KEPT_FOR = timedelta(hours=1)


def propose_import(
    *, by: RoleHolder, mutation: UUID, content: bytes, name: str, header: Mapping[str, str]
) -> PendingImport:
    """Read the file and keep what it says. Raises ParseFailed, with nothing kept, when anything in it is wrong."""
    parsed = parse_apart(content, name, header)
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb="propose-import")
        if claim.done is not None:
            return PendingImport.objects.get(pk=claim.done["pending"])
        PendingImport.objects.filter(expires_at__lt=timezone.now()).delete()
        pending = PendingImport.objects.create(
            person_id=by.person_id,
            file_name=name[:200],
            content=parsed.as_data(),
            expires_at=timezone.now() + KEPT_FOR,
        )
        claim.keep(pending=pending.pk)
    return pending


def apply_import(*, by: RoleHolder, mutation: UUID, pending_id: int) -> Edition:
    """Load what was proposed. Raises RuleBroken when it ran out or was applied before."""
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"apply-import {pending_id}")
        if claim.done is not None:
            return Edition.objects.get(slug=claim.done["edition"])
        waiting = PendingImport.objects.select_for_update().filter(expires_at__gte=timezone.now())
        pending = waiting.filter(pk=pending_id, person_id=by.person_id).first()
        if pending is None:
            raise RuleBroken(_("This upload is no longer kept. Choose the file again."))
        parsed = ParsedEdition.from_data(pending.content)
        load_edition(parsed, by=by)
        pending.delete()
        claim.keep(edition=slug_of(parsed))
    return Edition.objects.get(slug=slug_of(parsed))
