"""One name per step everywhere: flow, view model, screen, words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.flow.state import Step
from kiosk.ui.catalogue import LANGUAGES, Catalogue

KIOSK = Path(__file__).parents[2] / "kiosk"


@pytest.mark.parametrize("step", list(Step))
def test_a_step_has_its_file_in_every_room(step: Step) -> None:
    assert (KIOSK / "flow" / "steps" / f"{step}.py").is_file()
    assert (KIOSK / "ui" / "viewmodels" / f"{step}.py").is_file()
    assert (KIOSK / "ui" / "screens" / f"{step.capitalize()}Screen.qml").is_file()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", list(Step))
def test_a_step_has_words(step: Step, language: str) -> None:
    assert any(key.startswith(f"step.{step}.") for key in Catalogue(language).words)


def test_no_screen_is_without_a_step() -> None:
    screens = {path.stem.removesuffix("Screen").lower() for path in (KIOSK / "ui" / "screens").glob("*Screen.qml")}
    assert screens == set(Step)
