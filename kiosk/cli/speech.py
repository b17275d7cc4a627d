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
from edge_models.speech import USAGE_ERROR, failed, misused

DEFECT = 70


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
        return failed(error.line(), error.exit_status)
    except typer.Exit as error:
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return failed("stopped", 130)
    except BrokenPipeError:
        # Who reads us has gone (``| head``): nothing more to say, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if isinstance(error, USAGE_ERROR):
            return misused(error)
        # Last resort: a traceback holds paths and code only; the message of a foreign exception may hold more.
        logging.getLogger("kiosk").debug("defect", exc_info=True)
        return failed(
            f"error[DEFECT]: {type(error).__name__}; run again with GISHE_LOG=debug and report what it prints", DEFECT
        )
    return int(result) if isinstance(result, int) else 0


def entry(app: typer.Typer) -> Callable[[], None]:
    """Give the function that a console script calls."""

    def start() -> None:
        sys.exit(run(app))

    return start
