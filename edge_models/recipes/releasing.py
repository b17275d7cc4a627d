"""Write a candidate's folder: network, card, accuracy, golden vectors."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from edge_models.recipes.evidence import forget_samples
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.card import Card, sha256_of
from edge_models.runtime.golden import Golden, write_golden
from edge_models.runtime.onnx_runtime import OnnxRuntimeEngine
from edge_models.runtime.port import Tensor


def write_release(
    workshop: Workshop,
    network: Path,
    *,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    parameters: dict[str, Any],
    golden_inputs: list[dict[str, Tensor]],
) -> Path:
    """Copy the network into the candidate's folder and write its card and golden vectors.

    The recipe's ``[card]`` table gives task, summary, licence, terms and data; the golden inputs must be synthetic
    (noise, gradients, drawings): no picture of a person may reach the repository. What was measured of an earlier
    network goes; ``evidence.record_samples`` then names what this one was calibrated with.
    """
    folder = workshop.candidate
    folder.mkdir(parents=True, exist_ok=True)
    for stale in ("accuracy.toml", "det.npz"):
        (folder / stale).unlink(missing_ok=True)
    forget_samples(folder)
    shutil.copyfile(network, folder / "model.onnx")
    recipe = workshop.recipe
    card = Card.model_validate(
        {
            "name": recipe.model,
            "version": recipe.version,
            "sha256": sha256_of(folder / "model.onnx"),
            "bytes": (folder / "model.onnx").stat().st_size,
            "recipe": f"edge_models/recipes/{recipe.model}/{recipe.path.name}",
            "recipe_sha256": recipe.sha256,
            "seed": recipe.seed,
            "inputs": inputs,
            "outputs": outputs,
            "parameters": parameters,
            **recipe.card,
        }
    )
    _write_toml(folder / "card.toml", card.model_dump(mode="json"))
    engine = OnnxRuntimeEngine(card, (folder / "model.onnx").read_bytes())
    write_golden(folder / "golden.npz", [Golden(sample, engine.run(sample)) for sample in golden_inputs])
    return folder


def write_accuracy(workshop: Workshop, figures: dict[str, Any]) -> None:
    """Write ``accuracy.toml``: what ``evaluate`` measured, FP32 beside INT8, with the sets it was measured on."""
    folder = workshop.candidate
    card_hash = sha256_of(folder / "model.onnx")
    _write_toml(folder / "accuracy.toml", {"format": 1, "model_sha256": card_hash, **figures})


def write_det(workshop: Workshop, mated: Tensor, nonmated: Tensor, alike: Tensor | None = None) -> None:
    """Write ``det.npz``: the score distributions, from which rates of error are looked up.

    513 quantiles each, and the highest non-mated scores exactly, so that small rates are measured and not interpolated.
    ``alike``: the non-mated scores of pairs of one sex, age band and origin.
    """
    grid = np.linspace(0, 1, 513)
    arrays: dict[str, Any] = {"mated": np.quantile(mated, grid).astype(np.float32)}
    counts = [len(mated)]
    for name, scores in (("", nonmated), ("_alike", alike)):
        if scores is None:
            continue
        counts.append(len(scores))
        falling = np.sort(np.asarray(scores, np.float64))[::-1]
        arrays[f"nonmated{name}"] = np.quantile(scores, grid).astype(np.float32)
        arrays[f"tail{name}"] = falling[: max(2, min(4000, len(scores) // 20))].astype(np.float32)
    np.savez_compressed(workshop.candidate / "det.npz", **arrays, counts=np.array(counts))


def _write_toml(path: Path, table: dict[str, Any]) -> None:
    path.write_text(tomlkit.dumps(_plain(table)), encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return float(f"{value:.6g}") if isinstance(value, float) else value
