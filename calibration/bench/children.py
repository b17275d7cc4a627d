"""Measurements in processes of their own: memory is honest, and a crash is an answer, not the end.

A child is asked with one JSON line (bytes may follow) and answers with one JSON line.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0
"""seconds until a silent child is given up"""


class ChildFailed(Exception):
    """A child died, fell silent or refused; the text says how."""


class Child:
    """One process that measures."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it."""
        # In a file, not a pipe: an engine that chatters must not stand still because nobody reads.
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, cwd=ROOT
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def ask(self, question: Mapping[str, Any], *blobs: bytes, patience: float = PATIENCE) -> dict[str, Any]:
        """Give the answer to a question. Raises ``ChildFailed``."""
        line = json.dumps({**question, "blobs": [len(blob) for blob in blobs]}).encode() + b"\n"
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + b"".join(blobs))
            self._process.stdin.flush()
        except OSError as error:
            raise ChildFailed(self._ended()) from error
        try:
            answer = self._answers.get(timeout=patience)
        except queue.Empty:
            self.close()
            raise ChildFailed(f"no answer within {patience:.0f} s") from None
        if not answer:
            raise ChildFailed(self._ended())
        try:
            told = json.loads(answer)
        except ValueError as error:
            raise ChildFailed("an answer that is not JSON") from error
        if "failed" in told:
            raise ChildFailed(str(told["failed"]))
        return dict(told)

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it may be gone already
                self._process.stdin.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=2)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._errors.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            # Libraries print to stdout too; only an object is an answer.
            if line.startswith(b"{"):
                self._answers.put(line)
        self._answers.put(b"")

    def _ended(self) -> str:
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "stopped answering"
        if status < 0:
            return f"crashed (signal {-status})"
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"ended with {status}" + (f": {lines[-1][:160]}" if lines else "")


def measuring_child(python: Path | None = None) -> Child:
    """Start a child of our own."""
    return Child([str(python or sys.executable), "-m", "calibration.bench.child"])


def peer_child(python: Path | None = None) -> Child:
    """Start a child that runs others' work, in an interpreter that has it."""
    return Child([str(python or sys.executable), str(Path(__file__).with_name("peer.py"))])
