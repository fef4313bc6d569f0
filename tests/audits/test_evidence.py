"""Photographs and documents of an answer: numbered, previewed, refused in plain words, and not for everyone."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from audits.enums import AuditState
from audits.models import Answer, Audit, Evidence
from audits.services.conducting import record_answer
from tests.factories import Network, build_audit, new_mutation

FETCH = {"X-Requested-With": "fetch", "Accept": "application/json"}
SignIn = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def media(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def photo(colour: str = "teal") -> bytes:
    sheet = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (80, 60), colour).save(sheet, "JPEG", exif=exif)
    return sheet.getvalue()


def upload(client: Client, audit: Audit, *files: tuple[str, bytes], position: int = 1, **more: Any) -> Any:
    headers = more.pop("headers", FETCH)
    fields = {
        "mutation": str(uuid.uuid4()),
        "file": [SimpleUploadedFile(name, content) for name, content in files],
        **more,
    }
    return client.post(reverse("audits:evidence-add", args=[audit.code, position]), fields, headers=headers)


def test_a_photo_is_numbered_and_shown_without_its_metadata(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    answer = upload(client, audit, ("chart.jpg", photo()))
    assert (answer.status_code, answer.json()) == (200, {"labels": ["E-01"]})
    assert Answer.objects.get(audit=audit, position=1).evidence_count == 1
    original = client.get(reverse("audits:evidence-file", args=[audit.code, 1]))
    assert b"".join(original.streaming_content) == photo()
    assert original.headers["Content-Disposition"].startswith("attachment")
    preview = client.get(reverse("audits:evidence-preview", args=[audit.code, 1]))
    assert preview.headers["Content-Type"] == "image/jpeg"
    assert b"secret place" not in b"".join(preview.streaming_content)
    context = client.get(reverse("audits:answer-context", args=[audit.code, 1])).content.decode()
    assert "E-01 chart.jpg" in context


def test_evidence_is_no_new_wording_of_the_answer(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    record_answer(
        audit=audit,
        position=1,
        verdict="conforming",
        note="",
        seen_version=0,
        mutation=new_mutation(),
        by=network.access("dauren"),
    )
    upload(sign_in(network.dauren), audit, ("chart.jpg", photo()))
    answer = Answer.objects.get(audit=audit, position=1)
    assert (answer.version, answer.revisions.count()) == (1, 1)


def test_several_files_and_numbers_of_the_audit(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    assert upload(client, audit, ("a.jpg", photo()), ("b.jpg", photo("red"))).json() == {"labels": ["E-01", "E-02"]}
    assert upload(client, audit, ("c.jpg", photo("blue")), position=2).json() == {"labels": ["E-03"]}
    assert list(Evidence.objects.values_list("number", "answer__position")) == [(1, 1), (2, 1), (3, 2)]


def test_the_same_upload_twice_is_one(network: Network, sign_in: SignIn) -> None:
    audit, client, mutation = build_audit(network), sign_in(network.dauren), str(uuid.uuid4())
    for _again in range(2):
        assert upload(client, audit, ("a.jpg", photo()), mutation=mutation).json() == {"labels": ["E-01"]}
    assert Evidence.objects.count() == 1
    assert Answer.objects.get(audit=audit, position=1).evidence_count == 1


def test_a_refused_file_in_plain_words(network: Network, sign_in: SignIn, settings: Any) -> None:
    settings.LABAUDIT_MAX_IMAGE_BYTES = 500
    audit, client = build_audit(network), sign_in(network.dauren)
    for name, content, words in [
        ("page.jpg", b"<html>not a photo</html>", "page.jpg"),
        ("big.jpg", photo() + b"\0" * 1000, "limit"),
    ]:
        answer = upload(client, audit, (name, content))
        assert answer.status_code == 422
        assert words in answer.json()["error"]
    assert upload(client, audit).status_code == 422
    assert not Evidence.objects.exists()
    settings.LABAUDIT_MAX_IMAGE_BYTES = 100_000
    assert upload(client, audit, ("a.jpg", photo())).json() == {"labels": ["E-01"]}


def test_one_bad_file_does_not_hold_back_the_others(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    answer = upload(client, audit, ("bad.jpg", b"nothing"), ("good.jpg", photo()), headers={})
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "Added: E-01." in page
    assert "bad.jpg" in page


@pytest.mark.parametrize("state", [AuditState.PLANNED, AuditState.CONCLUDED, AuditState.CLOSED])
def test_only_while_the_audit_is_under_way(network: Network, sign_in: SignIn, state: AuditState) -> None:
    audit = build_audit(network, state=state)
    answer = upload(sign_in(network.aigerim), audit, ("a.jpg", photo()))
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_who_adds_and_who_reads(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    upload(sign_in(network.dauren), audit, ("a.jpg", photo()))
    adds = {"tomas": 403, "nurlan": 403, "elena": 403, "botagoz": 404}
    reads = {"aigerim": 200, "tomas": 200, "nurlan": 200, "elena": 403, "marat": 403, "botagoz": 404, "adil": 404}
    for name, status in adds.items():
        assert upload(sign_in(network.people[name]), audit, ("b.jpg", photo())).status_code == status, name
    for name, status in reads.items():
        client = sign_in(network.people[name])
        for view in ("audits:evidence-file", "audits:evidence-preview"):
            answer = client.get(reverse(view, args=[audit.code, 1]))
            assert answer.status_code == status, name
            assert not answer.streaming or b"".join(answer.streaming_content)
    assert Evidence.objects.count() == 1
    assert sign_in(network.dauren).get(reverse("audits:evidence-file", args=[audit.code, 99])).status_code == 404
    assert Client().get(reverse("audits:evidence-file", args=[audit.code, 1])).status_code == 302
