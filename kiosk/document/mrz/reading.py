"""The machine-readable zone of a picture: found, straightened, read, judged; several pictures voted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np

from edge_models.tasks.document_text import Alphabet, LineReader, ReadLine
from kiosk.document.facts import Field, MrzReading, Quad, Source
from kiosk.document.mrz.cutting import CUTS, Cut, cut, outline, room_of
from kiosk.document.mrz.finding import SMALLEST, find_candidates
from kiosk.document.mrz.judging import Judged, judge
from kiosk.document.mrz.spacing import spaced
from kiosk.document.mrz.strokes import Grey, grey_of
from kiosk.document.mrz.tracing import Block, trace
from kiosk.document.mrz.twins import as_zeros
from kiosk.identity.mrz.characters import Line
from kiosk.identity.mrz.parsing import Parsed, parse
from kiosk.identity.mrz.voting import vote

_TURN_CLEAR = 0.12
"""difference of mean confidence by which one way up is the right one"""
_HOPELESS = 0.3
"""mean confidence of a line below which it is no print"""
_SMALL = 700
"""pixels of the longer side: a smaller picture is looked at again enlarged"""
_SCALES = ((600, SMALLEST), (1000, 620), (2200, 1200))
"""largest and smallest scale of each look, pixels of the longer side: most zones fill their picture and are seen small,
where looking is cheap"""


@dataclass(frozen=True, eq=False, slots=True)
class _Zone:
    """A zone in a picture."""

    judged: Judged
    corners: Quad


class MrzReader:
    """Reads zones with the line reader that it is given. Keeps nothing of what it read; used by one thread."""

    def __init__(self, reader: LineReader) -> None:
        """Take what reads lines."""
        self._reader = reader

    def read(self, picture: Grey, corners: Quad | None = None, *, today: date) -> MrzReading | None:
        """Read the zone of one picture (grey or BGR); None where there is none. ``corners`` only help."""
        return self.read_several([(picture, corners)], today)

    def read_several(self, pictures: Sequence[tuple[Grey, Quad | None]], today: date) -> MrzReading | None:
        """Read one zone from several pictures of it, voted by character; the best picture first."""
        zones: list[_Zone] = []
        for picture, corners in pictures:
            zone = self._zone(grey_of(picture), corners, today)
            if zone is None:
                continue
            if zone.judged.finished:
                return _reading(zone.judged, zone.corners)
            zones.append(zone)
        if not zones:
            return None
        best = max(zones, key=lambda zone: zone.judged.worth)
        return _reading(_best([zone.judged for zone in zones], today), best.corners)

    def _zone(self, grey: Grey, corners: Quad | None, today: date) -> _Zone | None:
        best: _Zone | None = None
        for view, shift, scale in _views(grey, corners):
            for block in _blocks(view):
                zone = self._read_block(view, block, today)
                if zone is None:
                    continue
                moved = _moved(zone, shift, scale)
                if moved.judged.held >= 2 or moved.judged.parsed.passed:
                    return moved
                if best is None or moved.judged.worth > best.judged.worth:
                    best = moved
            if best is not None:
                break
        return best

    def _read_block(self, grey: Grey, block: Block, today: date) -> _Zone | None:
        """Read a block's lines the right way up; a zone that is not certain is cut out and read in other ways as well."""
        sheet = _Sheet(self._reader, grey, block)
        turned = sheet.turned()
        if turned is None:
            return None
        readings: list[Judged] = []
        for how in CUTS:
            readings.append(_judged(sheet.lines(how, turned=turned), today))
            best = _best(readings, today)
            if best.finished or not _worth_another_look(best):
                break
        if not best.zone:
            return None
        lines = block.lines[::-1] if turned else block.lines
        at = best.parsed.first_line
        own = lines[at : at + len(best.parsed.lines)] or lines
        return _Zone(best, outline(block, own[::-1] if turned else own, turned=turned))


class _Sheet:
    """A block's lines, each cut out and read once in every way that is asked for."""

    def __init__(self, reader: LineReader, grey: Grey, block: Block) -> None:
        self._reader = reader
        self._grey = grey
        self._block = block
        self._read: dict[tuple[int, Cut, bool], ReadLine] = {}

    def turned(self) -> bool | None:
        """Say whether the block stands on its head; None when it is no print either way."""
        lines = self._block.lines
        order = sorted(range(len(lines)), key=lambda row: -lines[row].regular)
        ways = np.zeros(2)
        for count, row in enumerate(order[:2], 1):
            strip = cut(self._grey, self._block, lines[row], CUTS[0])
            for way, shown in enumerate((strip, _flipped(strip))):
                (read,) = self._reader.read([shown], Alphabet.MRZ)
                self._read[row, CUTS[0], bool(way)] = read
                ways[way] += _certainty(read)
            if abs(ways[0] - ways[1]) > _TURN_CLEAR * count:
                break
        if ways.max() / count < _HOPELESS:
            return None
        return bool(ways[1] > ways[0])

    def lines(self, how: Cut, *, turned: bool) -> tuple[Line, ...]:
        """Give the lines as they are read, the first one first; what holds no character is left out."""
        rows = range(len(self._block.lines))
        missing = [row for row in rows if (row, how, turned) not in self._read]
        strips = [cut(self._grey, self._block, self._block.lines[row], how) for row in missing]
        strips = [_flipped(strip) if turned else strip for strip in strips]
        for row, read in zip(missing, self._reader.read(strips, Alphabet.MRZ), strict=True):
            self._read[row, how, turned] = read
        lines = []
        for row in reversed(rows) if turned else rows:
            room = room_of(self._block, self._block.lines[row], turned=turned)
            lines.append(spaced(self._read[row, how, turned].characters, room))
        return tuple(line for line in lines if line)


def _views(grey: Grey, corners: Quad | None) -> Iterator[tuple[Grey, np.typing.NDArray[np.float64], float]]:
    """Give what is looked at, one after the other: picture, where it begins in the whole one, its scale."""
    nowhere = np.zeros(2)
    side = max(grey.shape)
    if corners is not None:
        around = np.array(corners)
        room = 0.06 * (around.max(0) - around.min(0)).max()
        low = np.maximum(np.floor(around.min(0) - room), 0).astype(int)
        high = np.minimum(np.ceil(around.max(0) + room), grey.shape[::-1]).astype(int)
        size = high - low
        if size.min() >= 60 and size.prod() < 0.8 * grey.size:
            yield grey[low[1] : high[1], low[0] : high[0]], low.astype(np.float64), 1.0
    yield grey, nowhere, 1.0
    if side < _SMALL:
        large = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield np.asarray(large, np.uint8), nowhere, 2.0


def _blocks(grey: Grey) -> Iterator[Block]:
    """Give blocks of lines that may be a zone: what has a zone's shape at once, what might be one afterwards."""
    later: list[tuple[float, Block]] = []
    side = max(grey.shape)
    for largest, smallest in _SCALES:
        if side <= smallest and smallest > SMALLEST:
            break
        for candidate in find_candidates(grey, largest=largest, smallest=smallest):
            block = trace(grey, candidate)
            if block is None or len(block.lines) < 2:
                continue
            likely = _likeness(block)
            if likely > 0.75:
                yield block
            elif likely > 0.0:
                later.append((likely, block))
    later.sort(key=lambda pair: -pair[0])
    for _, block in later[:6]:
        yield block


def _likeness(block: Block) -> float:
    """Give how much a block is shaped like a zone, 0..1."""
    if block.pitch is None:
        return 0.1
    if block.pitch.regular < 0.15 or not 24 < block.length < 62:
        return 0.0
    off = min(abs(block.length + 0.35 - length) for length in (30, 36, 44))
    return min(1.0, block.pitch.regular / 0.4) * (1.0 if off < 1.2 else 0.6)


def _worth_another_look(judged: Judged) -> bool:
    return judged.parsed.kind != "unknown" or judged.confidence > 0.5


def _certainty(line: ReadLine) -> float:
    """Give the mean confidence of a line; a line of few characters counts for little."""
    return line.confidence * min(1.0, len(line.characters) / 24)


def _flipped(strip: Grey) -> Grey:
    return np.ascontiguousarray(strip[::-1, ::-1])


def _best(readings: list[Judged], today: date) -> Judged:
    """Give what several readings say together, or the best of them where check digits speak for it."""
    best = max(readings, key=lambda one: one.worth)
    if len(readings) == 1:
        return best
    voted = _judged(vote(tuple(one.lines for one in readings)), today)
    return voted if voted.support >= best.support else best


def _judged(lines: tuple[Line, ...], today: date) -> Judged:
    """Judge lines with each unsure O of their numbers taken for 0, or as read where check digits speak for that."""
    best = judge(lines, parse(lines, today))
    for in_words in (False, True):
        zeros = as_zeros(best.parsed.kind, best.lines, in_words=in_words)
        if zeros == best.lines:
            continue
        other = judge(zeros, parse(zeros, today))
        if other.failed < best.failed or (other.failed == best.failed and not in_words):
            best = other
    return best


def _moved(zone: _Zone, shift: np.typing.NDArray[np.float64], scale: float) -> _Zone:
    a, b, c, d = ((x / scale + float(shift[0]), y / scale + float(shift[1])) for x, y in zone.corners)
    return _Zone(zone.judged, (a, b, c, d))


def _reading(judged: Judged, corners: Quad) -> MrzReading:
    parsed: Parsed = judged.parsed
    fields = tuple(
        Field(one.name, one.text, Source.MRZ, one.confidence, one.check, one.raw, one.doubtful) for one in parsed.fields
    )
    mended = tuple((one.line, one.column, one.read, one.mended) for one in parsed.mended)
    return MrzReading(
        parsed.kind, parsed.lines, parsed.confidences, parsed.checks, fields, parsed.problems, mended, corners
    )
