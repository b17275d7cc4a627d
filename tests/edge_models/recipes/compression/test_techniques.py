"""Each technique does to a small network what its name says."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

torch: Any = pytest.importorskip("torch", reason="the recipes group is not installed")
pytest.importorskip("torch_pruning", reason="the recipes group is not installed")

from edge_models.recipes.compression import lowrank, networks, pruning, sharing  # noqa: E402
from edge_models.recipes.face_embedding.network import MobileFace  # noqa: E402


@pytest.fixture
def network() -> Any:
    torch.manual_seed(1)
    return MobileFace([32] * 15).eval()


def picture() -> Any:
    return torch.randn(2, 3, 112, 112, generator=torch.Generator().manual_seed(2))


@pytest.mark.filterwarnings("ignore")
def test_structured_pruning_meets_its_goal_and_keeps_the_output(network: Any) -> None:
    pruned = pruning.fewer_channels(network, 0.6, never=[network.embed])
    assert networks.macs(pruned) <= 0.6 * networks.macs(network)
    assert pruned(picture()).shape == (2, 128)
    assert network.stem.out_channels == 64


def test_masked_weights_stay_zero_under_training(network: Any) -> None:
    before = network.head.weight.detach().clone()
    masked = pruning.with_masks(network, 0.8)
    optimiser = torch.optim.SGD(masked.parameters(), lr=0.1)
    masked(picture()).square().mean().backward()
    optimiser.step()
    settled = pruning.settled(masked)
    small = before.abs() < 0.8 * before.std()
    assert (settled.head.weight[small] == 0).all()
    assert (settled.head.weight[~small] != 0).all()
    assert (settled.pool.weight != 0).all()


def test_clusters_of_separate_values_are_found() -> None:
    values = np.concatenate([np.full(5, -1.0), np.full(9, 0.25), np.full(3, 2.0)])
    centres, index = sharing.cluster(values, 3)
    assert np.allclose(centres, [-1, 0.25, 2])
    assert np.allclose(centres[index], values)


def test_shared_values_move_in_training_and_stay_few(network: Any) -> None:
    shared = sharing.with_codebooks(network, 16)
    before = shared.head.weight.detach().clone()
    optimiser = torch.optim.SGD([p for p in shared.parameters() if p.requires_grad], lr=1.0)
    shared(picture()).square().mean().backward()
    optimiser.step()
    settled = pruning.settled(shared)
    assert len(torch.unique(settled.head.weight)) <= 16
    assert not torch.equal(settled.head.weight, before)


def test_full_rank_is_the_same_map(network: Any) -> None:
    pair = lowrank.factors(network.head, 128)
    x = torch.randn(1, 128, 7, 7)
    assert torch.allclose(pair(x), network.head(x), atol=1e-5)


def test_factorising_meets_its_goal() -> None:
    wide = MobileFace().eval()
    thin = lowrank.factorised(wide, 0.75)
    assert networks.macs(thin) <= 0.75 * networks.macs(wide)
    assert thin(picture()).shape == (2, 128)


@pytest.mark.parametrize("shape", ["fire", "plain", "separable"])
def test_norms_fold_into_the_same_network(shape: str) -> None:
    torch.manual_seed(4)
    network = networks.with_norms(getattr(networks, shape)())
    network.train()(picture())
    plain = networks.without_norms(copy.deepcopy(network))
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in plain.modules())
    with torch.no_grad():
        assert torch.allclose(plain(picture()), network.eval()(picture()), atol=1e-4)
