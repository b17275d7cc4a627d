"""Finding and loading releases."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from edge_models.runtime.card import read_verified
from edge_models.runtime.errors import CardInvalid, EngineUnavailable, ModelMissing
from edge_models.runtime.registry import ENGINES, EngineName, load, open_engine, released, released_root


def test_cards_come_by_name_and_other_folders_are_passed_over(tmp_path: Path) -> None:
    for name in ("face_landmarks", "face_detection"):
        (tmp_path / name).mkdir()
        shutil.copy(released_root() / name / "card.toml", tmp_path / name)
    (tmp_path / "notes").mkdir()
    assert [card.name for card in released(tmp_path)] == ["face_detection", "face_landmarks"]


def test_a_broken_card_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "card.toml").write_text("[", encoding="utf-8")
    with pytest.raises(CardInvalid):
        released(tmp_path)


def test_an_unknown_name_is_missing() -> None:
    with pytest.raises(ModelMissing, match="no released model named face_colour"):
        load("face_colour", engine="onnx_runtime")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_wanted_engine_is_the_one_that_is_loaded(engine: EngineName) -> None:
    card, loaded = load("face_detection", engine=engine)
    assert loaded.name == engine
    assert card.name == "face_detection"
    loaded.close()


@pytest.mark.parametrize(
    ("engine", "module", "package"),
    [
        ("onnx_runtime", "edge_models.runtime.onnx_runtime", "onnxruntime"),
        ("open_vino", "edge_models.runtime.open_vino", "openvino"),
    ],
)
def test_an_engine_that_is_not_installed_is_unavailable(
    engine: EngineName, module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, content = read_verified(released_root() / "face_detection")
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EngineUnavailable, match="not installed"):
        open_engine(card, content, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_bytes_that_are_no_network_are_refused(engine: EngineName) -> None:
    card, _ = read_verified(released_root() / "face_detection")
    with pytest.raises(EngineUnavailable, match="refuses"):
        open_engine(card, b"no network", engine=engine)
