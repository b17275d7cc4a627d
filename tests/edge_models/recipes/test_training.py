from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs torch, which a kiosk does not have")

import torch
from torch import nn

from edge_models.recipes.training import Watched, seed_everything, train

TRUTH = 3.0


def network() -> Any:
    seed_everything(1)
    return nn.Linear(1, 1, bias=False)


def batches() -> Iterator[tuple[Any, Any]]:
    noise = torch.Generator().manual_seed(2)
    while True:
        x = torch.randn(16, 1, generator=noise)
        yield x, TRUTH * x


def loss(model: Any, batch: tuple[Any, Any]) -> Any:
    return nn.functional.mse_loss(model(batch[0]).float(), batch[1])


def trained(checkpoint: Path, minutes: float, **more: Any) -> Any:
    settings: dict[str, Any] = {"learning_rate": 0.1, "threads": 1, "bfloat16": False, "average": 0.9} | more
    return train(network(), batches(), loss, minutes=minutes, checkpoint=checkpoint, **settings)


def test_training_finds_what_the_batches_say(tmp_path: Path) -> None:
    result = trained(tmp_path / "run.pt", 0.02)
    assert float(result.weight.detach()) == pytest.approx(TRUTH, abs=0.1)
    assert not result.training


def test_a_killed_training_goes_on_where_it_was(tmp_path: Path) -> None:
    first = trained(tmp_path / "run.pt", 0.02)
    stored = torch.load(tmp_path / "run.pt", weights_only=True)
    # The minutes are used up: the second call trains no further and gives the same network.
    again = trained(tmp_path / "run.pt", 0.02)
    assert stored["steps"] > 10
    assert torch.equal(first.weight, again.weight)


def test_training_stops_when_the_watched_part_gets_no_better_and_gives_the_best(tmp_path: Path) -> None:
    seen: list[float] = []

    def watch(model: Any) -> Watched:
        seen.append(float(model.weight.detach()))
        # Better only the first two times, however the network moves on.
        return Watched(f"look {len(seen)}", -abs(len(seen) - 2))

    result = trained(tmp_path / "run.pt", 5.0, watch=watch, watch_every_minutes=0.001, patience=2)
    assert len(seen) == 5  # two that improve, two that do not, the last look at the end
    assert float(result.weight.detach()) == pytest.approx(seen[1])


def test_a_checkpoint_remembers_the_best_network(tmp_path: Path) -> None:
    scores = iter([1.0, 0.0, 0.0, 0.0])
    seen: list[float] = []

    def watch(model: Any) -> Watched:
        seen.append(float(model.weight.detach()))
        return Watched("", next(scores))

    trained(tmp_path / "run.pt", 5.0, watch=watch, watch_every_minutes=0.001, patience=1)
    resumed = trained(tmp_path / "run.pt", 1e-9)
    assert float(resumed.weight.detach()) == pytest.approx(seen[0])


def test_the_faster_number_format_is_chosen_when_none_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="recipes")
    result = trained(tmp_path / "run.pt", 0.01, bfloat16=None)
    assert "a step takes" in caplog.text
    assert float(result.weight.detach()) == pytest.approx(TRUTH, abs=0.3)
