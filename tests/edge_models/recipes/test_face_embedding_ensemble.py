"""Joining teachers: what can be told without their weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from edge_models.recipes.face_embedding.dlib_network import (  # noqa: E402
    DlibInvalid,
    DlibNetwork,
    read_network,
    read_tensors,
)
from edge_models.recipes.face_embedding.ensemble import chips, choose, feature_input, join, unit, verify  # noqa: E402


def _vectors(seed: int, people: int = 12, each: int = 10, noise: float = 1.0) -> tuple[Any, Any]:
    generator = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), each).astype(np.int32)
    centre = generator.normal(size=(people, 16))[person]
    return unit((centre + noise * generator.normal(size=(len(person), 16))).astype(np.float32)), person


def test_the_cosine_of_joined_vectors_is_the_weighted_mean_of_the_teachers() -> None:
    a, _ = _vectors(1)
    b, _ = _vectors(2)
    b = np.hstack([b, 0 * b])
    means = {"a": np.zeros(16, np.float32), "b": np.zeros(32, np.float32)}
    joined = join({"a": a, "b": b}, means, {"a": 1.0, "b": 3.0})
    assert joined.shape == (len(a), 48)
    assert np.allclose(np.linalg.norm(joined, axis=1), 1, atol=1e-6)
    assert np.allclose(joined @ joined.T, (a @ a.T + 3 * (b @ b.T)) / 4, atol=1e-5)


def test_a_teacher_without_weight_leaves_no_trace() -> None:
    a, _ = _vectors(1)
    means = {"a": np.zeros(16, np.float32), "b": np.zeros(16, np.float32)}
    assert np.allclose(join({"a": a, "b": a[::-1]}, means, {"a": 1.0, "b": 0.0}), a, atol=1e-6)


def test_centring_takes_away_what_all_faces_share() -> None:
    a, person = _vectors(3)
    shared = a + 4.0
    centred = join({"a": shared}, {"a": shared.mean(0)}, {"a": 1.0})
    assert verify(centred, person).tar_at_far_1e2 > verify(unit(shared), person).tar_at_far_1e2 - 1e-9
    assert float((unit(shared) @ unit(shared).T).mean()) > 0.9 > abs(float((centred @ centred.T).mean()))


def test_verification_of_separated_persons_is_perfect_and_of_noise_is_chance() -> None:
    near, person = _vectors(4, noise=0.05)
    given = verify(near, person)
    assert given.accuracy > 0.999
    assert given.tar_at_far_1e3 > 0.999
    assert (given.mated, given.nonmated) == (12 * 45, 120 * 119 // 2 - 12 * 45)
    noise = unit(np.random.default_rng(5).normal(size=(120, 16)).astype(np.float32))
    assert verify(noise, person).accuracy < 0.56


def test_a_useless_teacher_gets_no_weight() -> None:
    good, person = _vectors(6, noise=1.2)
    noise = unit(np.random.default_rng(7).normal(size=good.shape).astype(np.float32))
    zero = np.zeros(16, np.float32)
    chosen = choose({"good": good, "noise": noise}, {"good": zero, "noise": zero}, person, [0.0, 1.0, 2.0])
    assert chosen == {"good": 1.0, "noise": 0.0}


def test_inputs_of_the_teachers() -> None:
    picture = np.zeros((1, 112, 112, 3), np.uint8)
    picture[..., 0] = 255  # blue
    planes = feature_input(picture)
    assert planes.shape == (1, 3, 112, 112)
    assert planes[0, 0, 5, 5] == pytest.approx(1.0)
    assert planes[0, 2, 5, 5] == pytest.approx(-127 / 128)
    chip = chips(picture)
    assert chip.shape == (1, 3, 150, 150)
    assert chip[0, 2].min() == 255  # blue is the last plane, and no corner is black
    assert chip[0, 0].max() == 0


def _written(values: Any) -> bytes:
    length = max(1, (values.size.bit_length() + 7) // 8)
    sizes = bytes([length]) + values.size.to_bytes(length, "little") + b"\x01\x01" * 3
    written: bytes = b"\x01\x02" + sizes + values.astype("<f4").tobytes()
    return written


def _serialised() -> tuple[DlibNetwork, bytes]:
    torch.manual_seed(8)
    network = DlibNetwork().eval()
    content = b"\x01\x01\x01\x0dloss_metric_2" + b"\x02\x01" * 40
    layers = [network.first]
    for pair in zip(network.entries, network.exits, strict=True):
        layers += pair
    for layer in layers:
        weights = torch.cat([layer.weight.flatten(), layer.bias])
        affine = torch.cat([torch.ones(layer.out_channels), torch.zeros(layer.out_channels)])
        content += b"\x01\x05con_4" + _written(weights.detach().numpy())
        content += b"\x01\x0aaffine_con" + _written(affine.numpy())
    return network, content + _written(network.last.weight.detach().T.flatten().numpy())


def test_a_dlib_file_is_read_back(tmp_path: Path) -> None:
    network, content = _serialised()
    assert len(read_tensors(content)) == 59
    (tmp_path / "net.dat").write_bytes(content)
    again = read_network(tmp_path / "net.dat")
    chip = torch.rand(2, 3, 150, 150) * 255
    with torch.no_grad():
        assert torch.allclose(again(chip), network(chip), atol=1e-5)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    _, content = _serialised()
    (tmp_path / "net.dat").write_bytes(content[: len(content) // 2])
    with pytest.raises(DlibInvalid):
        read_network(tmp_path / "net.dat")
