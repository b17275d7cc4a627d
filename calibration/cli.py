"""All commands of ``calibrate``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from calibration.attack import command as attack_command
from calibration.attack.morning import command as morning_command
from calibration.bench.bench import Wanted, run_bench
from calibration.bench.report import document_of, print_report
from calibration.bench.samples import FULL, QUICK
from calibration.camera import command as camera_command
from calibration.document import command as document_command
from kiosk.cli.options import Json, root_app
from kiosk.cli.speech import entry, err, write_json
from kiosk.errors import BadInput
from kiosk.settings import load_settings

app = root_app("calibrate", "Prove that this computer is fit for the kiosk, and set it right.")


@app.command()
def bench(
    context: typer.Context,
    models: Annotated[Path | None, typer.Option(help="folder of releases; default: those in use")] = None,
    fp32: Annotated[Path | None, typer.Option(help="folder of FP32 networks: MODEL.onnx or MODEL/fp32.onnx")] = None,
    peers: Annotated[Path | None, typer.Option(help="folder of other people's ONNX networks to run beside")] = None,
    peer_python: Annotated[
        Path | None, typer.Option(help="interpreter that has mediapipe or dlib; default: this one")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="few runs: for a first look")] = False,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="write the chosen engines for the kiosk")] = True,
    as_json: Json = False,
) -> int:
    """Measure every model, engine and the whole way of a frame; choose the engine of each model; exit 5 if one drifts."""
    for option, folder in (("--models", models), ("--fp32", fp32), ("--peers", peers)):
        if folder is not None and not folder.is_dir():
            raise BadInput(f"{option} {folder}: there is no such folder", hint="name an existing folder")
    if peer_python is not None and not peer_python.is_file():
        raise BadInput(f"--peer-python {peer_python}: there is no such file", hint="name a Python interpreter")
    settings = load_settings(context.find_root().obj)
    wanted = Wanted(
        settings=settings,
        amount=QUICK if quick else FULL,
        models=models,
        fp32=fp32,
        peers=peers,
        peer_python=peer_python,
        keep=keep,
    )
    outcome = run_bench(wanted, err(), datetime.now(UTC))
    if as_json:
        write_json(document_of(outcome))
    else:
        print_report(outcome)
    return outcome.exit_status


camera_command.register(app)
attack_command.register(app)
morning_command.register(app)
document_command.register(app)
main = entry(app)
