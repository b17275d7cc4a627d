"""The session log: steps, cues, attempts, findings and ends, one JSON line each. No pixel, number or name is in it.

Only what is listed here is written: words and figures of ours, never a text that a person typed or a fact of the
transaction. The silent sign of duress is not written either: who reads the machine's files must not learn of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from kiosk.flow.evidence import Check, Finding
from kiosk.flow.state import Session

_log = logging.getLogger(__name__)
_MOST_BYTES, _KEPT = 2_000_000, 5
_SECRET = frozenset({Check.DURESS})
_DETAILS = frozenset(
    {
        "challenge",
        "seconds",
        "attempt",
        "failed_attempts",
        "entropy_bits",
        "chance",
        "redraws",
        "paced",
        "declined",
        "reactions",
        "frames",
        "source",
        "origin",
        "kind",
        "mended",
        "screen",
        "photocopy",
        "edges",
        "parallax",
        "shine",
    }
)
"""details of findings that hold words and figures of ours only"""
_OPEN = frozenset(Check) - {
    Check.IDENTITY,
    Check.TRANSACTION,
    Check.CONSENT,
    Check.AWARENESS,
    Check.DOCUMENT_AGREES,
    *_SECRET,
}
"""checks whose details may be written, as far as they are listed above"""


class Diary:
    """Follows the states of a session and writes what is new in each."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """Take where lines go."""
        self._write = write
        self._last: Session | None = None

    def saw(self, session: Session) -> None:
        """Write what this state has that the one before had not."""
        before, self._last = self._last, session
        if before is None or before.id != session.id:
            self._line(session, "begins", profile=session.profile.name, source=session.source)
            before = None
        if before is None or before.step is not session.step:
            self._line(session, "step", step=session.step.value)
        self._liveness(before, session)
        self._findings(before, session)
        if before is not None and session.camera is not before.camera:
            self._line(session, "camera", state=session.camera.value)
        shown = session.closing == "shown"
        if shown and (before is None or before.closing != "shown"):
            outcome = session.shown or session.outcome
            reasons = [code for code in session.reasons if code != Check.DURESS.value]
            self._line(
                session, "ends", outcome=outcome.value if outcome else "", reasons=reasons, assurance=session.assurance
            )

    def _liveness(self, before: Session | None, session: Session) -> None:
        new, old = session.liveness, before.liveness if before is not None else None
        known = old.failures if old is not None else ()
        for code in new.failures[len(known) :]:
            self._line(session, "attempt_failed", reason=code, attempt=old.attempts if old is not None else 1)
        asked = new.phase == "gesture" and new.position < len(session.challenge)
        if asked and (
            old is None or (old.phase, old.position, old.attempts) != ("gesture", new.position, new.attempts)
        ):
            self._line(session, "asked", gesture=session.challenge[new.position].value, attempt=new.attempts)

    def _findings(self, before: Session | None, session: Session) -> None:
        known = before.evidence.findings if before is not None else ()
        for finding in session.evidence.findings:
            if finding.check in _SECRET or any(_same(finding, old) for old in known):
                continue
            self._line(session, "finding", **_finding(finding))

    def _line(self, session: Session, event: str, **values: Any) -> None:
        seconds = round(session.now - session.started, 2)
        self._write(json.dumps({"session": session.id, "at": seconds, "event": event, **values}, ensure_ascii=False))


def _same(finding: Finding, old: Finding) -> bool:
    return (finding.check, finding.passed, finding.code, finding.score) == (
        old.check,
        old.passed,
        old.code,
        old.score,
    )


def _finding(finding: Finding) -> dict[str, Any]:
    said: dict[str, Any] = {"check": finding.check.value, "passed": finding.passed, "code": finding.code}
    for name in ("score", "threshold", "rate"):
        value = getattr(finding, name)
        if value is not None and finding.check in _OPEN:
            said[name] = round(float(value), 4)
    if finding.check in _OPEN:
        said.update({key: text for key, text in finding.detail if key in _DETAILS})
    return said


class DiaryFile:
    """Appends lines to a file that is kept small; a disk that is full costs the line, never the session."""

    def __init__(self, path: Path) -> None:
        """Take the file; it and its folder are made on the first line, readable by this user only."""
        self._path = path
        self._handler: RotatingFileHandler | None = None
        self._told = False

    def write(self, line: str) -> None:
        """Append a line."""
        try:
            if self._handler is None:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._path.touch(mode=0o600, exist_ok=True)
                self._handler = RotatingFileHandler(
                    self._path, maxBytes=_MOST_BYTES, backupCount=_KEPT, encoding="utf-8"
                )
            if self._handler.shouldRollover(_record(line)):
                self._handler.doRollover()
            # Not ``emit``: it would swallow the error, and the technician would never hear of the full disk.
            stream = self._handler.stream
            if stream is None:
                raise OSError("closed")
            stream.write(line + "\n")
            stream.flush()
        except (OSError, ValueError) as error:
            if not self._told:
                self._told = True
                _log.warning(
                    "the session log cannot be written (%s); free space or mend its folder", type(error).__name__
                )

    def close(self) -> None:
        """Let go of the file."""
        if self._handler is not None:
            self._handler.close()
            self._handler = None


def _record(line: str) -> logging.LogRecord:
    return logging.LogRecord("diary", logging.INFO, "", 0, line, None, None)
