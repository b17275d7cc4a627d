"""Digits in three scripts: ASCII, Persian (U+06F0..06F9), Arabic-Indic (U+0660..0669)."""

from __future__ import annotations

from enum import StrEnum

_ZEROS = {"ascii": 0x30, "persian": 0x6F0, "arabic": 0x660}
# Separators people type or paste: spaces, hyphens, zero-width marks and the marks of writing direction.
_IGNORED = frozenset(
    " \t\u00a0\u2009\u202f-\u2010\u2011\u2012\u2013\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
)


class Script(StrEnum):
    """Which digits are drawn."""

    ASCII = "ascii"
    PERSIAN = "persian"
    ARABIC = "arabic"


def script_of(language: str) -> Script:
    """Give the script of a language's digits: Persian for ``fa``, Arabic-Indic for ``ar``, else ASCII."""
    return {"fa": Script.PERSIAN, "ar": Script.ARABIC}.get(language, Script.ASCII)


def to_ascii(text: str) -> str:
    """Give the text with the digits of all three scripts as ASCII; other characters stay."""
    return "".join(_digit(character) for character in text)


def render(text: str, script: Script) -> str:
    """Give the text with its digits, of whatever script, drawn in one script; other characters stay."""
    zero = _ZEROS[script]
    return "".join(chr(zero + int(c)) if c.isascii() and c.isdigit() else c for c in to_ascii(text))


def tidy(text: str) -> str:
    """Give what was typed into a number's field as it is judged: ASCII digits, capitals, no separators."""
    kept = (c for c in to_ascii(text) if c not in _IGNORED)
    return "".join(c.upper() if c.isascii() else c for c in kept)


def _digit(character: str) -> str:
    point = ord(character)
    for zero in _ZEROS.values():
        if zero <= point <= zero + 9:
            return chr(0x30 + point - zero)
    return character
