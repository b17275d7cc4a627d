"""A chip opened in the best way that it and we know: PACE, else Basic Access Control."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from kiosk.document.chip import files
from kiosk.document.chip.access import Can, ChipAccess, open_by_bac, select_application
from kiosk.document.chip.apdu import PlainChannel
from kiosk.document.chip.files import FileReader
from kiosk.document.chip.messaging import LONGEST_SHORT_READ, SecureChannel
from kiosk.document.chip.pace import PaceOffer, find_offers, open_by_pace
from kiosk.document.chip.port import CardPort
from kiosk.errors import ChipInvalid, ChipRefused


@dataclass(frozen=True, slots=True)
class Opened:
    """A chip that has opened."""

    plain: PlainChannel
    session: SecureChannel
    way: str
    """``PACE`` or ``BAC``"""
    piece: int
    """bytes that one answer may carry"""
    long: bool
    """answers may take the extended form where they must"""
    problems: tuple[str, ...] = ()


def open_chip(
    port: CardPort, plain: PlainChannel, access: ChipAccess | Can, piece: int, *, long: bool = True
) -> Opened:
    """Open a chip that is connected. Raises ``ChipRefused``, ``ChipInvalid``, ``ChipLost``."""
    offers = _offers(plain)
    problem = "pace_unknown" if offers is None else ""
    if offers:
        try:
            session = open_by_pace(plain, access, offers[0])
            select_application(session)
            return Opened(plain, session, "PACE", piece, long)
        except ChipRefused:
            raise
        except ChipInvalid:
            # A chip that errs in PACE may still speak the older way; what it then says is proven by signature all the same.
            problem = "pace_failed"
            if isinstance(access, Can) or not port.connect():
                raise
    if isinstance(access, Can):
        raise ChipRefused(
            "this chip does not open to a card access number", hint="give number, birth and expiry of its zone instead"
        )
    try:
        select_application(plain)
        session = open_by_bac(plain, access)
    except ChipInvalid as error:
        if problem == "pace_unknown":
            raise ChipInvalid(
                "the chip opens only in a way that is not known here",
                hint="it wants another kind of PACE than the one with generic mapping on a standard curve",
            ) from error
        raise
    return Opened(plain, session, "BAC", piece, long, (problem,) if problem else ())


def _offers(plain: PlainChannel) -> tuple[PaceOffer, ...] | None:
    """Give the chip's offers of PACE: none at all is empty, None: only such as are not known here."""
    try:
        card_access = FileReader(plain).read(files.CARD_ACCESS, 0x31)
        if card_access is None:
            return ()
        return find_offers(card_access) or None
    except ChipInvalid:
        return ()


def longest_piece(plain: PlainChannel) -> int:
    """Ask EF.ATR/INFO how many bytes an answer may carry; chips that do not say it take the short ones."""
    with contextlib.suppress(ChipInvalid):
        return files.longest_piece(plain)
    return LONGEST_SHORT_READ
