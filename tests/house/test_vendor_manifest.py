"""What is not ours in ``static/vendor`` is exactly what its manifest says it is."""

import hashlib
import json
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
MANIFESTS = sorted(VENDOR.glob("*/manifest.json"))


def _name(path: Path) -> str:
    return path.parent.name


def test_every_vendored_folder_has_a_manifest() -> None:
    folders = {path.name for path in VENDOR.iterdir() if path.is_dir()}
    assert {"bootstrap", "inter"} <= folders
    assert folders == {_name(path) for path in MANIFESTS}


@pytest.mark.parametrize("path", MANIFESTS, ids=_name)
def test_a_manifest_names_the_thing_its_version_and_its_licence(path: Path) -> None:
    manifest = json.loads(path.read_text())
    assert all(manifest.get(key) for key in ("name", "version", "licence", "files"))
    assert any(name.upper().startswith(("LICENSE", "LICENCE", "OFL")) for name in manifest["files"])


@pytest.mark.parametrize("path", MANIFESTS, ids=_name)
def test_files_are_those_of_the_manifest_to_the_byte(path: Path) -> None:
    held = {
        str(file.relative_to(path.parent)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in path.parent.rglob("*")
        if file.is_file() and file != path
    }
    assert held == json.loads(path.read_text())["files"]


def test_bootstrap_names_no_source_map_that_is_missing() -> None:
    assert "sourceMappingURL" not in (VENDOR / "bootstrap" / "bootstrap.min.css").read_text()
