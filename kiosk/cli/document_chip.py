"""``kiosk document chip``: read the chip of a document that lies on a reader."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from kiosk.cli.options import Json, settings_of
from kiosk.cli.speech import err, out, write_json
from kiosk.document.chip.access import Can, ChipAccess, access_from_lines
from kiosk.document.chip.csca import CscaStore, load_store
from kiosk.document.chip.passive import Authenticity
from kiosk.document.chip.pcsc import PcscPort
from kiosk.document.chip.reading import ChipReading, read_chip
from kiosk.errors import BadInput, SettingsInvalid

EXIT = {Authenticity.PASSED: 0, Authenticity.UNKNOWN: 10, Authenticity.FAILED: 11}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("chip")(read)


def read(
    context: typer.Context,
    reader: Annotated[str, typer.Option(help="name of the reader or a part of it; default: the first one")] = "",
    mrz: Annotated[
        str | None,
        typer.Option(
            help="lines of the zone with / between them, or NUMBER,YYMMDD,YYMMDD (birth, expiry); -: from stdin"
        ),
    ] = None,
    can: Annotated[str | None, typer.Option(help="access number on the card's face; -: from stdin")] = None,
    as_json: Json = False,
) -> int:
    """Read the chip: zone, portrait, whether its issuer signed them, whether it is the chip that was issued.

    Leaves with 0 when both data and signature hold, 10 when nothing is proven, 11 when something is wrong.
    """
    access = _access(mrz, can)
    store = load_store(settings_of(context).csca)
    port = PcscPort(reader)
    with err().status("reading the chip"):
        reading = read_chip(port, access, store, datetime.now(UTC))
    if as_json:
        write_json(_described(reading, store))
    else:
        _print(reading, store)
    return EXIT[reading.authentic]


def _access(mrz: str | None, can: str | None) -> ChipAccess | Can:
    if (mrz is None) == (can is None):
        raise SettingsInvalid("a chip is opened by --mrz or by --can", hint="give one of the two")
    if can is not None:
        return Can((sys.stdin.read() if can == "-" else can).strip())
    text = (sys.stdin.read() if mrz == "-" else mrz or "").upper()
    parts = tuple(part.strip() for part in text.split(","))
    if len(parts) == 3:
        return ChipAccess(*parts)
    if len(parts) != 1:
        raise BadInput("a key of three parts is expected", hint="give NUMBER,YYMMDD,YYMMDD: number, birth, expiry")
    return access_from_lines(tuple(text.replace("/", " ").split()))


def _described(reading: ChipReading, store: CscaStore) -> dict[str, Any]:
    portrait = reading.portrait
    return {
        "kind": reading.kind,
        "lines": list(reading.lines),
        "fields": {field.name: field.text for field in reading.fields},
        "portrait": None
        if portrait is None
        else {"mime": portrait.mime, "bytes": len(portrait.image), "standard": portrait.standard},
        "authentic": reading.authentic.value,
        "code": reading.code,
        "access": reading.access,
        "clone_detection": reading.clone_detection.value,
        "groups": list(reading.groups),
        "problems": list(reading.problems),
        "store": {"authorities": len(store.authorities), "skipped": list(store.skipped)},
    }


def _print(reading: ChipReading, store: CscaStore) -> None:
    say = out().print
    for line in reading.lines:
        say(line, style="bold")
    for field in reading.fields:
        say(f"{field.name}: {field.text}")
    portrait = reading.portrait
    say(f"portrait: {portrait.mime}, {len(portrait.image)} bytes" if portrait else "portrait: none")
    say(f"authentic: {reading.authentic.value}" + (f" ({reading.code})" if reading.code else ""))
    say(f"opened by: {reading.access}; copies found by: {reading.clone_detection.value}")
    if reading.problems:
        say(f"problems: {', '.join(reading.problems)}")
    if store.skipped:
        err().print(f"not used of the store: {', '.join(store.skipped)}")
