"""What opens a chip: what is printed in the document's machine-readable zone, or the number on the card's face."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from kiosk.document.chip.apdu import REFUSED, SUCCESS, Command, PlainChannel
from kiosk.document.chip.keys import FOR_ENCRYPTION, FOR_MAC, Suite, derive_key, derive_session, session_of
from kiosk.document.chip.messaging import SecureChannel
from kiosk.errors import BadInput, ChipInvalid, ChipRefused
from kiosk.identity.mrz.check_digits import check_digit

_NUMBER = re.compile(r"[A-Z0-9<]{1,30}")
_DATE = re.compile(r"[0-9<]{6}")
_CAN = re.compile(r"[0-9]{4,16}")
_APPLICATION = bytes.fromhex("A0000002471001")


@dataclass(frozen=True, slots=True)
class ChipAccess:
    """Number, birth and expiry as the machine-readable zone has them; never shown."""

    number: str = field(repr=False)
    """without fillers at its end; the whole of a long one that runs on in the optional data"""
    birth: str = field(repr=False)
    """YYMMDD"""
    expiry: str = field(repr=False)
    """YYMMDD"""

    def __post_init__(self) -> None:
        """Refuse what no zone can hold."""
        if not _NUMBER.fullmatch(self.number) or not _DATE.fullmatch(self.birth) or not _DATE.fullmatch(self.expiry):
            raise BadInput(
                "number, birth and expiry cannot open a chip",
                hint="give the number in capital letters and digits and the dates as YYMMDD",
            )

    def information(self) -> bytes:
        """Give the zone's information (Doc 9303-11, 4.3.2): each of the three with its check digit."""
        number = self.number.rstrip("<").ljust(9, "<")
        return "".join(part + (check_digit(part) or "") for part in (number, self.birth, self.expiry)).encode("ascii")

    def password(self) -> bytes:
        """Give what PACE derives its key from."""
        return hashlib.sha1(self.information(), usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True)
class Can:
    """The card access number, printed on the face of many cards; never shown."""

    number: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        if not _CAN.fullmatch(self.number):
            raise BadInput("the card access number is not one", hint="give its digits, most often six")

    def password(self) -> bytes:
        """Give what PACE derives its key from."""
        return self.number.encode("ascii")


def access_from_lines(lines: tuple[str, ...]) -> ChipAccess:
    """Take the key out of the lines of a zone (TD1, TD2 or TD3). Raises ``BadInput`` when they are not such lines."""
    shape = [len(line) for line in lines]
    if shape == [30, 30, 30]:
        number, optional = lines[0][5:14], lines[0][15:30].rstrip("<")
        if lines[0][14] == "<" and optional:
            # A longer number runs on, and its check digit is the last character before the fillers.
            number += optional.split("<")[0][:-1]
        return ChipAccess(number.rstrip("<"), lines[1][0:6], lines[1][8:14])
    if shape in ([44, 44], [36, 36]):
        number, rest = lines[1][0:9], lines[1][28:35].rstrip("<") if shape == [36, 36] else ""
        if lines[1][9] == "<" and rest:
            number += rest.split("<")[0][:-1]
        return ChipAccess(number.rstrip("<"), lines[1][13:19], lines[1][21:27])
    raise BadInput("these are not the lines of a travel document", hint="give two lines of 44 or 36, or three of 30")


def select_application(channel: PlainChannel | SecureChannel) -> None:
    """Choose the travel document's application on the chip. Raises ``ChipInvalid`` when there is none."""
    answer = channel.send(Command(0x00, 0xA4, 0x04, 0x0C, _APPLICATION))
    if answer.status != SUCCESS:
        raise ChipInvalid(f"the chip holds no travel document (it answers {answer.status:04X})")


def open_by_bac(channel: PlainChannel, access: ChipAccess) -> SecureChannel:
    """Open the chosen application by Basic Access Control (4.3). Raises ``ChipRefused`` when the key does not fit."""
    seed = hashlib.sha1(access.information(), usedforsecurity=False).digest()[:16]
    keys = session_of(
        derive_key(seed, FOR_ENCRYPTION, Suite.TRIPLE_DES),
        derive_key(seed, FOR_MAC, Suite.TRIPLE_DES),
        Suite.TRIPLE_DES,
    )
    theirs = channel.send(Command(0x00, 0x84, 0, 0, wanted=8)).need("the request for a challenge")
    if len(theirs) != 8:
        raise ChipInvalid("the chip's challenge has the wrong length")
    ours, our_key = secrets.token_bytes(8), secrets.token_bytes(16)
    hidden = keys.encrypt(ours + theirs + our_key, b"")
    answer = channel.send(Command(0x00, 0x82, 0, 0, hidden + keys.mac(hidden), 40))
    if answer.status in REFUSED or answer.status & 0xFFF0 == 0x63C0:
        raise ChipRefused
    given = answer.need("the key")
    if len(given) != 40 or not hmac.compare_digest(keys.mac(given[:32]), given[32:]):
        raise ChipInvalid("the chip does not prove that it knows the key")
    shown = keys.decrypt(given[:32], b"")
    if shown[:8] != theirs or not hmac.compare_digest(shown[8:16], ours):
        raise ChipInvalid("the chip does not prove that it knows the key")
    secret = bytes(one ^ other for one, other in zip(our_key, shown[16:], strict=True))
    counter = int.from_bytes(theirs[4:] + ours[4:], "big")
    return SecureChannel(channel, derive_session(secret, Suite.TRIPLE_DES), counter)
