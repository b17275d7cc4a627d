"""Presents one thing after another to the kiosk's own session, in a data folder that is thrown away."""

from __future__ import annotations

import logging
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from calibration.attack.judged import Finding, Judged, blank
from calibration.attack.making.attacks import Needs, make_attack
from calibration.attack.making.camera import Picture
from calibration.attack.making.faces import finder_of
from calibration.attack.presentation import Material, Presentation, Way
from calibration.attack.watching import watch
from kiosk.analysis.cues.stream import StreamCues
from kiosk.analysis.engines import engines_file
from kiosk.analysis.facts import FrameFacts
from kiosk.analysis.models import Models, load_models
from kiosk.analysis.pictures import read_picture
from kiosk.analysis.pipeline import Analyst
from kiosk.bootstrap.headless import headless_session
from kiosk.camera.address import DemoAddress, ReplayAddress, Variant
from kiosk.camera.opening import make_camera
from kiosk.camera.port import Camera
from kiosk.errors import BadInput, GisheError
from kiosk.flow.challenge import parse_challenge
from kiosk.flow.state import Session
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile
from kiosk.session.headless import HeadlessResult
from kiosk.settings import Settings

log = logging.getLogger(__name__)


@contextmanager
def bench_settings(settings: Settings) -> Iterator[Settings]:
    """Give settings whose data folder is a temporary one: no key, record, log or measurement of the bench stays behind.

    The installed models and the engines measured on this machine are those of the kiosk.
    """
    with tempfile.TemporaryDirectory(prefix="gishe-attack-bench-") as temporary:
        data = Path(temporary)
        if settings.models.is_dir():
            (data / "models").symlink_to(settings.models.absolute())
        engines = engines_file(settings)
        if engines.is_file():
            shutil.copyfile(engines, data / "engines.json")
        yield settings.model_copy(update={"data": data, "camera": "", "portrait": None})


class Bench:
    """Judges presentations; the profile and the seed are the same for all."""

    def __init__(self, settings: Settings, seed: int) -> None:
        """Load profile and models. Raises their errors. ``settings`` are those of ``bench_settings``."""
        self.settings = settings
        self.seed = seed
        self.profile: Profile = load_profile(settings.profile)
        self.models: Models = load_models(settings)
        self._find = finder_of(self.models)

    def judge(self, presentation: Presentation, tick: Callable[[float], None] = lambda _time: None) -> Judged:
        """Present it and give what came of it; what cannot be presented is a result with its error."""
        try:
            camera = self._camera(presentation)
            if presentation.way is Way.PAD:
                return self._alone(presentation, camera, tick)
            return self._in_session(presentation, camera, tick)
        except (GisheError, ValueError) as error:
            message = error.line() if isinstance(error, GisheError) else str(error)
            return blank(presentation, error=message)
        except Exception as error:
            log.warning("defect while presenting", exc_info=True)
            return blank(presentation, error=f"error[DEFECT]: {type(error).__name__} while it was presented")

    def _alone(self, presentation: Presentation, camera: Camera, tick: Callable[[float], None]) -> Judged:
        seen = 0.0

        def each(time: float) -> None:
            nonlocal seen
            seen = time
            tick(time)

        pad = self.profile.pad
        analyst = Analyst(self.models, StreamCues(camera.kind.value))
        watched = watch(analyst, camera, bpcer=pad.bpcer, max_yaw=pad.max_yaw, each=each)
        findings = [
            Finding(
                "pad",
                watched.pad is not None and "pad" not in watched.refused_by,
                "pad_unavailable"
                if watched.pad is None
                else "pad_failed"
                if "pad" in watched.refused_by
                else "bona_fide",
                watched.pad,
                watched.threshold,
            )
        ]
        for cue in watched.cues:
            passed = cue in watched.judged and cue not in watched.failed
            code = "" if passed else f"{cue.check}_{cue.code or 'failed'}"
            findings.append(Finding(cue.check, passed, code, cue.score, cue.threshold))
        judged = blank(presentation, findings=tuple(findings), frames=watched.frames, seconds=round(seen, 2))
        if not judged.responded:
            return replace(judged, verdict="no_response", error="the film breaks off" if watched.lost else "")
        return replace(judged, verdict="refuse" if judged.taken_for_attack else "accept")

    def _in_session(self, presentation: Presentation, camera: Camera, tick: Callable[[float], None]) -> Judged:
        begun: list[float] = []
        latest = [0.0]

        def progress(_session: Session, facts: FrameFacts) -> None:
            begun[:] = begun or [facts.time]
            latest[0] = facts.time - begun[0]
            tick(latest[0])

        result: HeadlessResult = headless_session(
            self.settings,
            challenge=parse_challenge(",".join(presentation.gestures)) if presentation.gestures else (),
            seed=self._seed_of(presentation),
            progress=progress,
            source=camera,
            reference=self._reference(presentation),
        )
        before, session = result.before_wipe, result.session
        return blank(
            presentation,
            verdict="refer" if session.outcome is None else session.outcome.value,
            reasons=tuple(session.reasons),
            findings=tuple(
                Finding(f.check.value, f.passed, f.code, f.score, f.threshold) for f in before.evidence.findings
            ),
            challenge=tuple(gesture.value for gesture in before.challenge),
            frames=result.frames,
            seconds=round(latest[0], 2),
        )

    def _seed_of(self, presentation: Presentation) -> int:
        return zlib.crc32(f"{self.seed}:{presentation.name}".encode())

    def _camera(self, presentation: Presentation) -> Camera:
        material = presentation.material
        if not material.made:
            return _plain(material)
        other = Material(material.swap) if material.swap is not None else material
        needs = Needs(
            film=lambda: _plain(material),
            still=lambda: picture_at(material, presentation.reference_at),
            other=lambda: picture_at(other, material.swap_at),
            find=self._find,
            pieces=dict(material.pieces),
            seed=self._seed_of(presentation),
        )
        return make_attack(material.made, needs)

    def _reference(self, presentation: Presentation) -> Picture:
        if presentation.material.demo:
            from kiosk.camera.demo.portrait import reference_portrait

            return reference_portrait()
        path = presentation.reference
        material = Material(path) if path is not None else presentation.material
        return picture_at(material, presentation.reference_at)


def _plain(material: Material) -> Camera:
    if material.film is None:
        return make_camera(DemoAddress(Variant(material.demo)))
    return make_camera(ReplayAddress(material.film, mirror=material.mirror))


def picture_at(material: Material, second: float) -> Picture:
    """Give the picture at a second of the material, the last one when it is shorter. Raises ``BadInput``."""
    if material.film is not None and not material.film.is_dir() and _is_picture(material.film):
        return read_picture(material.film)
    camera = _plain(material)
    camera.open()
    try:
        image: Picture | None = None
        while (frame := camera.read()) is not None:
            image = frame.image
            if frame.time >= second:
                break
    finally:
        camera.close()
    if image is None:
        raise BadInput(f"'{material.film}' holds no picture")
    return image


def _is_picture(path: Path) -> bool:
    from kiosk.analysis.pictures import PICTURES

    return path.suffix.lower() in PICTURES
