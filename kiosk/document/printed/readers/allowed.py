"""What a line of an alphabet can hold; readers that know more leave the rest out."""

from __future__ import annotations

from collections.abc import Iterable

from edge_models.tasks.document_text import ARABIC_DIGITS, LATIN, MRZ, PERSIAN_DIGITS, Alphabet, ReadCharacter, ReadLine

CHARACTERS: dict[Alphabet, str] = {
    Alphabet.MRZ: MRZ,
    Alphabet.DIGITS: "0123456789/-.: " + PERSIAN_DIGITS + ARABIC_DIGITS,
    Alphabet.LATIN: LATIN,
}
"""of alphabets that are closed; ``Alphabet.ANY`` is whatever the reader knows"""


def kept(characters: Iterable[ReadCharacter], alphabet: Alphabet) -> ReadLine:
    """Give the line from left to right without what its alphabet cannot hold, no space at its ends."""
    held = CHARACTERS.get(alphabet)
    line = [one for one in characters if held is None or one.text in held]
    line.sort(key=lambda one: one.place)
    while line and line[0].text == " ":
        del line[0]
    while line and line[-1].text == " ":
        del line[-1]
    return ReadLine(tuple(line))
