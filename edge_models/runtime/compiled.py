"""Compiled networks kept on disk, so that a kiosk starts in a fraction of a second; each authenticated by a secret of this machine.

Compiling is most of the time of a start, and its result is what runs: one that anybody could write would go round the
signature of the release. What does not carry this machine's mark for this very network is not used but compiled anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import os
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)
_MARK = 32
"""bytes of HMAC-SHA256 before the compiled network"""


@dataclass(frozen=True)
class CompiledCache:
    """A folder of compiled networks. ``secret``: bytes that only this machine holds."""

    folder: Path
    secret: bytes

    def get(self, model: str, identity: str) -> bytes | None:
        """Give the compiled network, None when there is none that this machine made of that very network.

        ``identity`` names everything that the result hangs on: network, engine and its version, processor, threads.
        """
        path = self._path(model, identity)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        mark, compiled = content[:_MARK], content[_MARK:]
        if not hmac.compare_digest(mark, self._mark(identity, compiled)):
            log.warning("the compiled network of %s was not made by this machine; it is compiled again", model)
            return None
        return compiled

    def put(self, model: str, identity: str, compiled: bytes) -> None:
        """Keep a compiled network in the place of the model's older ones; where that cannot be, it is compiled each time."""
        path = self._path(model, identity)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for old in self.folder.glob(f"{model}-*"):
                old.unlink(missing_ok=True)
            part.write_bytes(self._mark(identity, compiled) + compiled)
            part.replace(path)
        except OSError as error:
            log.warning("the compiled network of %s could not be kept (%s)", model, type(error).__name__)
            with contextlib.suppress(OSError):
                part.unlink()

    def _path(self, model: str, identity: str) -> Path:
        return self.folder / f"{model}-{hashlib.sha256(identity.encode()).hexdigest()[:24]}.bin"

    def _mark(self, identity: str, compiled: bytes) -> bytes:
        name = identity.encode()
        return hmac.digest(self.secret, len(name).to_bytes(4, "big") + name + compiled, "sha256")
