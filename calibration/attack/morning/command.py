"""``calibrate morning``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from calibration.attack.morning.history import Morning, append, compared, read_history
from calibration.attack.morning.plot import write_plot
from calibration.attack.morning.routine import Plan, run_morning
from calibration.rates import rate
from kiosk.analysis.models import load_models
from kiosk.bootstrap.parts import choose_camera
from kiosk.camera.site.store import load_site
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import err, out, write_json
from kiosk.errors import SettingsInvalid
from kiosk.profile.loading import load_profile

_SPECIES = ("print", "phone", "tablet", "screen", "cutout", "mask")
_DEFAULT = ["print", "print", "phone", "screen"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(morning)


def morning(
    context: typer.Context,
    camera: Annotated[str | None, typer.Option(help="camera address; demo: and replay: are marked as trials")] = None,
    attack: Annotated[
        list[str] | None,
        typer.Option(help="instrument: print, phone, tablet, screen, cutout, mask; give it once for each"),
    ] = None,
    bona_fide: Annotated[int, typer.Option(min=0, max=20, help="times that the technician stands there")] = 2,
    seconds: Annotated[float, typer.Option(min=2, max=60, help="seconds that each is looked at")] = 8.0,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="wait for Enter before each")] = True,
    plot: Annotated[Path | None, typer.Option(help="write the plot here (SVG); default: into the data folder")] = None,
    profile: Annotated[str | None, typer.Option(help="profile: a shipped name or a file")] = None,
    engine: Engine = None,
    as_json: Json = False,
) -> int:
    """Present a few attacks and yourself to the site's camera, and keep the rates over time; exit 0 whatever they are."""
    instruments = attack if attack is not None else _DEFAULT
    unknown = [name for name in instruments if name not in _SPECIES]
    if unknown:
        raise SettingsInvalid(f"--attack {unknown[0]}: unknown", hint=f"use {', '.join(_SPECIES)}")
    if plot is not None and plot.suffix.lower() != ".svg":
        raise SettingsInvalid(f"--plot {plot}: the plot is an SVG", hint="name a file that ends with .svg")
    settings = settings_of(context, camera=camera, profile=profile, engine=engine)
    if wait and not sys.stdin.isatty():
        raise SettingsInvalid("there is nobody to press Enter", hint="start it in a terminal, or give --no-wait")
    folder = settings.data / "morning"
    history = folder / "history.jsonl"
    before = read_history(history)
    say = err().print

    def ready() -> None:
        if wait:
            say("   press Enter when it is there")
            sys.stdin.readline()

    address = choose_camera(settings, say)
    today = run_morning(
        Plan(bona_fide, instruments, seconds),
        address,
        load_models(settings),
        load_profile(settings.profile),
        load_site(settings.data),
        datetime.now(UTC),
        say=say,
        ready=ready,
    )
    append(history, today)
    everything = [*before, today]
    picture = plot if plot is not None else folder / ("trial.svg" if today.trial else "rate.svg")
    write_plot(picture, [one for one in everything if one.trial == today.trial])
    lines = compared(everything)
    if as_json:
        write_json(_document(today, lines, history, picture))
    else:
        for line in lines:
            out().print(line)
        out().print(f"kept in {history}, plot in {picture}")
    return 0


def _document(today: Morning, lines: list[str], history: Path, picture: Path) -> dict[str, Any]:
    given = asdict(today)
    for name, counts in (("apcer", today.attacks()), ("bpcer_today", today.bona_fide())):
        now = rate(*counts)
        given[name] = {"rate": now.value, "errors": now.errors, "of": now.of, "low": now.low, "high": now.high}
    return {**given, "trial": today.trial, "says": lines, "history": str(history), "plot": str(picture)}
