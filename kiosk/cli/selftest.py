"""``kiosk selftest``: whether this installation is fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import typer

from edge_models.runtime.errors import GisheError
from edge_models.runtime.registry import ENGINES, EngineName, open_engine
from edge_models.runtime.release import Release
from kiosk.analysis.cues.camera_pin import judge_pin
from kiosk.analysis.engines import choose_engine, engines_file
from kiosk.analysis.fitness import measure_fitness, require_fitness
from kiosk.analysis.models import model_source
from kiosk.bootstrap.parts import choose_camera, open_outbox, open_session_keys, pin_camera
from kiosk.camera.address import DemoAddress
from kiosk.camera.opening import make_camera, open_camera
from kiosk.camera.pinned import PinnedCamera
from kiosk.camera.site.store import load_site
from kiosk.camera.v4l2 import list_cameras
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import out, write_json
from kiosk.profile.loading import load_profile
from kiosk.settings import Settings


@dataclass(frozen=True)
class Tried:
    """One thing that was tried."""

    name: str
    passed: bool
    said: str
    code: str = ""
    exit_status: int = 0
    needed: bool = True
    """False: worth knowing, but the kiosk can work without"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(selftest)


def selftest(context: typer.Context, engine: Engine = None, as_json: Json = False) -> int:
    """Try profile, models in both engines (the chosen one must be fit), keys, outbox and cameras; exit 0 when all that is needed is fit."""
    settings = settings_of(context, engine=engine)
    tried = run_selftest(settings)
    failed = [item for item in tried if item.needed and not item.passed]
    if as_json:
        write_json({"passed": not failed, "items": [vars(item) for item in tried]})
    else:
        for item in tried:
            mark = "passed" if item.passed else ("FAILED" if item.needed else "absent")
            out().print(f"{mark}  {item.name:<24} {item.said}")
    return failed[0].exit_status if failed else 0


def run_selftest(settings: Settings) -> list[Tried]:
    """Try everything; a failure of one does not keep the others from being tried."""
    tried = [_try("profile", lambda: f"{load_profile(settings.profile).name} can be used")]
    tried += _models(settings)
    tried.append(_try("keys", lambda: f"device key {open_session_keys(settings).key_id[:12]}"))
    tried.append(_try("outbox", lambda: f"{len(open_outbox(settings).entries())} entries"))
    cameras = list_cameras()
    found = ", ".join(f"{camera.name} ({camera.path})" for camera in cameras)
    tried.append(Tried("cameras", bool(cameras), found or "no camera found; demo: is used", needed=False))
    tried.append(_try("demo camera", _demo, needed=False))
    tried += _site(settings)
    return tried


def _site(settings: Settings) -> list[Tried]:
    """Tell whether the site is calibrated and the camera that would be used is the calibrated one.

    A calibration that is broken always fails; one that is missing, or another camera, only where the profile asks for
    more than low assurance.
    """
    try:
        site = load_site(settings.data)
    except GisheError as error:
        return [Tried("site calibration", False, error.line(), error.code, error.exit_status)]
    try:
        profile = load_profile(settings.profile)
        address = choose_camera(settings, lambda _line: None)
        camera = pin_camera(make_camera(address), address, site, profile)
    except GisheError as error:
        return [Tried("camera pin", False, error.line(), error.code, error.exit_status)]
    needed = profile.assurance != "low"
    if site is None:
        said, counts = "this site was never calibrated; run 'calibrate camera'", False
    else:
        parts = [name for name in ("content", "sensor") if getattr(site.camera, name) is not None]
        counts = site.camera.source == "device"
        said = f"{site.camera.written}, {site.camera.source}: pin, times{''.join(f', {part}' for part in parts)}"
        said += "" if counts else "; a trial, which does not count under a production profile"
    tried = [Tried("site calibration", counts, said, "" if counts else "SITE", 0 if counts else 5, needed)]
    if not isinstance(camera, PinnedCamera):
        return [*tried, Tried("camera pin", False, f"{address.uri} is no device", "CAMERA", 4, needed)]
    pin = judge_pin(camera.state())
    passed = not pin.code and pin.score == 1.0
    because = " ".join(value for _, value in pin.detail) or pin.code.replace("_", " ")
    said = "it is the calibrated camera" if passed else because
    return [*tried, Tried("camera pin", passed, said, "" if passed else "CAMERA", 0 if passed else 4, needed)]


def _models(settings: Settings) -> list[Tried]:
    """Try every model in use in every engine; only the one that the kiosk would take must be fit."""
    tried: list[Tried] = []
    source, now = model_source(settings), datetime.now(UTC)
    for name in source.names():
        try:
            release = source.open(name, now)
            chosen = choose_engine(
                release.card,
                release.network,
                wanted=settings.engine,
                threads=settings.threads,
                kept=engines_file(settings),
                golden=release.golden(),
            )
        except GisheError as error:
            tried.append(Tried(name, False, error.line(), error.code, error.exit_status))
            continue
        tried += [
            _try(f"{name} {engine}", partial(_golden, release, engine, settings), needed=engine == chosen)
            for engine in ENGINES
            if settings.engine in ("auto", engine)
        ]
    return tried


def _golden(release: Release, engine: EngineName, settings: Settings) -> str:
    card = release.card
    network = open_engine(card, release.network, engine=engine, threads=settings.threads)
    try:
        fitness = measure_fitness(f"{card.name} {card.version}", network, release.golden())
    finally:
        network.close()
    require_fitness([fitness])
    return f"version {card.version}, {card.bytes / 1024:.0f} KiB, golden vectors within {fitness.difference:.3f}"


def _demo() -> str:
    camera = open_camera(DemoAddress())
    try:
        frame = camera.read()
    finally:
        camera.close()
    return f"{frame.image.shape[1]}x{frame.image.shape[0]}" if frame is not None else "no frame"


def _try(name: str, check: Callable[[], str], *, needed: bool = True) -> Tried:
    try:
        return Tried(name, True, check(), needed=needed)
    except GisheError as error:
        return Tried(name, False, error.line(), error.code, error.exit_status, needed)
