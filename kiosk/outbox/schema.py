"""The outbox's table: the sum of the numbered files in ``migrations``, each applied once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

from kiosk.errors import StoreUnusable


def migrations() -> list[tuple[str, str]]:
    """Give name and SQL of each migration, in order; ``0001_...`` is number 1."""
    found = (files("kiosk.outbox") / "migrations").iterdir()
    return sorted((item.name, item.read_text(encoding="utf-8")) for item in found if item.name.endswith(".sql"))


def migrate(connection: sqlite3.Connection, upto: int | None = None) -> None:
    """Bring the schema up to date inside the caller's transaction; the number done is kept in ``user_version``.

    Raises ``StoreUnusable`` where the database is newer than this program.
    """
    done = int(connection.execute("PRAGMA user_version").fetchone()[0])
    known = migrations()
    if done > len(known):
        raise StoreUnusable("the outbox was made by a newer version", hint="install the newer version again")
    for number, (_, script) in enumerate(known[:upto], start=1):
        if number > done:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """Give a script's statements one by one: ``executescript`` would commit the caller's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
