"""One presentation before the kiosk: what is shown, whether it is bona fide, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from calibration.attack.making.spliced import Piece


class Label(StrEnum):
    """What a presentation truly is."""

    BONA_FIDE = "bona_fide"
    ATTACK = "attack"


class Way(StrEnum):
    """How it is judged."""

    SESSION = "session"
    """the whole session, from consent to verdict"""
    PAD = "pad"
    """the PAD subsystem alone: the person makes no gesture that could be asked"""


@dataclass(frozen=True, slots=True)
class Material:
    """What stands before the camera."""

    film: Path | None = None
    """film or picture; None: the demonstration"""
    mirror: bool = False
    demo: str = ""
    """variant of the demonstration"""
    made: str = ""
    """attack that is made of it by software (a name in ``calibration.attack.making.attacks``), "" for none"""
    swap: Path | None = None
    """film whose person's face is swapped in"""
    swap_at: float = 0.0
    pieces: tuple[tuple[str, Piece], ...] = ()
    """where the film shows what: a gesture's name or ``rest``, and its seconds"""


@dataclass(frozen=True, slots=True)
class Presentation:
    """One presentation with its truth."""

    name: str
    label: Label
    species: str
    """"" for bona fide"""
    material: Material
    way: Way = Way.PAD
    reference: Path | None = None
    """film or picture of the person who is claimed; None: the material itself"""
    reference_at: float = 0.0
    """second of the frame that serves as reference"""
    gestures: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    must_pass: bool = field(default=False)
    """a bona fide film that shows all that is asked: a refusal is an error of the kiosk, not of the film"""
