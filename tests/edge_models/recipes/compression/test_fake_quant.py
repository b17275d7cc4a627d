"""Quantisation-aware training rounds on the grid that the exported network runs on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the recipes group is not installed")
onnx = pytest.importorskip("onnx", reason="the recipes group is not installed")

import onnxruntime  # noqa: E402

from edge_models.recipes.compression import fake_quant  # noqa: E402
from edge_models.recipes.face_embedding.network import MobileFace  # noqa: E402


def small() -> Any:
    """Give a narrow network with weights of a natural size."""
    torch.manual_seed(3)
    network = MobileFace([16] * 15).eval()
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return network


@pytest.fixture(scope="module")
def pictures() -> Any:
    return torch.randn(4, 3, 112, 112, generator=torch.Generator().manual_seed(5))


class Shallow(torch.nn.Module):  # type: ignore[misc,name-defined]
    """Every kind of rounded tensor, and too few layers for flipped ties to spread."""

    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Conv2d(3, 8, 3, 2, 1)
        self.filter = torch.nn.Conv2d(8, 8, 3, 1, 1, groups=8)
        self.project = torch.nn.Conv2d(8, 8, 1)

    def forward(self, x: Any) -> Any:
        x = torch.nn.functional.relu6(self.first(x))
        return (x + self.project(torch.relu(self.filter(x)))).flatten(1)


@pytest.mark.filterwarnings("ignore")
def test_the_exported_network_gives_what_training_saw(tmp_path: Path, pictures: Any) -> None:
    torch.manual_seed(2)
    network = Shallow().eval()
    rounded = fake_quant.with_rounding(network)
    ranges = fake_quant.calibrate(rounded, [pictures])
    fake_quant.write_int8(network, ranges, pictures[:1].numpy(), tmp_path / "int8.onnx", inputs=["x"], outputs=["y"])
    session = onnxruntime.InferenceSession(str(tmp_path / "int8.onnx"))
    with torch.no_grad():
        seen = rounded(pictures).numpy()
    run = np.concatenate([session.run(None, {"x": picture[None].numpy()})[0] for picture in pictures])
    step = (ranges[-1][1] - ranges[-1][0]) / 255
    steps_off = np.abs(run - seen) / step
    assert (steps_off > 0.5).mean() < 0.01
    assert steps_off.max() < 2.5


@pytest.mark.filterwarnings("ignore")
def test_given_ranges_are_the_networks_scales(tmp_path: Path, pictures: Any) -> None:
    network = small()
    ranges = [
        (low * 1.25, high * 1.25) for low, high in fake_quant.calibrate(fake_quant.with_rounding(network), [pictures])
    ]
    fake_quant.write_int8(
        network, ranges, pictures[:1].numpy(), tmp_path / "int8.onnx", inputs=["face"], outputs=["template"]
    )
    model = onnx.load(tmp_path / "int8.onnx")
    values = {item.name: onnx.numpy_helper.to_array(item) for item in model.graph.initializer}
    scales = [float(values[node.input[1]]) for node in model.graph.node if node.op_type == "QuantizeLinear"]
    expected = [(high - low) / 255 for low, high in ranges]
    for scale in scales:
        assert np.isclose(scale, expected, rtol=1e-5).any()
    for scale in expected:
        assert np.isclose(scale, scales, rtol=1e-5).any()


def test_rounding_holds_zero_exactly_and_passes_gradients_inside_only() -> None:
    rounding = fake_quant.Rounding()
    rounding.low, rounding.high = torch.tensor(-1.0).double(), torch.tensor(2.0).double()
    x = torch.tensor([-3.0, -0.4, 0.0, 1.3, 5.0], requires_grad=True)
    y = rounding(x)
    y.sum().backward()
    assert y[2] == 0
    assert x.grad is not None
    assert x.grad.tolist() == [0, 1, 1, 1, 0]


def test_parameters_keep_their_names_and_training_reaches_them(tmp_path: Path, pictures: Any) -> None:
    network = small()
    before = network.head.weight.detach().clone()
    trained, ranges = fake_quant.fine_tune(
        network,
        [pictures],
        iter([pictures] * 1000),
        lambda net, batch: net(batch).square().mean(),
        minutes=0.01,
        learning_rate=1e-3,
        checkpoint=tmp_path / "checkpoint.pt",
        threads=1,
    )
    assert isinstance(trained, MobileFace)
    assert trained.state_dict().keys() == network.state_dict().keys()
    assert not torch.equal(trained.head.weight, before)
    assert torch.equal(network.head.weight, before)
    assert all(low <= 0 <= high for low, high in ranges)
