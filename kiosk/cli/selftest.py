"""``kiosk selftest``: whether this installation is fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import typer

from edge_models.cli import GOLDEN_TOLERANCE
from edge_models.runtime.errors import EngineUnavailable, GisheError
from edge_models.runtime.golden import largest_difference, read_golden
from edge_models.runtime.registry import ENGINES, load, released, released_root
from kiosk.bootstrap import open_outbox, open_session_keys
from kiosk.camera.address import DemoAddress
from kiosk.camera.opening import open_camera
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
    """Try profile, models in both engines, keys, outbox and cameras; exit 0 when all that is needed is fit."""
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
    return tried


def _models(settings: Settings) -> list[Tried]:
    tried: list[Tried] = []
    names = [card.name for card in released(released_root())]
    for name in names:
        for engine in ENGINES:
            if settings.engine not in ("auto", engine):
                continue

            def check(name: str = name, engine: str = engine) -> str:
                card, loaded = load(name, engine="open_vino" if engine == "open_vino" else "onnx_runtime")
                difference = largest_difference(loaded, read_golden(released_root() / name))
                loaded.close()
                if difference > GOLDEN_TOLERANCE:
                    raise EngineUnavailable(f"{name} gives other results in {engine} than when it was released")
                return f"version {card.version}, {card.bytes / 1024:.0f} KiB, golden vectors within {difference:.3f}"

            tried.append(_try(f"{name} {engine}", check))
    return tried


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
