"""What the gate found of a candidate: reasons against it, with the figures that they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """One reason against a candidate, with the figures that it rests on."""

    code: str
    said: str
    figures: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """Give the one line that a person reads."""
        return f"refused[{self.code}]: {self.said}"


NEVER_ACCEPTED = frozenset({"FILE_MISSING", "CARD", "HASH", "VERSION"})
"""refusals that no reason overrules: what they let through could not be loaded or told apart"""


@dataclass
class Findings:
    """What the gate found of one candidate."""

    model: str
    version: str = ""
    replaces: str | None = None
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, code: str, said: str, **figures: Any) -> None:
        """Add a reason against the candidate."""
        self.refusals.append(Refusal(code, said, figures))

    def document(self) -> dict[str, Any]:
        """Give the findings for ``--json``."""
        return {
            "passed": not self.refusals,
            "model": self.model,
            "version": self.version,
            "replaces": self.replaces,
            "refusals": [vars(refusal) for refusal in self.refusals],
            "notes": self.notes,
        }
