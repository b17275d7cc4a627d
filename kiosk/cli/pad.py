"""``kiosk pad``: presentation attack detection on files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.progress import track

from edge_models.tasks.face_pad import PadScore, fuse
from kiosk.analysis.models import load_models
from kiosk.analysis.pictures import PICTURES, read_picture
from kiosk.analysis.pipeline import Analyst
from kiosk.camera.address import ReplayAddress
from kiosk.camera.opening import open_camera
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import err, out, write_json
from kiosk.errors import BadInput
from kiosk.profile.loading import load_profile

FILMS = frozenset({".mp4", ".mov", ".webm", ".avi", ".mkv", ".gif"})
_FRAMES = 40
"""frames of a film that are scored, spread evenly"""

app = typer.Typer(help="Presentation attack detection on files.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Presentation attack detection on files."""


@app.command()
def score(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="pictures, films or folders of them")],
    bpcer: Annotated[float | None, typer.Option(help="BPCER of the threshold; default: the profile's")] = None,
    as_json: Json = False,
    engine: Engine = None,
) -> None:
    """Score each file and each folder: 1 bona fide .. 0 attack. A film's score joins its frames as a session does."""
    settings = settings_of(context, engine=engine)
    analyst = Analyst(load_models(settings))
    rate = bpcer if bpcer is not None else load_profile(settings.profile).pad.bpcer
    threshold = analyst.models.pad_table.threshold_for_fnmr(rate)
    files = [(source, path) for path in paths for source, path in _files(path)]
    items: list[dict[str, Any]] = []
    by_source: dict[str, list[float]] = defaultdict(list)
    for source, path in track(files, "scoring", console=err(), transient=True, disable=len(files) < 3):
        scores = _scores(analyst, path)
        fused = fuse(scores) if scores else None
        items.append(
            {
                "path": str(path),
                "score": fused,
                "bona_fide": fused is not None and fused >= threshold,
                "frames": len(scores),
            }
        )
        if fused is not None and source:
            by_source[source].append(fused)
    sources = {
        source: {"score": float(np.median(values)), "files": len(values)}
        for source, values in sorted(by_source.items())
    }
    if as_json:
        write_json({"items": items, "sources": sources, "threshold": threshold, "bpcer": rate})
        return
    for item in items:
        said = "no face found" if item["score"] is None else f"{item['score']:.3f}"
        word = "bona fide" if item["bona_fide"] else "not bona fide"
        out().print(f"{said}  {word}  ({item['frames']} frames)  {item['path']}")
    for source, value in sources.items():
        out().print(f"{value['score']:.3f}  median of {value['files']} files in {source}")
    out().print(f"threshold {threshold:.3f} refuses {rate:.1%} of bona fide presentations (as measured for this model)")


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield (folder or "", file). Raises ``BadInput`` when nothing can be scored."""
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in PICTURES | FILMS)
        if not found:
            raise BadInput(f"{path} holds neither pictures nor films")
        for file in found:
            yield str(file.parent), file
    elif path.is_file():
        yield "", path
    else:
        raise BadInput(f"there is no file or folder {path}")


def _scores(analyst: Analyst, path: Path) -> list[PadScore]:
    if path.suffix.lower() in FILMS:
        return _film_scores(analyst, path)
    score_ = analyst.pad_of(read_picture(path))
    return [] if score_ is None else [score_]


def _film_scores(analyst: Analyst, path: Path) -> list[PadScore]:
    """Score frames spread evenly over the film; it is read once to count and once to score."""
    count = sum(1 for _ in _frames(path))
    step = max(1, count // _FRAMES)
    chosen = (frame for index, frame in enumerate(_frames(path)) if index % step == 0)
    scored = (analyst.pad_of(frame) for frame in chosen)
    return [score_ for score_ in scored if score_ is not None]


def _frames(path: Path) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    camera = open_camera(ReplayAddress(path))
    try:
        while (frame := camera.read()) is not None:
            yield frame.image
    finally:
        camera.close()
