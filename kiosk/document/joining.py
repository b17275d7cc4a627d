"""What zone, print, barcodes and portrait say becomes one reading; two sides become one document. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from kiosk.document.facts import (
    BarcodeReading,
    CrossCheck,
    DocumentReading,
    Field,
    MrzReading,
    PortraitFound,
    PresenceCue,
    Quad,
    Source,
)
from kiosk.identity.cross_check import Value, agree

_RANK = {Source.CHIP: 0, Source.MRZ: 1, Source.BARCODE: 2, Source.PRINT: 3, Source.TYPED: 4}
_COMPARED = frozenset(
    {"national_number", "personal_number", "number", "birth", "expiry", "sex", "surname", "given_names", "card_serial"}
)
"""fields that must be the same wherever they stand"""
_SHARED_BY_MANY = frozenset({"sex"})
"""fields of which it says little that two documents agree"""


@dataclass(frozen=True, slots=True)
class Side:
    """All that was read on one side."""

    kind: str = "unknown"
    """what the print says that it is"""
    mrz: MrzReading | None = None
    printed: tuple[Field, ...] = ()
    barcodes: tuple[BarcodeReading, ...] = ()
    portrait: PortraitFound | None = None
    presence: tuple[PresenceCue, ...] = ()
    corners: Quad | None = None
    milliseconds: tuple[tuple[str, float], ...] = ()


def joined(side: Side, today: date) -> DocumentReading:
    """Give one side's reading: fields best first, the same field from two places held against each other."""
    mrz = side.mrz
    licence = any(code.fields for code in side.barcodes)
    kind = side.kind
    if mrz is not None and (mrz.passed or kind == "unknown"):
        # The Turkish card's back is a TD1 like many; what the print knows of it is more than the zone's form says.
        kind = side.kind if side.kind.startswith("tr_") else mrz.kind
    elif licence:
        kind = "licence"
    fields = _ranked([*(mrz.fields if mrz else ()), *side.printed, *(f for code in side.barcodes for f in code.fields)])
    problems = dict.fromkeys([*(mrz.problems if mrz else ()), *_problems(fields, today)])
    return DocumentReading(
        kind=kind,
        mrz=mrz,
        fields=fields,
        barcodes=side.barcodes,
        portrait=side.portrait,
        presence=side.presence,
        cross_checks=cross_checked(fields),
        problems=tuple(problems),
        corners=side.corners,
        milliseconds=side.milliseconds,
    )


def both_sides(first: DocumentReading, second: DocumentReading, today: date) -> DocumentReading:
    """Give two readings of one document as one; where both read the same thing the better one stands.

    Portrait and numbers must be shown to belong together: by one picture that has both, or by a field that both sides
    bear. Else somebody could show the portrait of one card and the numbers of another (``sides_unlinked``).
    """
    if second.mrz is not None and second.mrz.passed and _serves(second.portrait):
        # This picture alone has all; what was shown before may have been another document.
        return second
    mrz = _better_zone(first.mrz, second.mrz)
    # A zone that was left behind takes its fields with it.
    zone = mrz.fields if mrz is not None else ()
    others = [f for reading in (first, second) for f in reading.fields if f.source is not Source.MRZ]
    fields = _ranked([*zone, *others])
    portrait = next((r.portrait for r in (first, second) if _serves(r.portrait)), None)
    links = _links(first, second)
    known = [r.kind for r in (first, second) if r.kind != "unknown"]
    problems = dict.fromkeys([*(mrz.problems if mrz else ()), *_problems(fields, today)])
    if not any(link.agree for link in links) and not _bound(first, second, mrz, portrait):
        problems["sides_unlinked"] = None
    times = dict(first.milliseconds)
    for name, ms in second.milliseconds:
        times[name] = times.get(name, 0.0) + ms
    return replace(
        first,
        kind=known[0] if known else "unknown",
        mrz=mrz,
        fields=fields,
        barcodes=tuple(dict.fromkeys([*first.barcodes, *second.barcodes])),
        portrait=portrait or first.portrait or second.portrait,
        presence=_worst_cues([*first.presence, *second.presence]),
        cross_checks=tuple(dict.fromkeys([*cross_checked(fields), *links])),
        problems=tuple(problems),
        milliseconds=tuple(times.items()),
    )


def _links(first: DocumentReading, second: DocumentReading) -> tuple[CrossCheck, ...]:
    """Hold each field of one side against the same one of the other; a name misread on a second try is no contradiction."""
    held = [
        (_held_against(one, other), one.check is True and other.check is True)
        for one in _comparable(first.fields)
        for other in _comparable(second.fields)
        if _same_thing(one.name, other.name) and one.name not in _SHARED_BY_MANY
    ]
    return tuple(check for check, proven in held if check.agree or proven)


def _same_thing(one: str, other: str) -> bool:
    """Say whether two names mean the same: a Turkish card's serial is its document number."""
    return one == other or {one, other} == {"card_serial", "number"}


def _bound(
    first: DocumentReading, second: DocumentReading, zone: MrzReading | None, portrait: PortraitFound | None
) -> bool:
    """Say whether portrait and numbers come from one picture, or one of them from none."""
    if portrait is None:
        return True
    bearer = first if first.portrait == portrait else second
    if zone is not None:
        return bearer.mrz is zone
    proven = [
        reading for reading in (first, second) if any(f.check or f.source is Source.BARCODE for f in reading.fields)
    ]
    return not proven or bearer in proven


def _serves(portrait: PortraitFound | None) -> bool:
    return portrait is not None and not portrait.problem


def cross_checked(fields: Iterable[Field]) -> tuple[CrossCheck, ...]:
    """Hold each field against the same one from another place; readings that fail their own check are left out."""
    by_name: dict[str, list[Field]] = {}
    for one in _comparable(fields):
        by_name.setdefault(one.name, []).append(one)
    return tuple(
        _held_against(found[0], other)
        for found in by_name.values()
        for other in found[1:]
        if other.source is not found[0].source
    )


def _comparable(fields: Iterable[Field]) -> list[Field]:
    return [one for one in fields if one.text and one.name in _COMPARED and one.check is not False]


def _held_against(one: Field, other: Field) -> CrossCheck:
    values = tuple(Value(field.source.value, field.text, proven=field.check is True) for field in (one, other))
    outcome = agree(one.name, values)
    differs = outcome.differences[0].doubtful if outcome.differences else ()
    return CrossCheck(one.name, one.source, other.source, outcome.agree, differs)


def _ranked(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Order fields: a check that holds before none before one that fails; then by place, then by confidence."""
    worth = {True: 0, None: 1, False: 2}
    return tuple(
        sorted(dict.fromkeys(fields), key=lambda f: (not f.text, worth[f.check], _RANK[f.source], -f.confidence))
    )


def _problems(fields: Iterable[Field], today: date) -> list[str]:
    """Give what dates that stand in print or barcode say; a zone names its own."""
    found = []
    for one in fields:
        if one.source is Source.MRZ or not one.text:
            continue
        day = _day(one.text)
        if one.name == "expiry" and day is not None and day < today:
            found.append("expired")
        if one.name == "birth" and day is not None and day > today:
            found.append("birth_in_future")
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _better_zone(first: MrzReading | None, second: MrzReading | None) -> MrzReading | None:
    if first is None or second is None:
        return first or second
    return max((first, second), key=lambda zone: (sum(holds for _, holds in zone.checks), _certainty(zone)))


def _certainty(zone: MrzReading) -> float:
    seen = [confidence for line in zone.confidences for confidence in line]
    return sum(seen) / len(seen) if seen else 0.0


def _worst_cues(cues: Iterable[PresenceCue]) -> tuple[PresenceCue, ...]:
    """Keep of each cue the lowest score: one side that is a picture is enough."""
    kept: dict[str, PresenceCue] = {}
    for cue in cues:
        old = kept.get(cue.name)
        if old is None or old.score is None or (cue.score is not None and cue.score < old.score):
            kept[cue.name] = cue
    return tuple(kept.values())
