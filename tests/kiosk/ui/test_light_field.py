"""The light sequence on the screen: one colour everywhere, told when it can be seen, left out by a touch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMetaObject
from PySide6.QtQuick import QQuickItem

from kiosk.flow.answers import LightShown
from kiosk.flow.events import LightDeclined
from kiosk.flow.state import Step
from kiosk.ui.catalogue import Catalogue
from kiosk.ui.shots import states
from kiosk.ui.viewmodels.light import LightModel, coded
from tests.kiosk.ui.conftest import Stage


def _named(item: QQuickItem, name: str) -> bool:
    return item.property("text") == name and item.metaObject().className().startswith("BigButton")


def test_the_screen_tells_once_that_a_colour_can_be_seen(stage: Stage) -> None:
    session = states("en")["light_on"]
    stage.show(states("en")["light_coming"])
    stage.show(session)
    stage.wait(200)
    assert [tap for tap in stage.taps if isinstance(tap, LightShown)] == [LightShown(session.light.asked)]
    following = replace(session, light=replace(session.light, position=3, asked=4))
    stage.screens.show(following)
    stage.wait(200)
    assert [tap for tap in stage.taps if isinstance(tap, LightShown)][1:] == [LightShown(4)]


@pytest.mark.parametrize("size", ["portrait", "landscape"])
def test_most_of_the_screen_has_the_colour(stage: Stage, size: str) -> None:
    session = states("fa")["light_on"]
    stage.show(session, size)
    stage.wait(150)
    picture = stage.window.grabWindow()
    wanted = tuple(coded(part) for part in session.light.steps[session.light.position].colour)
    width, height = picture.width(), picture.height()
    spots = [picture.pixelColor(x, y) for x in range(4, width, width // 24) for y in range(4, height, height // 24)]
    same = sum((spot.red(), spot.green(), spot.blue()) == wanted for spot in spots)
    assert same / len(spots) > 0.55


def test_after_the_sequence_the_screen_is_as_usual(stage: Stage) -> None:
    stage.show(states("en")["light_on"])
    stage.show(states("en")["awareness"])
    stage.wait(100)
    assert not stage.items(lambda item: item.metaObject().className().startswith("LightField"))


@pytest.mark.parametrize("name", ["light_coming", "light_on"])
def test_the_colours_can_be_left_out_right_there(stage: Stage, name: str) -> None:
    stage.show(states("en")[name])
    stage.wait(100)
    words = Catalogue("en").words["step.liveness.light_leave_out"]
    (button,) = stage.items(lambda item: _named(item, words))
    QMetaObject.invokeMethod(button, "pressed")
    assert LightDeclined() in stage.taps


def test_no_colour_is_given_before_the_sequence_and_after_it() -> None:
    made = states("en")
    for name, shown in (("light_coming", False), ("light_on", True), ("liveness", False), ("awareness", False)):
        model = LightModel(made[name], Catalogue("en"), lambda _event: None)
        assert (model.property("colour") != "") is shown
    gone = replace(made["light_on"], step=Step.AWARENESS)
    assert LightModel(gone, Catalogue("en"), lambda _event: None).property("colour") == ""


@pytest.mark.parametrize(("linear", "code"), [(0.0, 0), (1.0, 255), (0.15, 108), (0.45, 179), (2.0, 255)])
def test_colours_are_coded_as_the_screen_decodes_them(linear: float, code: int) -> None:
    assert coded(linear) == code
