"""Made-up zones in every layout, written without the code under test."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from kiosk.identity.mrz.characters import Character, Line

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STATES = ("UTO", "D<<", "TUR", "IRN", "FRA", "GBR", "XXA", "BEL", "CZE", "HRV")
_NAMES = ("ERIKSSON", "ACAR", "DE<LA<CRUZ", "OBRIEN", "YILMAZ", "MUSTERMANN", "LI", "BASANAVICIENE", "VAN<DER<BERG")
_GIVEN = ("ANNA<MARIA", "HAKAN", "ERIKA", "ZOE", "MOHAMMAD<REZA", "JO")
KINDS = ("TD1", "TD2", "TD3", "MRV-A", "MRV-B", "FR-ID")


@dataclass(frozen=True)
class Zone:
    kind: str
    lines: tuple[str, ...]
    fields: dict[str, str]
    """raw, without fillers after them"""


def digit(text: str) -> str:
    values = [0 if c == "<" else _ALPHABET.index(c) for c in text]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)


def checked(text: str) -> str:
    return text + digit(text)


def made(kind: str, seed: int, long_number: bool = False) -> Zone:
    random = Random(f"{kind} {seed}")

    def text(low: int, high: int, of: str = _ALPHABET) -> str:
        return "".join(random.choice(of) for _ in range(random.randint(low, high)))

    state, nation = random.choice(_STATES), random.choice(_STATES)
    surname, given = random.choice(_NAMES), random.choice(_GIVEN)
    number = text(6, 9, "0123456789" if random.random() < 0.4 else _ALPHABET)
    birth = f"{random.randint(0, 99):02d}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    expiry = f"{random.randint(20, 40):02d}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    sex = random.choice("MF<X")
    optional = text(1, 7) if random.random() < 0.5 else ""
    fields = {"number": number, "birth": birth, "sex": sex.strip("<"), "surname": surname.replace("<", " ")}
    fields |= {"given_names": given.replace("<", " "), "expiry": expiry, "issuer": state.strip("<")}
    names = f"{surname}<<{given}"
    padded = number.ljust(9, "<")
    lines: tuple[str, ...]
    dates = checked(birth) + sex + checked(expiry)
    if kind == "TD1":
        if long_number:
            number = text(11, 14)
            fields["number"] = number
            first = f"I<{state}{number[:9]}<{number[9:]}{digit(number)}<".ljust(30, "<")
        else:
            first = f"I<{state}{checked(padded)}{optional}".ljust(30, "<")
        second = dates + nation + "<" * 11
        second += digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
        lines = (first, second, names.ljust(30, "<"))
    elif kind == "FR-ID":
        fields["number"], fields["birth"] = text(12, 12, "0123456789"), birth
        fields["given_names"], fields["sex"] = given.split("<")[0], "F"
        del fields["expiry"]
        fields["issuer"] = "FRA"
        first = f"IDFRA{surname.ljust(25, '<')}{text(6, 6, '0123456789')}"
        second = checked(fields["number"]) + fields["given_names"].ljust(14, "<") + checked(birth) + "F"
        lines = (first, second + digit(first + second))
    else:
        code, width = {"TD2": ("I<", 36), "TD3": ("P<", 44), "MRV-A": ("V<", 44), "MRV-B": ("V<", 36)}[kind]
        first = f"{code}{state}{names}".ljust(width, "<")
        second = checked(padded) + nation + dates
        if kind == "TD3":
            second += checked(optional.ljust(14, "<"))
            second += digit(second[:10] + second[13:20] + second[21:43])
        elif kind == "TD2":
            second += optional.ljust(7, "<")
            second += digit(second[:10] + second[13:20] + second[21:35])
        else:
            second = (second + optional).ljust(width, "<")
        lines = (first, second)
    assert all(len(line) == len(lines[0]) for line in lines)
    return Zone(kind, lines, fields)


def read(lines: tuple[str, ...], sure: float = 0.995) -> tuple[Line, ...]:
    """Give lines as a sure reader sees them."""
    return tuple(tuple(Character(c, sure) for c in line) for line in lines)


def with_character(lines: tuple[Line, ...], row: int, column: int, character: Character) -> tuple[Line, ...]:
    line = lines[row]
    changed = (*line[:column], character, *line[column + 1 :])
    return (*lines[:row], changed, *lines[row + 1 :])
