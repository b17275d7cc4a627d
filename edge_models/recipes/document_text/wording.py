"""Made-up lines: machine-readable zones, numbers, dates, names; letter statistics of many languages, and none at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from edge_models.tasks.document_text import ARABIC_DIGITS, PERSIAN_DIGITS

Generator = np.random.Generator
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
MRZ_LENGTHS = (30, 36, 44)
LATIN_LETTERS = LETTERS + "ÇĞİÑÖŞÜ"


class Script(StrEnum):
    """Which glyphs a line needs."""

    MRZ = "mrz"
    LATIN = "latin"
    PERSIAN = "persian"
    ARABIC = "arabic"


@dataclass(frozen=True, slots=True)
class Wording:
    """A line to be drawn."""

    text: str
    script: Script
    kind: str


_ONSETS = [
    "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "y", "z", "bh", "br",
    "ch", "dr", "gh", "gr", "kh", "kr", "kw", "mb", "nd", "ng", "ph", "pr", "sh", "shch", "st", "sz", "th",
    "tr", "ts", "tz", "zh", "x", "q",
]  # fmt: skip
_CORES = [
    "a", "a", "a", "e", "e", "i", "i", "o", "o", "u", "aa", "ai", "au", "ee", "ei", "eu", "ia", "ie", "io",
    "oo", "ou", "ua", "ue", "y",
]  # fmt: skip
_CODAS = [
    "", "", "", "", "n", "n", "r", "s", "l", "t", "k", "m", "d", "h", "z", "ng", "rd", "sch", "ck", "ff", "x",
    "j", "v", "tt", "ss", "ll", "nn",
]  # fmt: skip
_COUNTRIES = [
    "IRN", "TUR", "UTO", "D<<", "FRA", "ESP", "GBR", "USA", "CAN", "CHN", "JPN", "KOR", "IND", "PAK", "AFG",
    "IRQ", "SYR", "EGY", "MAR", "DZA", "TUN", "LBY", "SDN", "ETH", "KEN", "NGA", "GHA", "ZAF", "BRA", "ARG",
    "CHL", "PER", "COL", "MEX", "CUB", "POL", "CZE", "SVK", "HUN", "ROU", "BGR", "GRC", "ITA", "PRT", "NLD",
    "BEL", "LUX", "CHE", "AUT", "SWE", "NOR", "DNK", "FIN", "EST", "LVA", "LTU", "UKR", "RUS", "BLR", "MDA",
    "GEO", "ARM", "AZE", "KAZ", "UZB", "TKM", "KGZ", "TJK", "MNG", "THA", "VNM", "MYS", "IDN", "PHL", "AUS",
    "NZL", "XXA", "XXB", "XXC", "XOM", "EUE", "UNO", "UNK", "RKS", "ZIM",
]  # fmt: skip


def name(generator: Generator, letters: int | None = None) -> str:
    """Give a made-up name of capitals: syllables, or letters drawn evenly so that no language is learned by heart."""
    if generator.random() < 0.25:
        count = letters or int(generator.integers(2, 12))
        return "".join(generator.choice(list(LETTERS), count))
    syllables = int(generator.integers(1, 5))
    parts = []
    for _ in range(syllables):
        parts.append(str(generator.choice(_ONSETS)) if generator.random() < 0.85 else "")
        parts.append(str(generator.choice(_CORES)))
        parts.append(str(generator.choice(_CODAS)))
    return "".join(parts).upper() or "A"


def _digits(generator: Generator, count: int) -> str:
    return "".join(generator.choice(list(DIGITS), count))


def _serial(generator: Generator, count: int) -> str:
    """Give letters and digits as document numbers mix them."""
    shape = generator.random()
    if shape < 0.4:
        ahead = int(generator.integers(0, 4))
        return "".join(generator.choice(list(LETTERS), min(ahead, count))) + _digits(generator, max(count - ahead, 0))
    if shape < 0.6:
        return _digits(generator, count)
    return "".join(generator.choice(list(LETTERS + DIGITS), count))


def _date(generator: Generator) -> str:
    return f"{generator.integers(0, 100):02d}{generator.integers(1, 13):02d}{generator.integers(1, 32):02d}"


def _filled(text: str, length: int) -> str:
    return text[:length].ljust(length, "<")


def mrz_line(generator: Generator) -> str:
    """Give one line of a made-up machine-readable zone (ICAO 9303 parts 4 to 7), or evenly drawn characters."""
    length = int(generator.choice(MRZ_LENGTHS))
    draw = generator.random()
    if draw < 0.3:
        return _evenly(generator, length)
    if draw < 0.62:
        return _names_line(generator, length)
    country = str(generator.choice(_COUNTRIES))
    country = country if len(country) == 3 else country.ljust(3, "<")
    sex = str(generator.choice(list("MF<X")))
    number = _filled(_serial(generator, int(generator.integers(6, 10))), 9) + _digits(generator, 1)
    if length == 30 and draw < 0.75:
        kind = str(generator.choice(["I<", "ID", "IR", "AC", "C<", "A<", "IP", "IX", "AR"]))
        optional = _serial(generator, int(generator.integers(0, 16))) if generator.random() < 0.6 else ""
        return kind + country + number + _filled(optional, 15)
    optional = _serial(generator, int(generator.integers(0, 15))) if generator.random() < 0.6 else ""
    middle = country + _date(generator) + _digits(generator, 1) + sex + _date(generator) + _digits(generator, 1)
    if length == 30:
        dates = _date(generator) + _digits(generator, 1) + sex + _date(generator) + _digits(generator, 1) + country
        return _filled(dates + optional, 29) + _digits(generator, 1)
    return _filled(number + middle + optional, length - 2) + _digits(generator, 2)


def _names_line(generator: Generator, length: int) -> str:
    names = "<".join(name(generator) for _ in range(int(generator.integers(1, 3))))
    given = "<".join(name(generator) for _ in range(int(generator.integers(0, 4))))
    line = f"{names}<<{given}"
    if length > 30:
        kind = str(generator.choice(["P<", "P<", "PP", "PD", "PS", "V<", "I<", "ID", "AC", "PN"]))
        country = str(generator.choice(_COUNTRIES)).ljust(3, "<")
        line = kind + country + line
    return _filled(line, length)


def _evenly(generator: Generator, length: int) -> str:
    """Draw characters evenly, with runs: what is read must not lean on what is likely."""
    pool = list(LETTERS + DIGITS + "<<<<")
    text = ""
    while len(text) < length:
        run = 1 if generator.random() < 0.88 else int(generator.integers(2, 7))
        text += str(generator.choice(pool)) * run
    return text[:length]


def number(generator: Generator) -> tuple[str, str]:
    """Give a number as cards print it, in Latin digits, with its kind; zeros stand together oftener than by chance."""
    text, kind = _number(generator)
    if generator.random() < 0.25:
        at, count = int(generator.integers(0, len(text))), int(generator.integers(2, 4))
        text = text[:at] + "".join("0" if c in DIGITS else c for c in text[at : at + count]) + text[at + count :]
    return text, kind


def _number(generator: Generator) -> tuple[str, str]:
    draw = generator.random()
    if draw < 0.28:
        return _digits(generator, 10), "national"
    if draw < 0.34:
        digits = _digits(generator, 10)
        return f"{digits[:3]}-{digits[3:9]}-{digits[9]}", "national_dashed"
    if draw < 0.56:
        first = "13" if generator.random() < 0.5 else str(generator.choice(["14", "19", "20"]))
        year, month, day = (
            first + _digits(generator, 2),
            f"{generator.integers(1, 13):02d}",
            f"{generator.integers(1, 32):02d}",
        )
        mark = str(generator.choice(list("//.-")))
        if generator.random() < 0.2:
            month, day = month.lstrip("0"), day.lstrip("0")
        parts = [year, month, day] if generator.random() < 0.6 else [day, month, year]
        return mark.join(parts), "date"
    if draw < 0.76:
        digits = _digits(generator, 16)
        return " ".join(digits[at : at + 4] for at in range(0, 16, 4)), "bank16"
    if draw < 0.80:
        return f"{_digits(generator, 2)}/{_digits(generator, 2)}", "expiry"
    if draw < 0.83:
        return f"{_digits(generator, 2)}:{_digits(generator, 2)}", "time"
    if draw < 0.9:
        # Runs of one digit: 0000, 1111.
        text = ""
        while len(text) < 10:
            text += _digits(generator, 1) * int(generator.integers(1, 5))
        return text[: int(generator.integers(3, 13))], "runs"
    return _digits(generator, int(generator.integers(1, 14))), "serial"


def latin_line(generator: Generator) -> tuple[str, str]:
    """Give names and serials in capitals, with Turkish and Spanish ones."""
    draw = generator.random()
    if draw < 0.35:
        words = [name(generator) for _ in range(int(generator.integers(1, 4)))]
        text = (" " if generator.random() < 0.85 else "-").join(words)
        changed = "".join(_turkish(generator, letter) for letter in text)
        return changed[:26], "name"
    if draw < 0.55:
        return "".join(generator.choice(list(LATIN_LETTERS), int(generator.integers(2, 14)))), "letters"
    if draw < 0.75:
        return _serial(generator, int(generator.integers(4, 13))), "serial"
    if draw < 0.85:
        text = f"{generator.choice(['TR', 'DE', 'IR', 'ES', 'FR'])}{_digits(generator, 22)}"
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4)), "iban"
    pool = list(LATIN_LETTERS + DIGITS + "-./: ")
    text = "".join(generator.choice(pool, int(generator.integers(3, 16)))).strip()
    return " ".join(text.split()) or "A", "evenly"


def _turkish(generator: Generator, letter: str) -> str:
    other = {"C": "Ç", "G": "Ğ", "I": "İ", "N": "Ñ", "O": "Ö", "S": "Ş", "U": "Ü"}.get(letter)
    return other if other is not None and generator.random() < 0.35 else letter


SHARES = ((0.40, "mrz"), (0.60, "persian"), (0.71, "arabic"), (0.84, "digits"), (1.0, "latin"))


def draw_wording(generator: Generator) -> Wording:
    """Draw a line: what is read most, most often."""
    share = generator.random()
    which = next(name for limit, name in SHARES if share < limit)
    if which == "mrz":
        return Wording(mrz_line(generator), Script.MRZ, "mrz")
    if which == "latin":
        text, kind = latin_line(generator)
        return Wording(text, Script.LATIN, kind)
    text, kind = number(generator)
    if which == "digits":
        return Wording(text, Script.LATIN, kind)
    digits = PERSIAN_DIGITS if which == "persian" else ARABIC_DIGITS
    turned = "".join(digits[int(c)] if c in DIGITS else c for c in text)
    return Wording(turned, Script.PERSIAN if which == "persian" else Script.ARABIC, kind)
