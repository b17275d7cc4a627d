"""The account beside the table: of which embedding it is, on what it was measured, what it says and how surely."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from calibration.document_portraits.scoring import Pairs, people_interval
from calibration.document_portraits.taking import Portrait
from calibration.document_portraits.telling import FMRS
from edge_models.tasks.score_tables import ScoreTable
from kiosk.analysis.models import ModelInUse
from kiosk.document.portrait.scores import ACCOUNT, SCORES

_SET = (
    "made documents (calibration/document_portraits): named people of train_ids whom the embedding's recipe kept apart, adults of "
    "UTKFace's test part (non-mated only); portraits and probes near frontal, uncovered; 24 to 64 pixels between the eyes"
)
_BIAS = (
    "the student's training left these people out, but it grew from a network trained on MS-Celeb-1M, which may know them, and "
    "choices (alignment, centring, epoch) were made on them: FNMR is a little flattered by that. Their pictures are small (64 "
    "pixels) and some carry a wrong name: FNMR is raised by that, live and printed alike. Enhancing and grading were chosen on "
    "other people, whom the embedding was trained on. The documents are simulated: no card was photographed."
)


def account_of(
    embedding: ModelInUse,
    table: ScoreTable,
    pairs: Pairs,
    portraits: Sequence[Portrait],
    people: Sequence[str],
    lfw: dict[str, Any],
    seed: int,
) -> dict[str, Any]:
    """Give all that is known of the table; ``people``: of each named portrait that was compared, in the pairs' order."""
    owner = np.unique(people, return_inverse=True)[1]
    rates = {}
    for fmr in FMRS:
        threshold = table.threshold_for_fmr(fmr)
        errors = (pairs.mated < threshold).astype(np.float64)
        low, high = people_interval(errors, owner[pairs.portraits])
        rates[f"fmr_{fmr:g}"] = {
            "threshold": threshold,
            "fnmr": table.fnmr_at(threshold),
            "fnmr_low": low,
            "fnmr_high": high,
            "fmr_alike": table.alike.fmr_at(threshold) if table.alike else None,
            "fnmr_live_same_pairs": float((pairs.mated_live < np.quantile(pairs.nonmated_live, 1 - fmr)).mean()),
        }
    return {
        "format": 1,
        "embedding": {"name": embedding.name, "version": embedding.version, "sha256": embedding.sha256},
        "set": _SET,
        "bias": _BIAS,
        "interval": "95 %, people drawn anew (bootstrap)",
        "seed": seed,
        "people": len(set(people)),
        "mated": table.mated_count,
        "nonmated": table.nonmated_count,
        "alike": table.alike.nonmated_count if table.alike else 0,
        "portraits": len(portraits),
        "portraits_not_cut": sum(one.found is None for one in portraits),
        "portraits_with_a_problem": sum(bool(one.found and one.found.problem) for one in portraits),
        "rates": rates,
        "lfw_report_only": lfw,
    }


def write_account(folder: Path | None, arrays: dict[str, Any], said: dict[str, Any] | None = None) -> bytes:
    """Give the table's bytes, and write both files where a folder is named."""
    stored = BytesIO()
    np.savez_compressed(stored, **arrays)
    content = stored.getvalue()
    if folder is not None:
        (folder / SCORES).write_bytes(content)
        whole = {"scores_sha256": hashlib.sha256(content).hexdigest(), **(said or {})}
        (folder / ACCOUNT).write_text(_toml(whole), "utf-8")
    return content


def _toml(table: dict[str, Any], name: str = "") -> str:
    """Write nested tables of texts and numbers as TOML; what is None is left out."""
    own = {key: value for key, value in table.items() if value is not None and not isinstance(value, dict)}
    lines = [
        f"{json.dumps(key)} = {_value(value)}" if "." in key or "-" in key else f"{key} = {_value(value)}"
        for key, value in own.items()
    ]
    parts = ["\n".join(([f"[{name}]"] if name and lines else []) + lines)] if lines else []
    for key, value in table.items():
        if isinstance(value, dict):
            quoted = json.dumps(key) if "." in key or "-" in key else key
            parts.append(_toml(value, f"{name}.{quoted}" if name else quoted).rstrip("\n"))
    return "\n\n".join(part for part in parts if part) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return repr(float(f"{value:.6g}"))
    return json.dumps(value, ensure_ascii=False)
