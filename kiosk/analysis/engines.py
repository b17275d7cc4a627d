"""Which engine runs which model on this machine: set, or measured once and kept beside the data.

``engines.json`` maps a model, processor and number of threads to the milliseconds of each engine that computes it right;
``calibrate bench`` writes it through ``keep_measured``. A file that is broken costs a measurement, nothing else.
"""

from __future__ import annotations

import json
import logging
import platform
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from edge_models.runtime.card import Card
from edge_models.runtime.choice import measure_engines
from edge_models.runtime.compiled import CompiledCache
from edge_models.runtime.golden import Golden
from edge_models.runtime.registry import EngineName
from kiosk.errors import KeyUnusable
from kiosk.keys.files import write_secret
from kiosk.settings import EngineSetting, Settings

log = logging.getLogger(__name__)
_SECRET = 32
"""bytes"""


def engines_file(settings: Settings) -> Path:
    """Give the file of measured engines."""
    return settings.data / "engines.json"


def compiled_cache(settings: Settings) -> CompiledCache | None:
    """Give where this kiosk keeps compiled networks, marked by a secret of its own; None where no secret can be kept."""
    path = settings.data / "keys" / "compiled.secret"
    try:
        if not path.is_file():
            write_secret(path, secrets.token_bytes(_SECRET))
        secret = path.read_bytes()
    except (OSError, KeyUnusable) as error:
        log.warning("compiled networks cannot be kept (%s): every start compiles them", type(error).__name__)
        return None
    if len(secret) != _SECRET:
        log.warning("%s is not a secret of this kiosk; remove it, or every start compiles the networks", path.name)
        return None
    return CompiledCache(settings.data / "compiled", secret)


def choose_engine(
    card: Card, content: bytes, *, wanted: EngineSetting, threads: int, kept: Path, golden: Sequence[Golden] = ()
) -> EngineName:
    """Give the engine for a model: the wanted one, or with ``auto`` the faster one, measured on first use.

    An engine that fails ``golden`` is not measured. The measurement is kept in the file ``kept``; where that cannot be
    written it is made again. Raises ``EngineUnavailable`` when no engine can run the model, ``ModelDrift`` when those
    that can compute it wrongly.
    """
    if wanted != "auto":
        return wanted
    known = _read(kept).get(_key(card, threads), {})
    if not known:
        measured = measure_engines(card, content, threads=threads, golden=golden)
        log.info("engines measured for %s: %s", card.name, {name: round(ms, 2) for name, ms in measured.items()})
        keep_measured(kept, [(card, threads, measured)])
        known = {str(name): ms for name, ms in measured.items()}
    return fastest(known)


def fastest(measured: Mapping[str, float] | Mapping[EngineName, float]) -> EngineName:
    """Give the engine with the fewest milliseconds."""
    return "open_vino" if min(measured.items(), key=lambda item: item[1])[0] == "open_vino" else "onnx_runtime"


def keep_measured(kept: Path, rows: Sequence[tuple[Card, int, Mapping[EngineName, float]]]) -> bool:
    """Note the milliseconds of each usable engine for models and numbers of threads; tells whether it was written."""
    table: dict[str, Mapping[str, float]] = {**_read(kept)}
    for card, threads, measured in rows:
        if measured:
            table[_key(card, threads)] = {str(name): ms for name, ms in measured.items()}
    return _write(kept, table)


def processor() -> str:
    """Give the processor's name, "" where the system does not tell it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def _key(card: Card, threads: int) -> str:
    return f"{card.name} {card.sha256[:16]} {platform.machine()} {processor()} {threads}"


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


def _write(path: Path, table: Mapping[str, Mapping[str, float]]) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(table, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        log.warning("the measured engines could not be kept (%s)", type(error).__name__)
        return False
    return True
