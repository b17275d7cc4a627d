"""``kiosk face``: look into pictures, compare faces."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from kiosk.analysis.facts import FaceFacts
from kiosk.analysis.models import load_models
from kiosk.analysis.pictures import read_picture
from kiosk.analysis.pipeline import Analyst
from kiosk.camera.frame import Frame
from kiosk.cli import pairs as lfw
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import err, out, write_json
from kiosk.errors import NoFace, SettingsInvalid
from kiosk.profile.loading import load_profile

_BEFORE = {
    "mouth_nose_covered": "mouth or nose covered",
    "eyes_covered": "eyes covered",
    "dark_glasses": "dark glasses",
    "glare": "glare in the glasses",
}
_OPERATING = 0.5
"""components are stretched so that this is the release's operating point"""

app = typer.Typer(help="Look into pictures, compare faces.", no_args_is_help=True)


@app.command()
def inspect(
    context: typer.Context,
    images: Annotated[list[Path], typer.Argument(help="pictures")],
    as_json: Json = False,
    engine: Engine = None,
) -> None:
    """Show each face: box, five points, pose, quality components with what is before the face, PAD score."""
    settings = settings_of(context, engine=engine)
    analyst = Analyst(load_models(settings))
    threshold = analyst.models.pad_table.threshold_for_fnmr(load_profile(settings.profile).pad.bpcer)
    items: list[dict[str, Any]] = []
    for path in track(images, "inspecting", console=err(), transient=True, disable=len(images) < 4):
        frame = Frame(read_picture(path), 0.0, 0)
        faces = [_described(face, threshold) for face in analyst.look_at_all(frame)]
        items.append({"path": str(path), "faces": faces})
    if as_json:
        write_json({"items": items})
        return
    for item in items:
        out().print(f"{item['path']}: {len(item['faces'])} face(s)", style="bold")
        for face in item["faces"]:
            out().print(_line(face))


@app.command()
def compare(
    context: typer.Context,
    a: Annotated[Path | None, typer.Argument(help="picture with a face")] = None,
    b: Annotated[Path | None, typer.Argument(help="picture with a face")] = None,
    pairs: Annotated[Path | None, typer.Option(help="pairs file in LFW's format")] = None,
    root: Annotated[Path | None, typer.Option(help="folder or ZIP that holds the pictures of --pairs")] = None,
    fmr: Annotated[float | None, typer.Option(help="false match rate of the decision; default: the profile's")] = None,
    as_json: Json = False,
    engine: Engine = None,
) -> None:
    """Compare two pictures, or all pairs of a list."""
    settings = settings_of(context, engine=engine)
    if pairs is not None:
        if a is not None or root is None:
            raise SettingsInvalid(
                "--pairs goes with --root and without pictures", hint="see 'kiosk face compare --help'"
            )
        result = lfw.compare_pairs(Analyst(load_models(settings)), pairs, root)
        if as_json:
            write_json(result)
        else:
            lfw.print_result(result)
        return
    if a is None or b is None:
        raise SettingsInvalid("give two pictures, or --pairs with --root", hint="see 'kiosk face compare --help'")
    rate = fmr if fmr is not None else load_profile(settings.profile).match_fmr
    if not 0 < rate < 1:
        raise SettingsInvalid("--fmr lies between 0 and 1")
    answer = _compare_two(Analyst(load_models(settings)), a, b, rate)
    if as_json:
        write_json(answer)
        return
    word = "mated: the same person" if answer["mated"] else "not mated: different people"
    alike = answer["fmr_alike"]
    among = "" if alike is None else f"; among people of one sex, origin and age {alike:.2g} of strangers score as high"
    out().print(f"{word} (score {answer['score']:.3f}, threshold {answer['threshold']:.3f} at FMR {rate:g}{among})")


def _compare_two(analyst: Analyst, a: Path, b: Path, fmr: float) -> dict[str, Any]:
    for path, keep in ((a, "reference"), (b, "probe")):
        face = analyst.keep_portrait(read_picture(path))
        if face is None:
            raise NoFace(f"no face was found in {path}")
        setattr(analyst.memory, keep, face)
    comparison = analyst.compare(fmr)
    if comparison is None:
        raise NoFace("the faces could not be compared")
    return {
        "score": comparison.score,
        "fmr": comparison.fmr,
        "fmr_alike": comparison.fmr_alike,
        "mated": comparison.score >= comparison.threshold,
        "threshold": comparison.threshold,
        "threshold_fmr": fmr,
    }


def _described(face: FaceFacts, pad_threshold: float) -> dict[str, Any]:
    box, pose, quality = face.box, face.pose, face.quality
    return {
        "box": [box.x, box.y, box.width, box.height],
        "points": [list(point) for point in face.points],
        "confidence": face.confidence,
        "pose": {"yaw": pose.yaw, "pitch": pose.pitch, "roll": pose.roll} if pose else None,
        "eyes_open": face.eyes_open,
        "mouth_open": face.mouth_open,
        "smile": face.smile,
        "gaze": face.gaze,
        "quality": {
            **(asdict(quality) if quality else {}),
            **(asdict(face.components) if face.components else {}),
        },
        "pad": {"score": face.pad, "bona_fide": face.pad is not None and face.pad >= pad_threshold},
    }


def _line(face: dict[str, Any]) -> str:
    x, y, w, h = (round(v) for v in face["box"])
    pose, quality = face["pose"], face["quality"]
    score = face["pad"]["score"]
    pad = (
        "PAD not judged (turned away)"
        if score is None
        else f"PAD {score:.2f} {'bona fide' if face['pad']['bona_fide'] else 'attack'}"
    )
    turned = f"yaw {pose['yaw']:+.0f} pitch {pose['pitch']:+.0f} roll {pose['roll']:+.0f}" if pose else ""
    plain = f"sharpness {quality['sharpness']:.2f}, utility {quality['utility']:.2f}, eyes {quality['eye_distance']:.0f} px apart"
    before = [word for name, word in _BEFORE.items() if quality[name] > _OPERATING]
    return f"  {w}x{h} at {x},{y}; {turned}; {plain}; {', '.join([*before, pad])}"
