"""``calibrate documents``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from calibration.document.measuring import measure, measure_damaged
from calibration.document.readers import Ask, rapidocr, tesseract, whole_reader, zone_reader
from calibration.document.report import Measured, document_of, print_report
from calibration.document.specimens import Specimen, draw_specimens, load_specimens
from edge_models.runtime.card import read_verified
from edge_models.runtime.registry import open_engine
from edge_models.tasks.document_text import DocumentText
from kiosk.analysis.models import load_models
from kiosk.analysis.readers import make_reader
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import err, write_json
from kiosk.errors import BadInput


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(documents)


def documents(
    context: typer.Context,
    truth: Annotated[
        Path | None, typer.Option(help="truth.json of specimens; default: documents that are drawn")
    ] = None,
    drawn: Annotated[int, typer.Option(min=1, max=2000, help="documents that are drawn when there is no truth")] = 24,
    variants: Annotated[int, typer.Option(min=0, max=64, help="shots of each specimen with each damage")] = 8,
    text: Annotated[
        Path | None, typer.Option(help="folder of another text student: the zone alone is read with it")
    ] = None,
    peers: Annotated[bool, typer.Option("--peers", help="ask Tesseract and RapidOCR as well, where installed")] = False,
    peer_variants: Annotated[int, typer.Option(min=0, max=64, help="shots that peers are asked for")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="of drawings and shots")] = 0,
    engine: Engine = None,
    as_json: Json = False,
) -> int:
    """Measure how documents are read: specimens as they are, photographed again with each damage, and by others.

    Exit 0 whatever the rates are.
    """
    if text is not None and not text.is_dir():
        raise BadInput(f"--text {text}: there is no such folder", hint="name a folder with a card and its network")
    specimens = load_specimens(truth) if truth is not None else draw_specimens(drawn, seed)
    today = date.today()  # noqa: DTZ011 - expiry is a matter of the place's own day
    say = err().print
    name, ask = _ours(context, text, engine, today)
    measured = [_measured(name, ask, specimens, variants, seed)]
    skipped: list[str] = []
    for open_peer in (tesseract, rapidocr) if peers else ():
        peer, words = open_peer(today)
        if peer is None:
            skipped.append(words)
            say(f"left out: {words}", markup=False)
        else:
            measured.append(_measured(words, peer, specimens, peer_variants, seed))
    if as_json:
        write_json(document_of(measured, skipped))
    else:
        print_report(measured, skipped)
    return 0


def _ours(context: typer.Context, text: Path | None, engine: str | None, today: date) -> tuple[str, Ask]:
    settings = settings_of(context, engine=engine)
    if text is not None:
        card, content = read_verified(text)
        # What the bench chose is of the release in use: another student is computed by ONNX Runtime unless told otherwise.
        wanted = "onnx_runtime" if settings.engine == "auto" else settings.engine
        student = DocumentText(card, open_engine(card, content, engine=wanted))
        return f"zone by {card.name} {card.version}", zone_reader(student, today)
    return "kiosk", whole_reader(make_reader(load_models(settings)), today)


def _measured(name: str, ask: Ask, specimens: list[Specimen], variants: int, seed: int) -> Measured:
    def say(words: str) -> None:
        err().print(f"{name}: {words}", markup=False, highlight=False)

    rows = measure(specimens, ask, say)
    return Measured(name, rows, measure_damaged(specimens, ask, variants, seed, say) if variants else [])
