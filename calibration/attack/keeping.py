"""Results on disk as they come, so that a bench that was stopped goes on where it was. Figures and codes only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from calibration.attack.judged import Judged, as_row, from_row
from calibration.attack.packs import Scored
from calibration.attack.packs import as_row as scored_row
from kiosk.errors import BadInput


class Progress:
    """A file of lines: the first says what was measured with what, each other one is a result."""

    def __init__(self, path: Path, made_of: dict[str, Any], *, resume: bool) -> None:
        """Open it. Raises ``BadInput`` when ``resume`` meets results of other models, profile, seed or software."""
        self._path = path
        self.results: dict[tuple[str, str], Judged] = {}
        self.packs: dict[str, list[Scored]] = {}
        head = json.dumps(made_of, sort_keys=True)
        if resume and path.is_file():
            self._read(head)
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(head + "\n", encoding="utf-8")
        except OSError as error:
            raise BadInput(f"{path} cannot be written ({error.strerror})") from error

    def add(self, judged: Judged) -> None:
        """Keep a result."""
        self.results[judged.source, judged.name] = judged
        self._append({"result": as_row(judged)})

    def add_pack(self, name: str, scored: list[Scored]) -> None:
        """Keep a pack's scores."""
        self.packs[name] = scored
        self._append({"pack": name, "scored": [scored_row(one) for one in scored]})

    def remove(self) -> None:
        """Take the file away: the report is written."""
        self._path.unlink(missing_ok=True)

    def _append(self, row: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def _read(self, head: str) -> None:
        lines = self._path.read_text(encoding="utf-8").splitlines()
        if not lines or lines[0] != head:
            raise BadInput(
                f"{self._path.name} holds results of another profile, seed, release or version",
                hint="leave --resume out to begin anew",
            )
        for line in lines[1:]:
            try:
                row = json.loads(line)
                if "result" in row:
                    judged = from_row(row["result"])
                    self.results[judged.source, judged.name] = judged
                else:
                    self.packs[row["pack"]] = [Scored(**one) for one in row["scored"]]
            except (ValueError, KeyError, TypeError):
                # The line that was being written when the bench was killed: that presentation is made again.
                continue
        kept = [json.dumps({"result": as_row(one)}, ensure_ascii=False) for one in self.results.values()]
        packs = [
            json.dumps({"pack": name, "scored": [scored_row(one) for one in of]}, ensure_ascii=False)
            for name, of in self.packs.items()
        ]
        self._path.write_text("\n".join([head, *kept, *packs]) + "\n", encoding="utf-8")
