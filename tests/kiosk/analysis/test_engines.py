"""The engine is measured once and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge_models.runtime.card import Card, read_card
from edge_models.runtime.errors import EngineUnavailable
from edge_models.runtime.golden import Golden
from edge_models.runtime.registry import EngineName, released_root
from kiosk.analysis import engines
from kiosk.analysis.engines import choose_engine, keep_measured


class Measuring:
    """Stands in for the measurement and counts."""

    def __init__(self, **milliseconds: float) -> None:
        self.milliseconds = milliseconds
        self.times = 0

    def __call__(self, _card: Card, _content: bytes, *, threads: int, golden: Sequence[Golden]) -> dict[str, float]:
        assert threads >= 1
        assert not golden
        self.times += 1
        if not self.milliseconds:
            raise EngineUnavailable("none")
        return self.milliseconds


@pytest.fixture
def measuring(monkeypatch: pytest.MonkeyPatch) -> Measuring:
    fake = Measuring(open_vino=2.0, onnx_runtime=3.0)
    monkeypatch.setattr(engines, "measure_engines", fake)
    return fake


@pytest.fixture
def card() -> Card:
    return read_card(released_root() / "face_detection")


def choose(card: Card, kept: Path, threads: int = 1) -> EngineName:
    return choose_engine(card, b"", wanted="auto", threads=threads, kept=kept)


def test_a_wanted_engine_is_not_measured(card: Card, measuring: Measuring, tmp_path: Path) -> None:
    kept = tmp_path / "engines.json"
    assert choose_engine(card, b"", wanted="onnx_runtime", threads=1, kept=kept) == "onnx_runtime"
    assert choose_engine(card, b"", wanted="open_vino", threads=1, kept=kept) == "open_vino"
    assert measuring.times == 0
    assert not kept.exists()


def test_the_faster_engine_is_chosen_and_its_measurement_used_again(
    card: Card, measuring: Measuring, tmp_path: Path
) -> None:
    kept = tmp_path / "deep" / "engines.json"
    assert choose(card, kept) == "open_vino"
    measuring.milliseconds = {"open_vino": 9.0, "onnx_runtime": 1.0}
    assert choose(card, kept) == "open_vino"
    assert measuring.times == 1
    assert [path.name for path in kept.parent.iterdir()] == ["engines.json"]


def test_the_other_engine_can_be_the_faster_one(card: Card, measuring: Measuring, tmp_path: Path) -> None:
    measuring.milliseconds = {"open_vino": 9.0, "onnx_runtime": 1.0}
    assert choose(card, tmp_path / "engines.json") == "onnx_runtime"


def test_another_file_or_number_of_threads_is_measured_anew(card: Card, measuring: Measuring, tmp_path: Path) -> None:
    kept = tmp_path / "engines.json"
    choose(card, kept)
    choose(card, kept, threads=2)
    choose(card.model_copy(update={"sha256": "0" * 64}), kept)
    assert measuring.times == 3
    choose(card, kept)
    assert measuring.times == 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"a": 1}', b'{"a": {"open_vino": "x"}}'])
def test_a_broken_file_costs_a_measurement_only(
    card: Card, measuring: Measuring, tmp_path: Path, content: bytes
) -> None:
    kept = tmp_path / "engines.json"
    kept.write_bytes(content)
    assert choose(card, kept) == "open_vino"
    assert choose(card, kept) == "open_vino"
    assert measuring.times == 1
    assert len(json.loads(kept.read_text(encoding="utf-8"))) == 1


def test_an_entry_that_was_spoiled_is_measured_again(card: Card, measuring: Measuring, tmp_path: Path) -> None:
    kept = tmp_path / "engines.json"
    choose(card, kept)
    key = next(iter(json.loads(kept.read_text(encoding="utf-8"))))
    kept.write_text(json.dumps({key: {"open_vino": None}}), encoding="utf-8")
    assert choose(card, kept) == "open_vino"
    assert measuring.times == 2


def test_a_folder_that_cannot_be_written_costs_a_measurement_only(
    card: Card, measuring: Measuring, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept = tmp_path / "file" / "engines.json"
    assert choose(card, kept) == "open_vino"
    assert choose(card, kept) == "open_vino"
    assert measuring.times == 2
    assert "could not be kept" in caplog.text


def test_no_engine_at_all_is_an_error(card: Card, measuring: Measuring, tmp_path: Path) -> None:
    measuring.milliseconds = {}
    with pytest.raises(EngineUnavailable):
        choose(card, tmp_path / "engines.json")
    assert not (tmp_path / "engines.json").exists()


def test_what_the_bench_measured_is_used(card: Card, measuring: Measuring, tmp_path: Path) -> None:
    kept = tmp_path / "engines.json"
    assert keep_measured(kept, [(card, 1, {"open_vino": 3.0, "onnx_runtime": 1.0}), (card, 2, {})])
    assert choose(card, kept) == "onnx_runtime"
    assert measuring.times == 0
    choose(card, kept, threads=2)
    assert measuring.times == 1


def test_what_was_measured_before_stays(card: Card, tmp_path: Path) -> None:
    kept = tmp_path / "engines.json"
    keep_measured(kept, [(card, 1, {"open_vino": 3.0})])
    keep_measured(kept, [(card, 2, {"onnx_runtime": 3.0})])
    assert len(json.loads(kept.read_text(encoding="utf-8"))) == 2
