"""Which samples calibrated a candidate and which measured it: digests in ``samples.json``, compared by the gate."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edge_models.runtime.manifest import SampleCounts

FILE = "samples.json"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def identity(pack: str | Path, member: str) -> str:
    """Give a sample's identity: the pack's file name and the member's name inside it (a film: its folder and name)."""
    return f"{Path(pack).name}/{member}"


def film_identities(folder: Path) -> list[str]:
    """Give the identities of all films of a folder."""
    return [identity(folder, path.name) for path in sorted(folder.iterdir())]


def record_samples(candidate: Path, *, calibration: Iterable[str] = (), evaluation: Iterable[str] = ()) -> None:
    """Write the digests of sample identities beside a candidate; a list that is given replaces the one that was there.

    ``quantise`` names what the ranges were taken from, ``evaluate`` all pictures, films and pairs that a figure rests on.
    """
    path = candidate / FILE
    lists: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {"format": 1}
    for name, identities in (("calibration", calibration), ("evaluation", evaluation)):
        digests = sorted({hashlib.sha256(item.encode()).hexdigest() for item in identities})
        if digests:
            lists[name] = digests
    path.write_text(json.dumps(lists), encoding="utf-8")


def forget_samples(candidate: Path) -> None:
    """Drop the lists: a network that is made anew was neither calibrated nor measured yet."""
    (candidate / FILE).unlink(missing_ok=True)


def samples_refusals(content: bytes | None) -> list[tuple[str, str, dict[str, Any]]]:
    """Give code, text and figures of each reason against the lists of a candidate (None: it has none)."""
    lists = _read(content)
    if lists is None:
        return [("SAMPLES", f"no usable {FILE}: nobody can say that calibration and evaluation data are apart", {})]
    refusals: list[tuple[str, str, dict[str, Any]]] = [
        ("SAMPLES", f"{FILE} names no {name} samples", {}) for name, digests in lists.items() if not digests
    ]
    both = lists["calibration"] & lists["evaluation"]
    if both:
        said = f"{len(both)} of {len(lists['calibration'])} calibration samples are among the evaluation samples"
        refusals.append(("OVERLAP", said, {"both": len(both), "first": min(both)}))
    return refusals


def sample_counts(content: bytes | None) -> SampleCounts | None:
    """Give what the manifest says of the lists."""
    lists = _read(content)
    if lists is None or content is None:
        return None
    return SampleCounts(
        calibration=len(lists["calibration"]),
        evaluation=len(lists["evaluation"]),
        overlap=len(lists["calibration"] & lists["evaluation"]),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _read(content: bytes | None) -> dict[str, set[str]] | None:
    try:
        table = json.loads(content or b"")
        lists = {name: table.get(name, []) for name in ("calibration", "evaluation")}
    except (ValueError, AttributeError):
        return None
    if not all(isinstance(digests, list) for digests in lists.values()):
        return None
    if not all(isinstance(d, str) and _DIGEST.fullmatch(d) for digests in lists.values() for d in digests):
        return None
    return {name: set(digests) for name, digests in lists.items()}
