"""``calibrate camera``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from calibration.camera.routine import Amounts, Calibrated, calibrate
from kiosk.bootstrap.parts import choose_camera
from kiosk.camera.address import Pace, ReplayAddress
from kiosk.camera.opening import make_camera
from kiosk.cli.options import Json, settings_of
from kiosk.cli.speech import err, out, write_json

NOT_ACCEPTED = 4
"""exit status where a device was calibrated that cannot serve"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("camera")(camera)


def camera(
    context: typer.Context,
    camera: Annotated[
        str | None, typer.Option(help="camera address; default: the one that is set, else the first found")
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask/--no-ask", help="wait for the Enter key before each part; not without a terminal")
    ] = True,
    as_json: Json = False,
) -> int:
    """Pin the camera and measure its times, coding and sensor; exit 4 if it is a device that cannot serve."""
    settings = settings_of(context, camera=camera)
    console = err()
    address = choose_camera(settings, console.print)
    source = make_camera(address, pace=Pace.FREE)
    waits = ask and sys.stdin.isatty() and not isinstance(address, ReplayAddress)

    def asked(line: str) -> None:
        console.print(line)
        if waits:
            console.input("Press Enter when it is so. ")

    done = calibrate(
        settings.data, source, address, now=datetime.now(UTC), ask=asked, tell=console.print, amounts=Amounts()
    )
    if as_json:
        write_json(document_of(done))
    else:
        print_report(done)
    return 0 if done.accepted or done.site.source != "device" else NOT_ACCEPTED


def document_of(done: Calibrated) -> dict[str, Any]:
    """Give the report as one JSON document."""
    return {
        "accepted": done.accepted,
        "trial": done.site.source != "device",
        "items": [{"name": item.name, "passed": item.passed, "said": item.said} for item in done.judged],
        "changed": list(done.changed),
        "written": str(done.path),
        "backup": None if done.backup is None else str(done.backup),
        "site": done.site.model_dump(mode="json", exclude_none=True),
    }


def print_report(done: Calibrated) -> None:
    """Print what was found and written."""
    console = out()
    for item in done.judged:
        console.print(f"{'passed' if item.passed else 'FAILED'}  {item.name:<9} {item.said}")
    for line in done.changed:
        console.print(f"changed {line}")
    console.print(f"written {done.path}" + (f"; the one before is kept as {done.backup.name}" if done.backup else ""))
    if done.site.source != "device":
        console.print("This is a trial: under a production profile it counts as no calibration.")
    elif not done.accepted:
        console.print("This camera cannot serve under a profile that asks for these checks.")
