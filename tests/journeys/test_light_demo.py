"""The screen's light before the demonstration camera: its person answers, its tablet does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.analysis.cues.light import judge_light
from kiosk.analysis.facts import CueJudgement, Gathered, LightSample, LightSlot
from kiosk.analysis.light_samples import measure_light
from kiosk.analysis.models import Models, load_models
from kiosk.bootstrap.headless import headless_session
from kiosk.camera.address import parse_address
from kiosk.camera.opening import make_camera
from kiosk.camera.port import Illuminated
from kiosk.flow.evidence import Check
from kiosk.flow.light_sequence import draw_light
from kiosk.settings import Settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GISHE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models(Settings(engine="onnx_runtime", threads=1))


def _judged(models: Models, variant: str, lit: bool = True) -> CueJudgement:
    """Show a sequence to a variant of the demonstration and judge what its camera sees."""
    camera = make_camera(parse_address(f"demo:?variant={variant}"))
    assert isinstance(camera, Illuminated)
    camera.open()
    slots: list[LightSlot] = []
    samples: list[tuple[float, LightSample]] = []
    begin = 0.0
    for step in draw_light(9, "demonstration"):
        if lit:
            camera.illuminate(*step.colour)
        slots.append(LightSlot(begin, step.colour))
        while True:
            frame = camera.read()
            assert frame is not None
            faces = models.detection(frame.image)
            if faces:
                samples.append((frame.time, measure_light(frame.image, faces[0].box, faces[0].points)))
            if frame.time - begin >= step.seconds:
                begin = frame.time
                break
    camera.close()
    return judge_light(Gathered(light_slots=tuple(slots), light=tuple(samples)))


def _passed(judgement: CueJudgement) -> bool:
    assert judgement.score is not None
    assert judgement.threshold is not None
    return not judgement.code and judgement.score >= judgement.threshold


def test_the_person_answers(models: Models) -> None:
    assert _passed(_judged(models, "bona_fide"))


def test_the_person_who_is_not_lit_does_not(models: Models) -> None:
    assert not _passed(_judged(models, "bona_fide", lit=False))


def test_a_tablet_glows_by_itself_and_fails(models: Models) -> None:
    judgement = _judged(models, "screen")
    assert judgement.code == ""
    assert not _passed(judgement)


def test_a_print_answers_as_a_lit_thing_which_this_check_cannot_tell(models: Models) -> None:
    assert _passed(_judged(models, "photo"))


def test_a_whole_session_is_lit_and_says_so(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", camera="demo:", profile="demo", engine="onnx_runtime", threads=1)
    numbers = {"country": "IR", "national_number": "0499370899", "card_serial": "1A12345678"}
    result = headless_session(settings, seed=7, numbers=numbers)
    finding = result.session.evidence.of(Check.LIGHT)
    assert finding is not None
    assert finding.passed
    assert finding.score is not None
    assert finding.threshold is not None
    assert finding.score >= finding.threshold
