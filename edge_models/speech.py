"""How every command says that it was misused or failed: one line on stderr, and the exit status of the contract."""

from __future__ import annotations

import sys
from typing import Any

import typer

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""Typer's root of usage errors: click's own, or since Typer carries a copy of click, that of the copy"""


def misused(error: Any) -> int:
    """Say what was wrong with the arguments; gives 2."""
    if type(error).__name__ == "NoArgsIsHelpError":
        # No arguments at all: the help is the answer, and it is longer than a line.
        print(error.format_message(), file=sys.stderr)
        return 2
    return failed(f"error[USAGE]: {error.format_message()}; see --help", 2)


def failed(line: str, status: int) -> int:
    """Say one line, whatever breaks of line it holds; gives the status."""
    print(" ".join(line.split()), file=sys.stderr)
    return status
