"""The words of the ten digits, as a recogniser hears them and as a screen reads them out."""

from __future__ import annotations

WORDS: dict[str, tuple[str, ...]] = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "tr": ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"),
    "fa": ("صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"),
}
"""by language, in the order of their values"""

SYLLABLES: dict[str, tuple[int, ...]] = {
    "en": (2, 1, 1, 1, 1, 1, 1, 2, 1, 1),
    "tr": (2, 1, 2, 1, 1, 1, 2, 2, 2, 2),
    "fa": (1, 1, 1, 1, 2, 1, 1, 1, 1, 1),
}
