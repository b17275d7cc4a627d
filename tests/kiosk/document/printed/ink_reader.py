"""A reader that tells lines by the grey of their ink: for cards drawn with one grey per text."""

from __future__ import annotations

from edge_models.tasks.document_text import Alphabet, Pixels, ReadCharacter, ReadLine


class InkReader:
    """Reads what the card says that is written in this grey; other lines are empty to it."""

    def __init__(self, inks: dict[int, str], wrong: dict[str, str] | None = None) -> None:
        """``wrong`` gives what it reads for a text instead."""
        self.inks = inks
        self.wrong = wrong or {}
        self.lines = 0

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        self.lines += len(lines)
        return [self._line(line) for line in lines]

    def _line(self, line: Pixels) -> ReadLine:
        darkest = int(line.min())
        near = min(self.inks, key=lambda ink: abs(ink - darkest))
        if abs(near - darkest) > 3:
            return ReadLine(())
        text = self.wrong.get(self.inks[near], self.inks[near])
        return ReadLine(tuple(ReadCharacter(c, 0.99, (), (at + 0.5) / len(text)) for at, c in enumerate(text)))
