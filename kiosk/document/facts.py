"""What is said of a document. Types only: no pixels, no numpy. Texts are identity data and never reach a log.

Points are pixels of the picture that was given, x to the right, y down, whatever way up the document lies in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""corners in the order top left, top right, bottom right, bottom left as a reader of the upright text would say;
where it is not known which way is up, as they lie in the picture"""
Rect = tuple[float, float, float, float]
"""x, y, width, height"""


class Source(StrEnum):
    """Where a field was read."""

    MRZ = "mrz"
    PRINT = "print"
    BARCODE = "barcode"
    CHIP = "chip"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """How a document stands in one frame of the live picture."""

    corners: Quad
    confidence: float
    """0..1 that this is a document's outline"""
    share: float
    """of the frame's area that lies within the corners, 0..1"""
    complete: bool
    """all four corners lie inside the frame"""
    sharpness: float
    """0 blurred .. 1 sharp, of the rectified document"""
    luminance: float
    """mean, 0..1"""
    glare: float
    """share of the document that a reflection has washed out, 0..1"""
    uneven_light: float
    """0 even .. 1"""
    skew: float
    """degrees between its long side and the nearest axis of the frame"""
    perspective: float
    """0 seen squarely .. 1: how far opposite sides differ"""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document.

    Names: ``surname``, ``given_names``, ``number``, ``national_number``, ``card_serial``,
    ``nationality``, ``issuer``, ``birth``, ``expiry``, ``sex``, ``optional``, ``optional_2``, ``personal_number``,
    ``father``, ``card_number`` ...; dates as YYYY-MM-DD (Gregorian) where they are whole.
    """

    name: str
    text: str
    """ASCII digits; "" when it is there but was not read"""
    source: Source
    confidence: float = 0.0
    """of its least certain character, 0..1"""
    check: bool | None = None
    """its check digit holds; None: it has none"""
    raw: str = ""
    """as printed, fillers, script and calendar included"""
    doubtful: tuple[int, ...] = ()
    """indices in ``text`` of characters that may be others"""
    box: Quad | None = None


@dataclass(frozen=True, slots=True)
class MrzReading:
    """A machine-readable zone (ICAO Doc 9303)."""

    kind: str
    """``TD1``, ``TD2``, ``TD3``, ``MRV-A``, ``MRV-B``, ``FR-ID`` (the old French card), or ``unknown``"""
    lines: tuple[str, ...]
    confidences: tuple[tuple[float, ...], ...]
    """of each character, 0..1"""
    checks: tuple[tuple[str, bool], ...]
    """check digits by name: ``number``, ``birth``, ``expiry``, ``personal``, ``composite``"""
    fields: tuple[Field, ...]
    problems: tuple[str, ...] = ()
    """what else is wrong: ``birth_impossible``, ``nationality_unknown``, ``expired`` ..."""
    mended: tuple[tuple[int, int, str, str], ...] = ()
    """line, column, as read, as its place in the zone or the check digits prove it to be"""
    corners: Quad | None = None

    @property
    def passed(self) -> bool:
        """Say whether there are check digits and all of them hold."""
        return bool(self.checks) and all(holds for _, holds in self.checks)


@dataclass(frozen=True, slots=True)
class BarcodeReading:
    """A barcode on a document."""

    format: str
    """``PDF417``, ``QRCode``, ``DataMatrix``, ``Code128`` ..."""
    text: str
    corners: Quad | None = None
    fields: tuple[Field, ...] = ()
    """of a licence after AAMVA"""
    problems: tuple[str, ...] = ()
    """what does not fit the licence's standard: ``header_broken``, ``offset_wrong``, ``birth_unreadable`` ..."""


@dataclass(frozen=True, slots=True)
class PortraitFound:
    """The portrait on a document."""

    box: Rect
    """of the face, in pixels of the picture as it was given"""
    turned: int
    """quarter turns clockwise that stand the face upright, 0..3"""
    eye_distance: float
    """pixels"""
    quality: float
    """0..1: how far its template can be relied on"""
    problem: str = ""
    """"" or why it cannot serve: ``too_small``, ``unclear``, ``grey`` ..."""


@dataclass(frozen=True, slots=True)
class PresenceCue:
    """Whether the document itself is there, not a picture of it: evidence with a rate, not a verdict."""

    name: str
    """``screen``, ``photocopy``, ``edges``, ``parallax``"""
    score: float | None
    """1 a document .. 0 a picture of one; None: it could not be judged"""
    threshold: float | None = None
    rate: float | None = None
    """share of real documents that lie below the threshold, as measured"""
    code: str = ""
    """why it could not be judged"""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """The same field from two places."""

    field: str
    one: Source
    other: Source
    agree: bool
    doubtful: tuple[int, ...] = ()
    """indices of the characters that differ"""


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """All that one side, or several sides together, of a document say."""

    kind: str
    """``TD1`` ... as ``MrzReading.kind``, ``ir_national_card``, ``tr_identity_card``, ``bank_card``, ``licence`` or ``unknown``"""
    mrz: MrzReading | None = None
    fields: tuple[Field, ...] = ()
    """the best of each name first; the same name may come from several sources"""
    barcodes: tuple[BarcodeReading, ...] = ()
    portrait: PortraitFound | None = None
    presence: tuple[PresenceCue, ...] = ()
    cross_checks: tuple[CrossCheck, ...] = ()
    """the same field from two places on the document"""
    problems: tuple[str, ...] = ()
    """of all sides and sources: ``expired``, ``birth_impossible``, ``sides_unlinked`` (nothing shows that portrait and
    numbers are one document's) ..."""
    corners: Quad | None = None
    milliseconds: tuple[tuple[str, float], ...] = field(default=())
    """by stage"""

    def best(self, name: str) -> Field | None:
        """Give the first field of this name that was read."""
        return next((one for one in self.fields if one.name == name and one.text), None)
