"""A network that grows says what it said; the INT8 form of its last layers says nearly the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch: Any = pytest.importorskip("torch", reason="the recipes group is not installed")
onnx = pytest.importorskip("onnx", reason="the recipes group is not installed")

from edge_models.recipes.face_landmarks.distil import five_error, state_error  # noqa: E402
from edge_models.recipes.face_landmarks.network import POINTS, LandmarkStudent, Mirrored  # noqa: E402
from edge_models.recipes.face_landmarks.quantise import level, shrink_weights  # noqa: E402
from edge_models.recipes.quantising import export  # noqa: E402


def small(pixels: int = 32, blocks: tuple[int, int, int] = (1, 1, 1), modes: int = 12) -> LandmarkStudent:
    torch.manual_seed(5)
    network = LandmarkStudent(pixels, [4, 4, 8, 8], list(blocks), 4, 16, modes)
    generator = torch.Generator().manual_seed(1)
    network.start_from_shapes(
        torch.full((POINTS * 2,), 0.5), torch.randn(modes, POINTS * 2, generator=generator) * 0.02
    )
    network.eval()
    return network


def pixels_of(size: int, count: int = 2) -> Any:
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(2))


def test_more_blocks_change_nothing_at_first() -> None:
    before = small()
    after = small(blocks=(2, 3, 1))
    after.grow_from(before)
    for one, other in zip(before(pixels_of(32)), after.eval()(pixels_of(32)), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_other_shapes_that_hold_the_old_ones_change_nothing() -> None:
    before, after = small(modes=12), small(modes=20)
    after.basis[:12] = before.basis
    after.grow_from(before)
    assert torch.allclose(before(pixels_of(32))[0], after.eval()(pixels_of(32))[0], atol=1e-4)


def test_more_pixels_keep_the_sizes() -> None:
    after = small(pixels=48)
    after.grow_from(small())
    points, pose, state = after.eval()(pixels_of(48))
    assert points.shape == (2, POINTS, 2)
    assert pose.shape == (2, 3)
    assert state.shape == (2, 7)


def test_a_mirrored_crop_gives_the_mirror_image() -> None:
    mirror = torch.arange(POINTS).flip(0)
    network = Mirrored(small(), mirror)
    picture = pixels_of(32, 1)
    points, pose, state = network(picture)
    other_points, other_pose, other_state = network(picture.flip(3))
    expected = other_points[:, mirror] * torch.tensor([-1.0, 1.0]) + torch.tensor([1.0, 0.0])
    assert torch.allclose(points, expected, atol=1e-5)
    assert torch.allclose(pose, other_pose * torch.tensor([-1.0, 1.0, -1.0]), atol=1e-4)
    assert torch.allclose(state[:, 0], other_state[:, 1], atol=1e-5)
    assert torch.allclose(state[:, 4], -other_state[:, 4], atol=1e-5)


def test_shapes_of_one_scale_give_the_same_points() -> None:
    network = small()
    before = network(pixels_of(32))[0]
    level(network)
    assert torch.allclose(before, network(pixels_of(32))[0], atol=1e-5)
    assert torch.allclose(network.basis.abs().amax(1), network.basis.abs().max().expand(12), atol=1e-7)


@pytest.mark.filterwarnings("ignore")
def test_last_layers_in_int8_lose_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = pytest.importorskip("onnxruntime")
    monkeypatch.setattr("edge_models.recipes.face_landmarks.quantise.LEAST_WEIGHTS", 150)
    network = small()
    level(network)
    path = tmp_path / "network.onnx"
    export(network, pixels_of(32, 1), path, inputs=["pixels"], outputs=["points", "pose", "state"])
    feeds = {"pixels": pixels_of(32, 1).numpy()}
    before, size = runtime.InferenceSession(str(path)).run(None, feeds), path.stat().st_size
    assert shrink_weights(path) == 3  # gather, mixture, shapes
    after = runtime.InferenceSession(str(path)).run(None, feeds)
    assert path.stat().st_size < size - 2 * POINTS * 2 * 12
    assert np.abs(before[0] - after[0]).max() < 2e-3
    openvino = pytest.importorskip("openvino")
    compiled = openvino.Core().compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    assert np.abs(np.asarray(compiled(feeds)[0]) - after[0]).max() < 1e-3


def test_past_the_ends_nothing_is_wrong() -> None:
    wanted = torch.tensor([[0.0, 1.0, 0.0, 0.5, 0.0, 1.0]])
    said = torch.tensor([[-0.4, 1.3, 0.3, 0.5, -0.4, 1.3]])
    error = state_error(said, wanted)[0]
    assert error[0] == 0
    assert error[1] == 0
    assert error[3] == 0
    assert error[2] > 0.2
    assert error[4] == pytest.approx(0.16)
    assert error[5] == pytest.approx(0.09)


def test_five_point_error_is_in_percent_of_the_eyes_distance() -> None:
    wanted = np.random.default_rng(0).uniform(0.3, 0.7, (1, POINTS, 2)).astype(np.float32)
    wanted[:, [33, 133]], wanted[:, [362, 263]] = [0.3, 0.4], [0.7, 0.4]
    said = wanted.copy()
    said[:, 4, 0] += 0.04
    assert five_error(said, wanted)[0] == pytest.approx([0, 0, 10, 0, 0], abs=1e-3)
