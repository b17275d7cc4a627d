"""Every screen in three languages and two sizes: no complaint of QML, nothing outside, nothing under something else."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.flow.events import (
    AnswerNotKnown,
    AnswerTouched,
    ClerkAsked,
    Continued,
    Declined,
    FieldTyped,
    Help,
    HelpToggled,
    LanguageChosen,
    SpokenDeclined,
)
from kiosk.flow.progress import IdentityEntry
from kiosk.flow.state import Gesture
from kiosk.ui.catalogue import LANGUAGES, Catalogue
from kiosk.ui.shots import SIZES, states

if TYPE_CHECKING:
    from tests.kiosk.ui.conftest import Stage

SLACK = 2.0
"""pixels of rounding"""
LEAST_TOUCH = 71.0
"""pixels: 15 mm on the usual screens, less the rounding"""
EVERYWHERE = [(name, language, size) for name in states("en") for language in LANGUAGES for size in SIZES]


def rectangle(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def clipped(item: QQuickItem) -> bool:
    above = item.parentItem()
    while above is not None:
        if above.clip():
            return True
        above = above.parentItem()
    return False


def is_text(item: QQuickItem) -> bool:
    return item.inherits("QQuickText") and bool(str(item.property("text")).strip())


def is_button(item: QQuickItem) -> bool:
    # A component that builds on the button has a name of its own.
    return item.metaObject().indexOfProperty("checkable") >= 0 and item.metaObject().indexOfProperty("quiet") >= 0


def button(stage: Stage, text: str) -> QQuickItem:
    """Give the button with these words; on a busy machine a screen may take a moment to be there."""
    for _ in range(40):
        for item in stage.items(is_button):
            if item.property("text") == text:
                return item
        stage.wait(50)
    raise AssertionError(f"no button says {text!r}")


def middle(item: QQuickItem) -> QPoint:
    return rectangle(item).center().toPoint()


def touch(stage: Stage, text: str) -> None:
    """Touch the button that lies on top, and wait until a sheet has come or gone."""
    found = [item for item in stage.items(is_button) if item.property("text") == text]
    QTest.mouseClick(stage.window, Qt.MouseButton.LeftButton, pos=middle(found[-1]))
    stage.wait(220)


def assert_whole(stage: Stage, size: str) -> None:
    """Nothing stands outside the window, no button covers another, no words lie under a button."""
    assert stage.warnings == []
    room = QRectF(0, 0, *SIZES[size]).adjusted(-SLACK, -SLACK, SLACK, SLACK)
    texts = [item for item in stage.items(is_text) if not clipped(item)]
    buttons = [item for item in stage.items(is_button) if not clipped(item)]
    assert texts
    assert buttons
    outside = [str(item.property("text")) for item in texts + buttons if not room.contains(rectangle(item))]
    assert outside == []
    covered = [
        (str(one.property("text")), str(other.property("text")))
        for one, other in combinations(buttons, 2)
        if inner(one).intersects(inner(other))
    ]
    assert covered == []
    hidden = [
        str(words.property("text"))
        for words in texts
        for button in buttons
        if not button.isAncestorOf(words) and inner(words).intersects(inner(button))
    ]
    assert hidden == []


def inner(item: QQuickItem) -> QRectF:
    return rectangle(item).adjusted(SLACK, SLACK, -SLACK, -SLACK)


@pytest.mark.parametrize(("name", "language", "size"), EVERYWHERE)
def test_a_screen_is_whole(stage: Stage, name: str, language: str, size: str) -> None:
    stage.show(states(language)[name], size)
    assert_whole(stage, size)


@pytest.mark.parametrize(("name", "language", "size"), EVERYWHERE)
def test_large_type_and_high_contrast_leave_a_screen_whole(stage: Stage, name: str, language: str, size: str) -> None:
    helps = frozenset({Help.LARGE_TYPE, Help.HIGH_CONTRAST})
    stage.show(replace(states(language)[name], helps=helps), size)
    assert stage.window.color().name() == "#000000"
    assert_whole(stage, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", states("en"))
def test_what_is_touched_is_large_enough(stage: Stage, name: str, size: str) -> None:
    stage.show(states("en")[name], size)
    small = [
        (str(item.property("text")), item.width(), item.height())
        for item in stage.items(is_button)
        if item.height() < LEAST_TOUCH or item.width() < LEAST_TOUCH
    ]
    assert small == []


def test_stopping_is_asked_once_and_staying_changes_nothing(stage: Stage) -> None:
    words = Catalogue("en")
    stage.show(states("en")["consent"])
    touch(stage, words("shell.leave"))
    assert stage.taps == []
    touch(stage, words("leave.stay"))
    assert stage.taps == []
    touch(stage, words("shell.leave"))
    touch(stage, words("leave.stop"))
    assert stage.taps == [Declined()]


def test_assistance_and_a_clerk_are_at_hand_in_every_step(stage: Stage) -> None:
    words = Catalogue("en")
    stage.show(states("en")["face"])
    touch(stage, words("help.short"))
    touch(stage, words("help.large_type"))
    touch(stage, words("leave.clerk"))
    assert stage.taps == [HelpToggled(Help.LARGE_TYPE, True), ClerkAsked()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_arrow_points_to_the_person_s_own_side_of_the_mirror(
    stage: Stage, side: str, language: str, size: str
) -> None:
    session = replace(states(language)["liveness_left"], challenge=(Gesture(f"look_{side}"),))
    stage.show(session, size)
    arrow = next(item for item in stage.items(lambda item: item.metaObject().className().startswith("ArrowSign")))
    head = next(item for item in stage.items(lambda item: item.metaObject().className().startswith("HeadSign")))
    assert arrow.rotation() == (180 if side == "left" else 0)
    assert (middle(arrow).x() < middle(head).x()) == (side == "left")


def test_consent_goes_on_below_at_a_touch(stage: Stage) -> None:
    stage.show(states("en")["consent"], "landscape")
    text = Catalogue("en")("step.consent.version", version="2026-11")
    before = rectangle(next(item for item in stage.items(is_text) if item.property("text") == text)).y()
    touch(stage, Catalogue("en")("step.consent.more"))
    stage.wait(450)
    assert rectangle(next(item for item in stage.items(is_text) if item.property("text") == text)).y() < before - 50


def ink_begins(stage: Stage, item: QQuickItem) -> tuple[int, int]:
    """Give the first and the last column of the window in which the item's text is drawn."""
    image, room = stage.window.grabWindow(), rectangle(item).toRect()
    ground = image.pixelColor(room.left(), room.top())
    inked = [
        x
        for x in range(room.left(), room.right())
        if any(image.pixelColor(x, y) != ground for y in range(room.top(), room.bottom(), 3))
    ]
    return inked[0], inked[-1]


def test_persian_is_laid_out_from_the_right(stage: Stage) -> None:
    for language in ("en", "fa"):
        stage.show(states(language)["transaction"])
        stage.wait(300)
        title = Catalogue(language)("step.transaction.title")
        heading = next(item for item in stage.items(is_text) if item.property("text") == title)
        first, last = ink_begins(stage, heading)
        left, right = first - rectangle(heading).left(), rectangle(heading).right() - last
        assert left < right if language == "en" else right < left


def test_digits_keep_their_order_in_persian(stage: Stage) -> None:
    stage.show(replace(states("fa")["identity"], identity=IdentityEntry("IR")))
    one, two, three = (rectangle(button(stage, key)).x() for key in "۱۲۳")
    assert one < two < three


def test_a_touch_on_start_goes_on(stage: Stage) -> None:
    stage.show(states("en")["welcome"])
    QTest.mouseClick(stage.window, Qt.MouseButton.LeftButton, pos=middle(button(stage, "Start")))
    assert stage.taps == [Continued()]


def test_a_slow_touch_is_not_lost_to_the_clock(stage: Stage) -> None:
    session = states("tr")["welcome"]
    stage.show(session)
    place = middle(button(stage, "English"))
    QTest.mousePress(stage.window, Qt.MouseButton.LeftButton, pos=place)
    for moment in (0.1, 0.2, 0.3):
        stage.screens.show(replace(session, now=session.now + moment))
    QTest.mouseRelease(stage.window, Qt.MouseButton.LeftButton, pos=place)
    assert stage.taps == [LanguageChosen("en")]


def test_a_slow_touch_on_a_key_types(stage: Stage) -> None:
    session = replace(states("en")["identity"], identity=IdentityEntry("IR"))
    stage.show(session)
    place = middle(button(stage, "0"))
    QTest.mousePress(stage.window, Qt.MouseButton.LeftButton, pos=place)
    stage.screens.show(replace(session, now=session.now + 0.1))
    QTest.mouseRelease(stage.window, Qt.MouseButton.LeftButton, pos=place)
    assert stage.taps == [FieldTyped("national_number", "0")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_answers_look_alike_and_one_is_touched_then_confirmed(stage: Stage, language: str, size: str) -> None:
    session, words = states(language)["awareness"], Catalogue(language)
    stage.show(session, size)
    texts = [row["text"] for row in stage.screens.models["Awareness"].property("answers")]
    answers = [button(stage, text) for text in texts]
    assert len({(item.width(), item.height(), item.property("textSize")) for item in answers}) == 1
    assert not button(stage, words("step.awareness.confirm")).isEnabled()
    QTest.mousePress(stage.window, Qt.MouseButton.LeftButton, pos=middle(answers[2]))
    stage.screens.show(replace(session, now=session.now + 0.1))
    QTest.mouseRelease(stage.window, Qt.MouseButton.LeftButton, pos=middle(answers[2]))
    assert stage.taps == [AnswerTouched(1, 2)]
    stage.show(states(language)["awareness_chosen"], size)
    touch(stage, words("step.awareness.confirm"))
    touch(stage, words("step.awareness.not_known"))
    assert stage.taps == [Continued(), AnswerNotKnown()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_shown_in_the_language_s_script_and_may_be_left_unsaid(
    stage: Stage, language: str, size: str
) -> None:
    session, words = states(language)["spoken"], Catalogue(language)
    stage.show(session, size)
    shown = stage.items(lambda item: item.property("text") == words.digits("4  0  7  1"))
    assert len(shown) == 1
    touch(stage, words("step.spoken.done"))
    touch(stage, words("step.spoken.declined"))
    assert stage.taps == [Continued(), SpokenDeclined()]
    # While the answer is waited for nothing can be touched twice.
    stage.show(replace(session, spoken=replace(session.spoken, phase="judge")), size)
    assert not button(stage, words("step.spoken.done")).isEnabled()
    assert not button(stage, words("step.spoken.declined")).isEnabled()


@pytest.mark.parametrize("size", SIZES)
def test_in_large_type_no_answer_is_out_of_sight(stage: Stage, size: str) -> None:
    helps = frozenset({Help.LARGE_TYPE, Help.HIGH_CONTRAST})
    for language in LANGUAGES:
        stage.show(replace(states(language)["awareness"], helps=helps, now=80.0), size)
        assert stage.screens.shell.property("hurry")
        assert [
            item for item in stage.items(is_button) if item.property("text") == Catalogue(language)("step.consent.more")
        ] == []


def test_no_picture_of_the_person_stays_for_the_result(stage: Stage) -> None:
    stage.show(states("en")["face"])
    stage.feed.fetch()
    stage.show(states("en")["approved"])
    assert stage.feed.image.isNull()
    assert stage.items(lambda item: item.metaObject().className().startswith("Preview")) == []
