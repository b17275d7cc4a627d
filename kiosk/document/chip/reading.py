"""A chip read from end to end: opened, its data groups read, their signature checked, the chip itself proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.document.chip import files
from kiosk.document.chip.access import Can, ChipAccess
from kiosk.document.chip.apdu import Channel, PlainChannel
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.data_groups import Portrait, read_contents, read_portrait, read_zone
from kiosk.document.chip.files import FileReader
from kiosk.document.chip.genuine import CloneDetection, authenticate_actively, authenticate_chip, find_chip_key
from kiosk.document.chip.messaging import LONGEST_SHORT_READ
from kiosk.document.chip.opening import Opened, longest_piece, open_chip
from kiosk.document.chip.passive import Authenticity, Verdict, authenticate
from kiosk.document.chip.port import CardPort
from kiosk.document.chip.security_object import SecurityObject, read_security_object
from kiosk.document.chip.signatures import AlgorithmUnknown
from kiosk.document.facts import Field, Source
from kiosk.errors import ChipAbsent, ChipInvalid, ChipLost
from kiosk.identity.mrz.characters import line_of
from kiosk.identity.mrz.parsing import Parsed, parse

_UNREADABLE = "group_{}_unreadable"
Progress = Callable[[str, float], None]
"""takes the stage (``opening``, ``zone``, ``portrait``, ``proof``, ``done``) and how much is done, 0..1; may raise to stop"""


@dataclass(frozen=True, slots=True)
class ChipReading:
    """What the chip says, and how far it is proven."""

    kind: str
    """``TD1``, ``TD2`` or ``TD3``"""
    lines: tuple[str, ...] = field(repr=False)
    """the machine-readable zone"""
    fields: tuple[Field, ...] = field(repr=False)
    portrait: Portrait | None
    authentic: Authenticity
    code: str
    """why it is not ``passed``; "" when it is"""
    access: str
    """``PACE`` or ``BAC``"""
    clone_detection: CloneDetection
    """``none``: that the chip is a copy is not excluded, whatever ``authentic`` says"""
    groups: tuple[int, ...]
    """data groups that the issuer signed, or that the chip names when it holds no signature"""
    problems: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Say whether its issuer is shown to have signed what it says; portrait and fields serve only then."""
        return self.authentic is Authenticity.PASSED


def read_chip(
    port: CardPort,
    access: ChipAccess | Can,
    store: CscaStore,
    now: datetime,
    progress: Progress | None = None,
) -> ChipReading:
    """Read the chip that lies on the reader. ``now`` is a time that can be relied on, with its zone.

    Raises ``ChipReaderMissing``, ``ChipReaderBusy``, ``ChipAbsent``, ``ChipLost``; ``ChipRefused`` when the key does not
    open it; ``ChipInvalid`` when it says no zone that can be read. Anything else that is wrong stands in the reading.
    """
    if now.tzinfo is None:
        raise ValueError("the time needs its zone")
    say = progress or _say_nothing
    try:
        if not port.connect():
            raise ChipAbsent
        plain = PlainChannel(port)
        say("opening", 0.0)
        piece = longest_piece(plain)
        try:
            reading = _read(open_chip(port, plain, access, piece), access, store, now, say)
        except (ChipLost, ChipInvalid) as error:
            promised = piece > LONGEST_SHORT_READ
            if not (promised or isinstance(error, ChipLost)) or not port.connect():
                raise
        else:
            if piece == LONGEST_SHORT_READ or not _lacks_groups(reading) or not port.connect():
                return reading
        # Readers that cannot carry long answers drop a chip that still lies there, and some chips promise too much: once
        # more with short ones.
        return _read(open_chip(port, plain, access, LONGEST_SHORT_READ, long=False), access, store, now, say)
    finally:
        port.close()


def _read(opened: Opened, access: ChipAccess | Can, store: CscaStore, now: datetime, progress: Progress) -> ChipReading:
    problems = list(opened.problems)
    progress("zone", 0.2)
    reader = FileReader(opened.session, opened.piece)
    security, verdict = _read_security(reader)
    groups = {1: _need_group(reader, 1)}
    kind, lines = read_zone(groups[1])
    parsed = parse(tuple(line_of(line) for line in lines), now.date())
    problems += _compare(parsed, lines, access)

    named = tuple(sorted(security.hashes)) if security is not None else ()
    problems += _check_contents(reader, security)
    progress("portrait", 0.4)
    portrait = _read_portrait(reader, groups, problems, lambda share: progress("portrait", 0.4 + 0.4 * share))
    for number in (14, 15):
        if number in named:
            _keep_group(reader, groups, number, problems)
    progress("proof", 0.8)
    if security is not None:
        verdict = authenticate(security, groups, store, now, _state(lines))
    clone = CloneDetection.NONE
    if security is not None and verdict.authentic is not Authenticity.FAILED:
        clone = _prove(opened, groups, named, problems)
    progress("done", 1.0)
    return ChipReading(
        kind,
        lines,
        _fields_of(parsed),
        portrait,
        *_joined(verdict, clone),
        opened.way,
        clone,
        named or tuple(sorted(groups)),
        (*problems, *verdict.problems),
    )


def _joined(verdict: Verdict, clone: CloneDetection) -> tuple[Authenticity, str]:
    """Take back what the data prove when the chip itself does not stand up to it."""
    if clone is CloneDetection.FAILED:
        return Authenticity.FAILED, "chip_copied"
    if clone is CloneDetection.REFUSED and verdict.authentic is Authenticity.PASSED:
        return Authenticity.UNKNOWN, "chip_unproven"
    return verdict.authentic, verdict.code


def _read_security(reader: FileReader) -> tuple[SecurityObject | None, Verdict]:
    try:
        data = reader.read(files.SECURITY_OBJECT, 0x77)
        if data is None:
            return None, Verdict(Authenticity.UNKNOWN, "security_object_missing")
        return read_security_object(data), Verdict(Authenticity.UNKNOWN, "unchecked")
    except AlgorithmUnknown:
        return None, Verdict(Authenticity.UNKNOWN, "algorithm_unknown")
    except ChipInvalid:
        return None, Verdict(Authenticity.FAILED, "security_object_invalid")


def _need_group(reader: FileReader, number: int, tell: files.Tell | None = None) -> bytes:
    group = reader.read_group(number, tell)
    if group is None:
        raise ChipInvalid(f"the chip holds no data group {number}")
    return group


def _keep_group(
    reader: FileReader, groups: dict[int, bytes], number: int, problems: list[str], tell: files.Tell | None = None
) -> None:
    try:
        groups[number] = _need_group(reader, number, tell)
    except ChipInvalid:
        problems.append(_UNREADABLE.format(number))


def _lacks_groups(reading: ChipReading) -> bool:
    return any(_UNREADABLE.format(number) in reading.problems for number in (2, 14, 15))


def _read_portrait(
    reader: FileReader, groups: dict[int, bytes], problems: list[str], tell: files.Tell
) -> Portrait | None:
    _keep_group(reader, groups, 2, problems, tell)
    if 2 not in groups:
        return None
    try:
        return read_portrait(groups[2])
    except ChipInvalid:
        problems.append("portrait_unreadable")
        return None


def _check_contents(reader: FileReader, security: SecurityObject | None) -> list[str]:
    """EF.COM is not signed: it is read only to see whether it says the same as what is."""
    if security is None:
        return []
    try:
        contents = reader.read(files.COM, 0x60)
        differs = contents is not None and set(read_contents(contents)) != set(security.hashes)
    except ChipInvalid:
        differs = True
    return ["contents_differ"] if differs else []


def _prove(opened: Opened, groups: dict[int, bytes], named: tuple[int, ...], problems: list[str]) -> CloneDetection:
    """Let the chip prove itself in the way that its issuer gave it."""
    if any(number in named and number not in groups for number in (14, 15)):
        # The issuer signed a key and the chip hides it: so would a copy.
        return CloneDetection.REFUSED
    try:
        chip_key = find_chip_key(groups[14]) if 14 in groups else None
        if chip_key is not None:
            return authenticate_chip(opened.plain, opened.session, chip_key, _read_again)
    except ChipInvalid:
        problems.append("chip_authentication_unknown")
    try:
        if 15 in groups:
            return authenticate_actively(opened.session, groups[15], groups.get(14), long=opened.long)
    except ChipInvalid:
        problems.append("active_authentication_unknown")
    return CloneDetection.NONE


def _read_again(channel: Channel) -> None:
    _need_group(FileReader(channel), 1)


def _state(lines: tuple[str, ...]) -> str:
    return lines[0][2:5].rstrip("<")


def _compare(parsed: Parsed, lines: tuple[str, ...], access: ChipAccess | Can) -> list[str]:
    problems = list(parsed.problems)
    if not parsed.passed:
        problems.append("check_digit_wrong")
    if parsed.lines != lines:
        problems.append("zone_irregular")
    if isinstance(access, ChipAccess):
        given = {"number": access.number.rstrip("<"), "birth": access.birth, "expiry": access.expiry}
        said = {one.name: one.text if one.name == "number" else one.raw for one in parsed.fields}
        if any(said.get(name) != text for name, text in given.items()):
            problems.append("zone_differs")
    return problems


def _fields_of(parsed: Parsed) -> tuple[Field, ...]:
    return tuple(
        Field(one.name, one.text, Source.CHIP, 1.0, check=one.check, raw=one.raw) for one in parsed.fields if one.text
    )


def _say_nothing(stage: str, share: float) -> None:
    del stage, share
