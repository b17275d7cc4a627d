"""``kiosk queue``: what waits for delivery."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from kiosk.bootstrap.parts import open_outbox, open_session_keys
from kiosk.cli.options import Json, settings_of
from kiosk.cli.speech import out, write_json
from kiosk.errors import RecordInvalid
from kiosk.outbox.life import State
from kiosk.outbox.port import Entry, Outbox
from kiosk.record.seal import verify_packet

app = typer.Typer(help="What waits for delivery.", no_args_is_help=True)


@app.command(name="list")
def list_entries(context: typer.Context, as_json: Json = False) -> None:
    """List all entries; nothing about a person is in them."""
    entries = open_outbox(settings_of(context)).entries()
    if as_json:
        write_json({"items": [described(entry) for entry in entries]})
        return
    if not entries:
        out().print("the outbox is empty")
        return
    table = Table(
        "no.", Column("id", no_wrap=True, min_width=32), "state", "size", "created", "tries", "code", box=None
    )
    for entry in entries:
        table.add_row(
            str(entry.sequence),
            entry.id,
            entry.state.value,
            f"{entry.bytes / 1024:.0f} KiB",
            _time(entry.created),
            str(entry.attempts),
            entry.code,
        )
    out().print(table)


@app.command()
def show(context: typer.Context, id: Annotated[str, typer.Argument(help="entry's id")], as_json: Json = False) -> int:
    """Show one entry and check its packet: hash, signature, place in the chain; exit 5 when it does not hold."""
    settings = settings_of(context)
    outbox = open_outbox(settings)
    answer = checked(outbox, id, open_session_keys(settings).public_key)
    if as_json:
        write_json(answer)
    else:
        for name, value in answer.items():
            out().print(f"{name:<12} {value}")
    return 0 if answer["whole"] else RecordInvalid.exit_status


@app.command()
def retry(
    context: typer.Context, id: Annotated[str, typer.Argument(help="parked entry's id")], as_json: Json = False
) -> None:
    """Let a parked entry wait for delivery again."""
    entry = open_outbox(settings_of(context)).move(id, State.WAITING)
    if as_json:
        write_json(described(entry))
    else:
        out().print(f"{entry.id} is {entry.state.value} again")


def described(entry: Entry) -> dict[str, Any]:
    """Give an entry as plain values."""
    return asdict(entry) | {
        "state": entry.state.value,
        "created": _time(entry.created),
        "changed": _time(entry.changed),
        "due": _time(entry.due),
    }


def checked(outbox: Outbox, id: str, public_key: bytes) -> dict[str, Any]:
    """Give an entry with what the check of its packet says. Raises ``BadInput`` for an unknown id."""
    packet_says: dict[str, Any]
    try:
        header = verify_packet(outbox.packet(id), public_key)
        packet_says = {"whole": True, "said": "hash, signature and header hold", "demo_key": header["demo_key"]}
    except RecordInvalid as error:
        packet_says = {"whole": False, "said": error.message, "demo_key": None}
    entry = next(entry for entry in outbox.entries() if entry.id == id)
    return described(entry) | packet_says


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
