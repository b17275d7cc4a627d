"""The preview: a mirror that keeps nothing when nobody looks."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox
from kiosk.ui.preview import PreviewFeed, PreviewItem, mirrored

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_picture_is_a_mirror_in_true_colours() -> None:
    picture = np.zeros((2, 3, 3), np.uint8)
    picture[0, 0] = (255, 0, 0)  # blue, on the image's left
    image = mirrored(picture)
    assert image.pixelColor(2, 0).name() == "#0000ff"
    assert image.pixelColor(0, 0).name() == "#000000"


def test_the_newest_frame_is_shown_and_counted() -> None:
    frames: Mailbox[Frame] = Mailbox()
    feed = PreviewFeed(frames)
    feed.look(True)
    came: list[None] = []
    feed.came.connect(lambda: came.append(None))
    for index, grey in enumerate((10, 200)):
        frames.put(Frame(np.full((4, 4, 3), grey, np.uint8), float(index), index))
    feed.fetch()
    assert feed.image.pixelColor(1, 1).red() == 200
    assert len(came) == 1
    assert feed.first_shown is not None
    feed.fetch()
    assert len(came) == 1
    feed.look(False)


def test_no_picture_stays_when_nobody_looks() -> None:
    frames: Mailbox[Frame] = Mailbox()
    feed = PreviewFeed(frames)
    feed.look(True)
    frames.put(Frame(np.full((4, 4, 3), 9, np.uint8), 0.0, 0))
    feed.fetch()
    frames.put(Frame(np.full((4, 4, 3), 9, np.uint8), 1.0, 1))
    feed.look(False)
    assert feed.image.isNull()
    assert frames.take(timeout=0) is None


def test_the_picture_s_shape_is_told_so_that_a_card_is_shown_whole() -> None:
    frames: Mailbox[Frame] = Mailbox()
    feed, item = PreviewFeed(frames), PreviewItem()
    item.setProperty("feed", feed)
    feed.look(True)
    frames.put(Frame(np.zeros((90, 160, 3), np.uint8), 0.0, 0))
    feed.fetch()
    assert item.property("aspect") == pytest.approx(16 / 9)
    feed.look(False)
