"""``kiosk document``: read documents from pictures."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track
from rich.table import Table

from kiosk.analysis.models import load_models
from kiosk.analysis.pictures import read_picture, write_picture
from kiosk.analysis.readers import make_reader
from kiosk.cli import document_chip
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import err, out, write_json
from kiosk.document.drawing import drawn
from kiosk.document.facts import DocumentReading
from kiosk.document.joining import both_sides
from kiosk.document.printed.readers.choosing import other_reader
from kiosk.errors import BadInput, GisheError

app = typer.Typer(help="Read documents from pictures, or their chip.", no_args_is_help=True)
document_chip.register(app)


@app.command()
def read(
    context: typer.Context,
    images: Annotated[list[Path], typer.Argument(help="pictures of documents, any way up")],
    sides: Annotated[
        bool, typer.Option("--sides", help="the pictures are sides of one document and are read together")
    ] = False,
    draw: Annotated[Path | None, typer.Option(help="folder for pictures that show what was found where")] = None,
    persian: Annotated[
        bool, typer.Option("--persian", help="names in Persian letters too, by Tesseract where it is installed: slow")
    ] = False,
    as_json: Json = False,
    engine: Engine = None,
) -> int:
    """Read each document: kind, lines of its zone, fields with check digits, portrait, barcodes, presence, time.

    Exit 3 when a picture could not be read as a picture; a document without text is an answer, no error.
    """
    settings = settings_of(context, engine=engine)
    if draw is not None:
        _make_folder(draw)
    reader = make_reader(load_models(settings), other_reader("tesseract" if persian else ""))
    today = date.today()  # noqa: DTZ011 - expiry is a matter of the place's own day
    items: list[dict[str, Any]] = []
    whole: DocumentReading | None = None
    failed: GisheError | None = None
    for path in track(images, "reading", console=err(), transient=True, disable=len(images) < 4):
        try:
            picture = read_picture(path)
        except BadInput as error:
            failed = error
            err().print(error.line(), markup=False, highlight=False)
            items.append({"path": str(path), "error": error.code})
            continue
        begun = time.perf_counter()
        result = reader.read([picture], today)
        milliseconds = 1000 * (time.perf_counter() - begun)
        reading = result.reading
        whole = reading if whole is None else both_sides(whole, reading, today)
        if draw is not None:
            write_picture(draw / f"{path.stem}.png", drawn(picture, reading))
        items.append({"path": str(path), **described(reading), "ms": round(milliseconds, 1)})
    if sides and whole is not None:
        read_ms = sum(item.get("ms", 0.0) for item in items)
        items = [{"path": " + ".join(map(str, images)), **described(whole), "ms": round(read_ms, 1)}]
    if as_json:
        write_json({"items": items})
    else:
        for item in items:
            _print(item)
    return failed.exit_status if failed is not None else 0


def described(reading: DocumentReading) -> dict[str, Any]:
    """Give a reading as the command's JSON."""
    zone = reading.mrz
    fields: dict[str, dict[str, Any]] = {}
    for field in reading.fields:
        if field.name not in fields:
            fields[field.name] = {
                "text": field.text,
                "raw": field.raw or field.text,
                "source": field.source.value,
                "confidence": round(field.confidence, 4),
                "check": field.check,
                "doubtful": list(field.doubtful),
            }
    portrait = reading.portrait
    return {
        "kind": reading.kind,
        "lines": list(zone.lines) if zone else [],
        "confidences": [[round(value, 3) for value in line] for line in zone.confidences] if zone else [],
        "fields": fields,
        "checks": dict(zone.checks) if zone else {},
        "mended": [list(change) for change in zone.mended] if zone else [],
        "problems": list(reading.problems),
        "portrait": [round(value, 1) for value in portrait.box] if portrait else None,
        "portrait_turned": portrait.turned if portrait else None,
        "portrait_quality": round(portrait.quality, 3) if portrait else None,
        "portrait_problem": portrait.problem if portrait else "portrait_missing",
        "barcodes": [
            {"format": code.format, "text": code.text, "fields": {f.name: f.text for f in code.fields}}
            for code in reading.barcodes
        ],
        "presence": [asdict(cue) for cue in reading.presence],
        "cross_checks": [
            {
                "field": c.field,
                "one": c.one.value,
                "other": c.other.value,
                "agree": c.agree,
                "doubtful": list(c.doubtful),
            }
            for c in reading.cross_checks
        ],
        "corners": [list(point) for point in reading.corners] if reading.corners else None,
        "ms_by_stage": {name: round(ms, 1) for name, ms in reading.milliseconds},
    }


def _print(item: dict[str, Any]) -> None:
    console = out()
    if "error" in item:
        return
    console.print(f"{item['path']}: {item['kind']}, {item['ms']:.0f} ms", style="bold", markup=False, highlight=False)
    for line in item["lines"]:
        console.print(f"  {line}", markup=False, highlight=False)
    if item["checks"]:
        said = ", ".join(f"{name} {'holds' if holds else 'FAILS'}" for name, holds in item["checks"].items())
        console.print(f"  check digits: {said}", highlight=False)
    for row, column, was, now in item["mended"]:
        console.print(f"  mended: line {row + 1}, place {column + 1}: {was} is {now}", highlight=False)
    if item["fields"]:
        table = Table(box=None, padding=(0, 2, 0, 2), show_header=False)
        for name, field in item["fields"].items():
            check = {True: "check holds", False: "CHECK FAILS", None: ""}[field["check"]]
            text = field["text"] or "(not read)"
            table.add_row(name, text, field["source"], f"{field['confidence']:.2f}", check)
        console.print(table, markup=False, highlight=False)
    if item["portrait"]:
        x, y, w, h = (round(value) for value in item["portrait"])
        trouble = f", {item['portrait_problem']}" if item["portrait_problem"] else ""
        console.print(
            f"  portrait {w}x{h} at {x},{y}, quality {item['portrait_quality']:.2f}{trouble}", highlight=False
        )
    else:
        console.print("  no portrait could be cut", highlight=False)
    for code in item["barcodes"]:
        console.print(f"  {code['format']}: {len(code['text'])} characters", highlight=False)
    for check in item["cross_checks"]:
        if not check["agree"]:
            console.print(f"  {check['field']}: {check['one']} and {check['other']} say different things", style="bold")
    if item["problems"]:
        console.print(f"  problems: {', '.join(item['problems'])}", highlight=False)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--draw {folder}: no folder can be made there ({error.strerror})") from error
