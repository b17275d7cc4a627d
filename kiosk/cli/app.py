"""All commands of ``kiosk``."""

from __future__ import annotations

from kiosk.cli import document, face, pad, queue_commands, run_command, selftest, verify
from kiosk.cli.options import root_app
from kiosk.cli.speech import entry

app = root_app("kiosk", "Verify, offline, that the person before the camera is who they say they are, and is alive.")

run_command.register(app)
verify.register(app)
app.add_typer(face.app, name="face")
app.add_typer(document.app, name="document")
app.add_typer(pad.app, name="pad")
app.add_typer(queue_commands.app, name="queue")
selftest.register(app)

main = entry(app)
