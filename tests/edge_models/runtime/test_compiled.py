from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.runtime.choice import blank_inputs
from edge_models.runtime.compiled import CompiledCache
from edge_models.runtime.registry import open_engine, open_model

SECRET = bytes(range(32))
CONTENT = b"a compiled network" * 9


def cache(folder: Path, secret: bytes = SECRET) -> CompiledCache:
    return CompiledCache(folder / "compiled", secret)


def kept(folder: Path) -> Path:
    return next((folder / "compiled").glob("*.bin"))


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    assert cache(tmp_path).get("face", "one") is None
    cache(tmp_path).put("face", "one", CONTENT)
    assert cache(tmp_path).get("face", "one") == CONTENT


def test_another_network_engine_or_machine_gets_nothing(tmp_path: Path) -> None:
    cache(tmp_path).put("face", "one", CONTENT)
    assert cache(tmp_path).get("face", "two") is None
    assert cache(tmp_path, bytes(32)).get("face", "one") is None


def test_what_was_kept_of_one_network_is_none_of_another_even_under_its_name(tmp_path: Path) -> None:
    cache(tmp_path).put("face", "one", CONTENT)
    content = kept(tmp_path).read_bytes()
    cache(tmp_path).put("face", "two", b"other")
    kept(tmp_path).write_bytes(content)
    assert cache(tmp_path).get("face", "two") is None


@given(place=st.integers(0, len(CONTENT) + 31), change=st.integers(1, 255))
def test_one_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, place: int, change: int) -> None:
    folder = tmp_path_factory.mktemp("cache")
    cache(folder).put("face", "one", CONTENT)
    content = bytearray(kept(folder).read_bytes())
    content[place] ^= change
    kept(folder).write_bytes(content)
    assert cache(folder).get("face", "one") is None


@pytest.mark.parametrize("content", [b"", b"short", bytes(32)])
def test_a_cut_file_is_nothing(tmp_path: Path, content: bytes) -> None:
    cache(tmp_path).put("face", "one", CONTENT)
    kept(tmp_path).write_bytes(content)
    assert cache(tmp_path).get("face", "one") is None


def test_a_newer_network_takes_the_place_of_the_older_and_leaves_other_models_alone(tmp_path: Path) -> None:
    for model, identity in (("face", "one"), ("pad", "one"), ("face", "two")):
        cache(tmp_path).put(model, identity, CONTENT)
    assert cache(tmp_path).get("face", "one") is None
    assert cache(tmp_path).get("pad", "one") == CONTENT
    assert len(list((tmp_path / "compiled").iterdir())) == 2


def test_a_folder_that_cannot_be_written_costs_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "compiled").write_text("a file stands there")
    with caplog.at_level(logging.WARNING):
        cache(tmp_path).put("face", "one", CONTENT)
    assert "could not be kept" in caplog.text
    assert cache(tmp_path).get("face", "one") is None


def test_an_engine_from_the_cache_gives_the_same_numbers(tmp_path: Path) -> None:
    release = open_model("face_landmarks")
    first, second = (
        open_engine(release.card, release.network, engine="open_vino", cache=cache(tmp_path)) for _ in range(2)
    )
    assert kept(tmp_path).stat().st_size > 100_000
    inputs = blank_inputs(release.card)
    for one, other in zip(first.run(inputs).values(), second.run(inputs).values(), strict=True):
        assert np.array_equal(one, other)


def test_a_spoilt_cache_is_compiled_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    release = open_model("face_landmarks")
    inputs = blank_inputs(release.card)
    wanted = open_engine(release.card, release.network, engine="open_vino", cache=cache(tmp_path)).run(inputs)
    good = kept(tmp_path).read_bytes()
    kept(tmp_path).write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with caplog.at_level(logging.WARNING):
        again = open_engine(release.card, release.network, engine="open_vino", cache=cache(tmp_path)).run(inputs)
    assert "not made by this machine" in caplog.text
    assert all(np.array_equal(wanted[name], again[name]) for name in wanted)
    assert kept(tmp_path).read_bytes()[32:64] == good[32:64]
