"""The kiosk's models: verified in memory, the release in use, no other one in its place."""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_models.runtime.errors import (
    FileMissing,
    HashMismatch,
    KeyExpired,
    ModelSwapped,
    SignatureMissing,
    TrustRootInvalid,
)
from edge_models.runtime.registry import built, open_model, released_root
from kiosk.analysis.models import load_models, model_source
from kiosk.settings import Settings

NAMES = (
    "face_detection",
    "face_landmarks",
    "face_embedding",
    "face_pad",
    "face_quality",
    "document_corners",
    "document_text",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", engine="onnx_runtime")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the shipped releases that a test may break."""
    return Path(shutil.copytree(released_root(), tmp_path / "released"))


def test_what_ships_is_loaded_and_named(settings: Settings) -> None:
    models = load_models(settings)
    assert set(NAMES) <= {item.name for item in models.in_use}
    assert all(item.sha256 == open_model(item.name).card.sha256 for item in models.in_use)
    assert models.comparison_table.nonmated_count > 1000


def test_the_release_in_use_is_the_one_that_is_loaded_and_nothing_stands_in_for_it(settings: Settings) -> None:
    store = model_source(settings).store
    assert store is not None
    release = open_model("face_pad")
    version = release.manifest.version
    installed = store.add(release, now=built())
    store.use("face_pad", version, now=built(), sha256=release.signed.sha256)
    assert version in {item.version for item in load_models(settings).in_use if item.name == "face_pad"}
    (installed / "manifest.sig").unlink()
    with pytest.raises(SignatureMissing):
        load_models(settings)


@pytest.mark.parametrize("file", ["model.onnx", "det.npz", "card.toml", "accuracy.toml"])
def test_a_changed_byte_in_any_file_stops_the_kiosk(settings: Settings, root: Path, file: str) -> None:
    content = bytearray((root / "face_pad" / file).read_bytes())
    content[len(content) // 2] ^= 1
    (root / "face_pad" / file).write_bytes(bytes(content))
    with pytest.raises(HashMismatch, match=file):
        load_models(settings, root)


def test_score_tables_come_from_the_signed_release(settings: Settings, root: Path) -> None:
    (root / "face_embedding" / "det.npz").unlink()
    with pytest.raises(FileMissing, match=r"det\.npz"):
        load_models(settings, root)


def test_releases_of_two_models_cannot_be_exchanged(settings: Settings, root: Path) -> None:
    (root / "face_pad").rename(root / "kept")
    (root / "face_embedding").rename(root / "face_pad")
    (root / "kept").rename(root / "face_embedding")
    with pytest.raises(ModelSwapped):
        load_models(settings, root)


def test_a_wrong_clock_is_said_and_an_ended_key_stops_the_kiosk(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        load_models(settings, now=datetime(2001, 1, 1, tzinfo=UTC))
    assert "clock" in caplog.text
    ends = open_model("face_pad").ends
    with caplog.at_level(logging.WARNING):
        load_models(settings, now=ends - timedelta(days=3))
    assert f"face_pad {open_model('face_pad').manifest.version} can be used until" in caplog.text
    with pytest.raises(KeyExpired):
        load_models(settings, now=ends + timedelta(days=1))


def test_a_folder_of_roots_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrustRootInvalid):
        load_models(Settings(data=tmp_path, trust_roots=tmp_path / "gone"))
