"""The whole measurement, part by part."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from calibration.bench.children import ChildFailed, measuring_child
from calibration.bench.goals import Goal, expect, judge
from calibration.bench.machine import Machine, look_at_machine, usable_cores
from calibration.bench.peers import peers_of
from calibration.bench.plain import find_plain
from calibration.bench.releases import source_of
from calibration.bench.samples import Amount, Spread, spread_of
from calibration.bench.turns import Competitor, take_turns
from edge_models.runtime.card import Card
from edge_models.runtime.errors import ModelMissing
from edge_models.runtime.golden import TOLERANCE
from edge_models.runtime.registry import ENGINES, EngineName
from edge_models.runtime.release import Release
from kiosk.analysis.engines import engines_file, fastest, keep_measured
from kiosk.analysis.models import STUDENTS
from kiosk.settings import Settings

DRIFTED = 5
"""exit status: a model cannot be computed rightly in any engine here"""
SEED = 1


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    settings: Settings
    amount: Amount
    models: Path | None = None
    fp32: Path | None = None
    peers: Path | None = None
    peer_python: Path | None = None
    keep: bool = True


@dataclass
class Measured:
    """One model: its cells and the engine that was chosen (None: none computes it rightly)."""

    card: Card
    cells: list[Competitor] = field(default_factory=list)
    chosen: dict[int, EngineName] = field(default_factory=dict)
    """by number of threads"""

    def fits(self, threads: int) -> dict[EngineName, float]:
        """Give the median INT8 milliseconds of each engine that passed the golden vectors."""
        usable: dict[EngineName, float] = {}
        for cell in self.cells:
            spread = cell.spread
            shipped = cell.label["precision"] == self.card.precision and cell.label["threads"] == threads
            if shipped and spread is not None and cell.told.get("difference", 0.0) <= TOLERANCE:
                usable[cell.label["engine"]] = spread.median
        return usable


@dataclass
class Outcome:
    """All that was measured."""

    taken: datetime
    machine: Machine
    threads: int
    """threads of one network, as the kiosk is set"""
    models: list[Measured] = field(default_factory=list)
    registry: dict[str, Any] = field(default_factory=dict)
    frames: list[Competitor] = field(default_factory=list)
    """our pipeline first, then peers on the same frames"""
    networks: list[Competitor] = field(default_factory=list)
    """peers' networks"""
    verification: dict[str, Any] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)
    expectation: list[str] = field(default_factory=list)
    written: str = ""

    @property
    def exit_status(self) -> int:
        """Give 5 when a model has no engine that computes it rightly."""
        return 0 if all(model.chosen for model in self.models) else DRIFTED


def run_bench(wanted: Wanted, err: Console, now: datetime) -> Outcome:
    """Measure everything. Raises what opening the releases raises (``ModelError`` branches, ``TrustRootInvalid``)."""
    settings = wanted.settings
    source = source_of(settings, wanted.models)
    releases = [source.open(name, now) for name in source.names()]
    if not releases:
        raise ModelMissing(f"there is no release in {source.shipped}", hint="name the folder of releases with --models")
    cores = usable_cores()
    with _progress(err) as step, tempfile.TemporaryDirectory(prefix="gishe-bench-") as temporary:
        step("machine", 1)
        outcome = Outcome(now, look_at_machine(), settings.threads)
        for release in releases:
            measured = Measured(release.card, cells_of(release, wanted.fp32, cores))
            work = step(release.card.name, len(measured.cells) + wanted.amount.rounds)
            take_turns(measured.cells, wanted.amount, work)
            outcome.models.append(measured)
            for threads in {1, 2, settings.threads}:
                if usable := measured.fits(threads):
                    measured.chosen[threads] = fastest(usable)
        rows = [(model.card, threads, model.fits(threads)) for model in outcome.models for threads in model.chosen]
        if wanted.keep and keep_measured(engines_file(settings), rows):
            outcome.written = str(engines_file(settings))
        # Keys, records and choices of the measured session stay out of the kiosk's own folder.
        data = Path(temporary)
        keep_measured(data / "engines.json", rows)
        if wanted.models is None and settings.models.is_dir():
            (data / "models").symlink_to(settings.models.absolute())
        given = {
            "data": str(data),
            "root": str(wanted.models.absolute()) if wanted.models else "",
            "trust_roots": str(settings.trust_roots.absolute()) if settings.trust_roots else "",
            "engine": settings.engine,
            "cpus": cores[-1:],
        }
        chosen = {model.card.name: model.chosen.get(1) for model in outcome.models}
        engines = {name: engine for name, engine in chosen.items() if engine is not None}
        step("registry", 1)
        outcome.registry = _registry(given, engines)
        whole = set(engines) >= set(STUDENTS)
        _frames(outcome, wanted, given, data / "frames.npy", step, whole=whole)
        step("verification", 1)
        outcome.verification = (
            _once({"ask": "verification", "seed": SEED, **given, "cpus": cores})
            if whole
            else {"failed": "a model that the kiosk needs is not here"}
        )
    _conclude(outcome)
    return outcome


def cells_of(release: Release, fp32: Path | None, cores: list[int]) -> list[Competitor]:
    """List both engines x precisions x numbers of threads of one model, what can't run with its reason."""
    card = release.card
    plain = find_plain(fp32, card.name, release.network)
    networks: list[tuple[str, str, bytes | None]] = [(card.precision, "released", release.network)]
    networks.append(("fp32", plain.origin if plain else "", plain.content if plain else None))
    cells = []
    for precision, origin, content in networks:
        failed = "FP32 not at hand" if content is None else ""
        # What was released carries its own proof; an FP32 network has none.
        blobs = (content or b"",) if origin != "released" else (release.network, release.file("golden.npz"))
        for threads, engine in itertools.product((1, 2), ENGINES):
            label = {"engine": engine, "precision": precision, "threads": threads, "origin": origin}
            asked = {"ask": "cell", "card": card.model_dump(mode="json"), "engine": engine, "threads": threads}
            few = "" if threads <= len(cores) else f"this machine has {len(cores)} core"
            cells += [
                Competitor(label, measuring_child, {**asked, "cpus": cores[-threads:]}, blobs, failed=failed or few)
            ]
    return cells


def _registry(given: dict[str, Any], engines: dict[str, EngineName]) -> dict[str, Any]:
    told = _once({"ask": "registry", "times": 3, "engines": engines, **given})
    if "failed" in told:
        return told
    quick = _once({"ask": "registry", "times": 3, "engines": dict.fromkeys(engines, "onnx_runtime"), **given})
    return {
        "models": len(engines),
        "verify_ms": spread_of(told["verify_ms"]),
        "load_ms": spread_of(told["load_ms"]),
        "load_onnx_runtime_ms": spread_of(quick.get("load_ms", [])),
        "network_bytes": sum(told["network_bytes"]),
        "bytes": told["bytes"],
    }


def _frames(
    outcome: Outcome,
    wanted: Wanted,
    given: dict[str, Any],
    path: Path,
    step: Callable[[str, int], Callable[[], None]],
    *,
    whole: bool,
) -> None:
    """Measure our pipeline and the peers in turns, each on one core, on the same frames."""
    step("frames", 1)
    drawn = _once({"ask": "draw", "frames": wanted.amount.frames, "path": str(path)})
    failed = "" if whole else "a model that the kiosk needs is not here"
    ours = [
        Competitor(
            label={"name": name},
            start=measuring_child,
            question={"ask": "frames", "frames": str(path), "only_points": only, **given},
            failed=drawn.get("failed", failed),
        )
        for name, only in (("Gishe, whole frame", False), ("Gishe, face and points only", True))
    ]
    frames, networks = peers_of(wanted.peers, wanted.peer_python, str(path), given["cpus"])
    outcome.frames, outcome.networks = [*ours, *frames], networks
    for title, group in (("pipeline", outcome.frames), ("networks", networks)):
        take_turns(group, wanted.amount, step(title, len(group) + wanted.amount.rounds))


def _conclude(outcome: Outcome) -> None:
    frame = outcome.frames[0].spread
    verify, load = outcome.registry.get("verify_ms"), outcome.registry.get("load_ms")
    registry = verify.median + load.median if isinstance(verify, Spread) and isinstance(load, Spread) else None
    sizes = {model.card.name: (model.card.bytes, min(model.fits(1).values(), default=None)) for model in outcome.models}
    outcome.goals = judge(
        sizes,
        registry_ms=registry,
        frame_ms=frame.median if frame else None,
        app_mb=outcome.verification.get("memory_mb"),
    )
    outcome.expectation = expect(outcome.machine, frame.median if frame else None)


def _once(question: dict[str, Any]) -> dict[str, Any]:
    """Ask one question of a child of its own; what fails is part of the answer."""
    child = measuring_child()
    try:
        return child.ask(question)
    except ChildFailed as error:
        return {"failed": str(error)}
    finally:
        child.close()


@contextmanager
def _progress(err: Console) -> Iterator[Callable[[str, int], Callable[[], None]]]:
    """Show what is being measured; gives a function that begins a part and gives the one that counts its steps."""
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=err.is_terminal) as bar:

        def begin(title: str, total: int) -> Callable[[], None]:
            task = bar.add_task(title, total=max(1, total))
            if total == 1:
                bar.advance(task)
            return lambda: bar.advance(task)

        yield begin
