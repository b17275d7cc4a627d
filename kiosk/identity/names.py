"""The same name in several spellings: as printed, as the machine-readable zone transliterates it (Doc 9303-3, 6)."""

from __future__ import annotations

import re
import unicodedata

_LATIN: dict[str, tuple[str, ...]] = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ð": ("D",),
    "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"),
    "Ø": ("OE",),
    "Œ": ("OE",),
    "Ü": ("UE", "UXX", "U"),
    "ẞ": ("SS",),
    "Þ": ("TH",),
    "Ĳ": ("IJ",),
    "Ł": ("L",),
    "Đ": ("D",),
    "İ": ("I",),
    "Ħ": ("H",),
    "Ŧ": ("T",),
    "Ŋ": ("N",),
}
_ARABIC: dict[str, str] = {
    "ء": "XE",
    "آ": "XAA",
    "أ": "XAE",
    "ؤ": "U",
    "إ": "I",
    "ئ": "XI",
    "ا": "A",
    "ب": "B",
    "ة": "XTA",
    "ت": "T",
    "ث": "XTH",
    "ج": "J",
    "ح": "XH",
    "خ": "XKH",
    "د": "D",
    "ذ": "XDH",
    "ر": "R",
    "ز": "Z",
    "س": "S",
    "ش": "XSH",
    "ص": "XSS",
    "ض": "XDZ",
    "ط": "XTT",
    "ظ": "XZZ",
    "ع": "E",
    "غ": "G",
    "ف": "F",
    "ق": "Q",
    "ك": "K",
    "ل": "L",
    "م": "M",
    "ن": "N",
    "ه": "H",
    "و": "W",
    "ى": "XAY",
    "ي": "Y",
    "پ": "P",
    "چ": "XC",
    "ژ": "XJ",
    "ک": "XKK",
    "گ": "XGG",
    "ی": "XYA",
    "ۀ": "XYH",
    "ھ": "XDO",
    "ہ": "XXG",
}
_SHADDA = "\u0651"
_MOST_SPELLINGS = 256


def spellings(name: str) -> frozenset[str]:
    """Give the forms that a name can have in a machine-readable zone: A-Z, words parted by one space.

    Latin letters in each way that the standard allows, Arabic and Persian ones in its one way (vowel marks are left
    out, a shadda doubles its letter). States may write a phonetic name instead, which no table gives.
    """
    name = unicodedata.normalize("NFC", name).upper()
    forms = [""]
    letters = _words(name)
    ways: tuple[str, ...] = ("",)
    for index, letter in enumerate(letters):
        # A shadda stands for its letter again, and only Arabic letters have one.
        ways = ways[:1] if letter == _SHADDA else _ways(letter, letters[index + 1 : index + 2])
        if len(forms) * len(ways) <= _MOST_SPELLINGS:
            forms = [form + way for form in forms for way in ways]
        else:
            forms = [form + ways[0] for form in forms]
    return frozenset(re.sub(r" +", " ", form).strip() for form in forms)


def same_name(one: str, other: str) -> bool:
    """Say whether two spellings can be one name.

    Order of letters counts, division into words does not; one may be cut short at its end, as zones cut long names
    (of ten letters or more).
    """
    first = {form.replace(" ", "") for form in spellings(one)}
    second = {form.replace(" ", "") for form in spellings(other)}
    if not any(first) or not any(second):
        return False
    return any(_cut(a, b) or _cut(b, a) for a in first for b in second)


_SHORTEST_CUT = 10


def _cut(short: str, whole: str) -> bool:
    return short == whole or (len(short) >= _SHORTEST_CUT and whole.startswith(short))


def _words(name: str) -> str:
    """Give letters, marks that count and spaces; hyphens and fillers part words, apostrophes do not."""
    kept = []
    for character in name:
        if character in _LATIN or character in _ARABIC or character == _SHADDA or character.isalpha():
            kept.append(character)
        elif character in "'\u2019`.\u200d" or unicodedata.combining(character):
            continue
        else:
            kept.append(" ")
    return "".join(kept)


def _ways(letter: str, following: str) -> tuple[str, ...]:
    if letter in _LATIN:
        return _LATIN[letter]
    if letter == "ة":
        return ("XAH",) if following in {"", " "} else ("XTA",)
    if letter in _ARABIC:
        return (_ARABIC[letter],)
    if letter == " " or ("A" <= letter <= "Z"):
        return (letter,)
    plain = unicodedata.normalize("NFD", letter)[0]
    return (plain,) if "A" <= plain <= "Z" else ("",)
