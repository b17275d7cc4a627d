"""``kiosk run``: the app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.bootstrap.app import run_app
from kiosk.bootstrap.headless import headless_session
from kiosk.bootstrap.parts import display_available
from kiosk.cli.options import Engine, settings_of
from kiosk.cli.speech import err
from kiosk.cli.verify import EXIT, _Progress, print_answer
from kiosk.flow.answers import Outcome


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="run")(run)


def run(
    context: typer.Context,
    profile: Annotated[str | None, typer.Option(help="profile: a shipped name or a file")] = None,
    camera: Annotated[str | None, typer.Option(help="camera address; default: the first camera, else demo:")] = None,
    portrait: Annotated[Path | None, typer.Option(help="reference portrait of the next session")] = None,
    document: Annotated[
        list[Path] | None, typer.Option(help="picture of the next session's document; twice for two sides")
    ] = None,
    language: Annotated[str | None, typer.Option(help="first language: fa, tr or en")] = None,
    windowed: Annotated[bool, typer.Option("--windowed", help="in a window, not the whole screen")] = False,
    size: Annotated[str, typer.Option(help="size of the window, such as 1280x800")] = "1080x1920",
    engine: Engine = None,
) -> int:
    """Start the kiosk's screens; without a display, lead a demonstration session and print its verdict."""
    settings = settings_of(
        context, camera=camera, profile=profile, language=language, portrait=portrait, document=document, engine=engine
    )
    if display_available():
        return run_app(settings, windowed=windowed, size=size, note=lambda line: err().print(line))
    err().print("no display (neither WAYLAND_DISPLAY nor DISPLAY is set): leading a session headless")
    result = headless_session(
        settings,
        portrait=settings.portrait,
        document=settings.document,
        progress=_Progress(),
        note=lambda line: err().print(line),
    )
    print_answer(result)
    err().print("to see the screens: start it on a desktop, or 'xvfb-run -a ./gishe kiosk --windowed'")
    return EXIT[result.session.outcome or Outcome.REFER]
