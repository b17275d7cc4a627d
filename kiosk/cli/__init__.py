"""The command line of ``kiosk``: one file a command, all wired here."""

from __future__ import annotations

from kiosk.cli.app import main

__all__ = ["main"]
