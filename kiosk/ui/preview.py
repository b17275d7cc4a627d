"""The live preview: a mirror. It takes the newest frame of its own mailbox, so that analysis never delays it."""

from __future__ import annotations

import time
from collections import deque

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Property, QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox

POLL_MILLISECONDS = 12
_USUAL_ASPECT = 4 / 3


class PreviewFeed(QObject):
    """Fetches the newest frame, as long as somebody looks."""

    came = Signal()

    def __init__(self, frames: Mailbox[Frame], parent: QObject | None = None) -> None:
        """Take the preview's own mailbox."""
        super().__init__(parent)
        self._frames = frames
        self._lookers = 0
        self._image = QImage()
        self._shown: deque[float] = deque(maxlen=60)
        self.first_shown: float | None = None
        """monotonic seconds at which the first frame was there"""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.fetch)

    @property
    def image(self) -> QImage:
        """Give the newest picture, mirrored; null while there is none."""
        return self._image

    @property
    def fps(self) -> float:
        """Give the frames shown per second lately."""
        if len(self._shown) < 2 or time.monotonic() - self._shown[-1] > 1.5:
            return 0.0
        return (len(self._shown) - 1) / max(self._shown[-1] - self._shown[0], 1e-6)

    def look(self, looking: bool) -> None:
        """Note that an item begins or ends to look; with nobody looking no picture is kept."""
        self._lookers = max(0, self._lookers + (1 if looking else -1))
        if self._lookers:
            self._timer.start()
        else:
            self._timer.stop()
            self._image = QImage()
            self._frames.clear()

    @Slot()
    def fetch(self) -> None:
        """Take what is new, if anything."""
        frame = self._frames.take(timeout=0)
        if frame is None:
            return
        self._image = mirrored(frame.image)
        self._shown.append(time.monotonic())
        if self.first_shown is None:
            self.first_shown = self._shown[-1]
        self.came.emit()


def mirrored(picture: NDArray[np.uint8]) -> QImage:
    """Give a BGR picture as a mirror shows it."""
    turned = np.ascontiguousarray(picture[:, ::-1])
    height, width = turned.shape[:2]
    return QImage(turned.data, width, height, width * 3, QImage.Format.Format_BGR888).copy()


class PreviewItem(QQuickPaintedItem):
    """Shows the feed, cut to fill the item; the registered QML type is ``Preview``."""

    feedChanged = Signal()
    hasPictureChanged = Signal()
    aspectChanged = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        """Show nothing until a feed is set."""
        super().__init__(parent)
        self._aspect = _USUAL_ASPECT
        self._feed: PreviewFeed | None = None
        self._looking = False
        self._had_picture = False
        self.setRenderTarget(QQuickPaintedItem.RenderTarget.FramebufferObject)
        self.setOpaquePainting(True)
        self.visibleChanged.connect(self._look)

    def _get_feed(self) -> PreviewFeed | None:
        return self._feed

    def _set_feed(self, feed: PreviewFeed | None) -> None:
        if feed is self._feed:
            return
        self._stop_looking()
        if self._feed is not None:
            self._feed.came.disconnect(self._refresh)
        self._feed = feed
        if feed is not None:
            feed.came.connect(self._refresh)
        self._look()
        self.feedChanged.emit()

    feed = Property(QObject, _get_feed, _set_feed, notify=feedChanged)

    def _get_has_picture(self) -> bool:
        return self._had_picture

    hasPicture = Property(bool, _get_has_picture, notify=hasPictureChanged)

    aspect = Property(float, lambda self: self._aspect, notify=aspectChanged)
    """width by height of the camera's picture"""

    @Slot()
    def _refresh(self) -> None:
        if self._feed is not None and not self._feed.image.isNull():
            aspect = self._feed.image.width() / self._feed.image.height()
            if aspect != self._aspect:
                self._aspect = aspect
                self.aspectChanged.emit()
        if not self._had_picture:
            self._had_picture = True
            self.hasPictureChanged.emit()
        self.update()

    @Slot()
    def _look(self) -> None:
        wanted = self._feed is not None and self.isVisible()
        if wanted and not self._looking and self._feed is not None:
            self._looking = True
            self._feed.look(True)
        elif not wanted:
            self._stop_looking()

    def _stop_looking(self) -> None:
        if self._looking and self._feed is not None:
            self._looking = False
            self._feed.look(False)

    @Slot()
    def release(self) -> None:
        """Stop looking; called when the screen goes away, so that the last picture goes with it."""
        self._stop_looking()

    def paint(self, painter: QPainter) -> None:
        """Draw the picture so that it fills the item, its middle kept."""
        target = self.boundingRect()
        painter.fillRect(target, Qt.GlobalColor.black)
        if self._feed is None or self._feed.image.isNull() or target.isEmpty():
            return
        picture = self._feed.image
        scale = max(target.width() / picture.width(), target.height() / picture.height())
        width, height = target.width() / scale, target.height() / scale
        source = QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, picture, source)
