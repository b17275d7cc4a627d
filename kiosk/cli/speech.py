"""How commands speak: one JSON document or lines for people on stdout, everything else on stderr; errors in one line."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import typer
from rich.console import Console

from edge_models.runtime.errors import GisheError

DEFECT = 70
USAGE_ERROR = typer.BadParameter.__mro__[1]
"""Typer's root of usage errors: click's own, or since Typer carries a copy of click, that of the copy"""


def write_json(document: Any) -> None:
    """Write one JSON document to stdout, nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def out() -> Console:
    """Give the console for people's answers on stdout; brackets in names of files are no markup."""
    return Console(highlight=False, markup=False, soft_wrap=True)


def err() -> Console:
    """Give the console for progress and warnings on stderr."""
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def run(app: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run an application; give the exit status of the contract: 2 usage, 3 input, 4 device, 5 integrity, 70 defect."""
    logging.basicConfig(
        level=os.environ.get("GISHE_LOG", "WARNING").upper(), format="%(levelname)s %(name)s: %(message)s"
    )
    try:
        result = app(args=arguments, standalone_mode=False)
    except GisheError as error:
        return _failed(error.line(), error.exit_status)
    except typer.Exit as error:
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _failed("stopped", 130)
    except BrokenPipeError:
        # Who reads us has gone (``| head``): nothing more to say, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if isinstance(error, USAGE_ERROR):
            return _misused(error)
        # Last resort: a traceback holds paths and code only; the message of a foreign exception may hold more.
        logging.getLogger("kiosk").debug("defect", exc_info=True)
        return _failed(
            f"error[DEFECT]: {type(error).__name__}; run again with GISHE_LOG=debug and report what it prints", DEFECT
        )
    return int(result) if isinstance(result, int) else 0


def _misused(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        # No arguments at all: the help is the answer, and it is longer than a line.
        print(error.format_message(), file=sys.stderr)
        return 2
    return _failed(f"error[USAGE]: {error.format_message()}; see --help", 2)


def _failed(line: str, status: int) -> int:
    print(" ".join(line.split()), file=sys.stderr)
    return status


def entry(app: typer.Typer) -> Callable[[], None]:
    """Give the function that a console script calls."""

    def start() -> None:
        sys.exit(run(app))

    return start
