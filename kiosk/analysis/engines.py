"""Which engine runs which model on this machine: set, or measured once and kept beside the data."""

from __future__ import annotations

import json
import logging
import platform
from pathlib import Path

from edge_models.runtime.card import Card
from edge_models.runtime.choice import measure_engines
from edge_models.runtime.registry import EngineName
from kiosk.settings import EngineSetting

log = logging.getLogger(__name__)


def choose_engine(card: Card, content: bytes, *, wanted: EngineSetting, threads: int, kept: Path) -> EngineName:
    """Give the engine for a model: the wanted one, or with ``auto`` the faster one, measured on first use.

    The measurement is kept in the file ``kept`` for this model, processor and number of threads; a file that is broken
    or cannot be written costs a measurement, nothing else. Raises ``EngineUnavailable`` when no engine can run it.
    """
    if wanted != "auto":
        return wanted
    table = _read(kept)
    key = f"{card.name} {card.sha256[:16]} {platform.machine()} {_processor()} {threads}"
    known = table.get(key, {})
    if not known:
        known = {str(name): ms for name, ms in measure_engines(card, content, threads=threads).items()}
        log.info("engines measured for %s: %s", card.name, {name: round(ms, 2) for name, ms in known.items()})
        table = _read(kept) | {key: known}
        _write(kept, table)
    return "open_vino" if min(known, key=lambda name: known[name]) == "open_vino" else "onnx_runtime"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def _read(path: Path) -> dict[str, dict[str, float]]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(table, dict):
        return {}
    return {
        key: value
        for key, value in table.items()
        if isinstance(value, dict) and value and all(isinstance(ms, int | float) for ms in value.values())
    }


def _write(path: Path, table: dict[str, dict[str, float]]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(table, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        log.warning("the measured engines could not be kept (%s)", type(error).__name__)
