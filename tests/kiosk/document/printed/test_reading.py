from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from edge_models.tasks.document_text import Alphabet, Pixels, ReadCharacter, ReadLine
from kiosk.document.facts import Field, MrzReading, PortraitFound, Source
from kiosk.document.printed.reading import PrintedReader, PrintedReading
from kiosk.identity.calendars import persian_day
from kiosk.identity.digits import to_ascii
from tests.kiosk.document.printed.drawn import Drawn, bank_card, iran_card, turkish_card
from tests.kiosk.document.printed.ink_reader import InkReader

TODAY = date(2026, 1, 1)


def read(card: Drawn, reader: object = None, turns: int = 0, portrait: PortraitFound | None = None) -> PrintedReading:
    picture = np.ascontiguousarray(np.rot90(card.picture, -turns))
    return PrintedReader(reader or InkReader(card.inks)).read(picture, None, portrait, None, TODAY)  # type: ignore[arg-type]


def by_name(reading: PrintedReading) -> dict[str, Field]:
    return {field.name: field for field in reading.fields}


def iso(persian: str) -> str:
    year, month, day = (int(part) for part in to_ascii(persian).split("/"))
    found = persian_day(year, month, day)
    assert found is not None
    return found.isoformat()


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_the_iranian_card_gives_number_and_both_dates(seed: int) -> None:
    card = iran_card(seed, marked=True)
    reading = read(card)
    fields = by_name(reading)
    assert reading.kind == "ir_national_card"
    number = fields["national_number"]
    assert (number.text, number.check, number.raw) == (
        to_ascii(card.texts["national_number"]),
        True,
        card.texts["national_number"],
    )
    assert fields["birth"].text == iso(card.texts["birth"])
    assert fields["expiry"].text == iso(card.texts["expiry"])
    assert all(field.source is Source.PRINT for field in reading.fields)


def test_persian_names_are_said_to_be_there_unread() -> None:
    card = iran_card(2, marked=True)
    fields = by_name(read(card))
    for name in ("given_names", "surname", "father"):
        field = fields[name]
        x, y, width, height = card.boxes[name]
        assert field.text == ""
        assert field.box is not None
        middle = np.mean(field.box, 0)
        assert x - 20 < middle[0] < x + width + 20
        assert y - 20 < middle[1] < y + height + 20


def test_a_number_that_fails_its_check_is_told_as_it_is_read() -> None:
    card = iran_card(3, marked=True, right=False)
    field = by_name(read(card))["national_number"]
    assert field.text == to_ascii(card.texts["national_number"])
    assert field.check is False
    assert field.doubtful


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_turkish_card_gives_its_fields(seed: int) -> None:
    card = turkish_card(seed, marked=True)
    reading = read(card)
    texts = {name: field.text for name, field in by_name(reading).items()}
    assert reading.kind == "tr_identity_card"
    for name in ("national_number", "surname", "given_names", "card_serial"):
        assert texts[name] == card.texts[name]
    day, month, year = card.texts["birth"].split(".")
    assert texts["birth"] == f"{year}-{month}-{day}"
    assert texts["nationality"] == "TUR"
    assert texts["sex"] == card.texts["sex"][-1]
    assert by_name(reading)["national_number"].check is True


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_portrait_says_which_way_up(turns: int) -> None:
    card = turkish_card(1, marked=True)
    height, width = card.picture.shape[:2]
    box = [(100.0, 290.0), (240.0, 480.0)]
    for _ in range(turns):
        box = [(height - 1 - y, x) for x, y in box]
        height, width = width, height
    (left, top), (right, bottom) = np.min(box, 0), np.max(box, 0)
    portrait = PortraitFound((left, top, right - left, bottom - top), -turns % 4, 50.0, 0.9)
    fields = by_name(read(card, turns=turns, portrait=portrait))
    assert fields["national_number"].text == card.texts["national_number"]
    assert fields["surname"].text == card.texts["surname"]


@pytest.mark.parametrize("iranian", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bank_card_gives_number_and_expiry(seed: int, iranian: bool) -> None:
    card = bank_card(seed, marked=True, iranian=iranian)
    reading = read(card)
    fields = by_name(reading)
    assert reading.kind == "bank_card"
    assert fields["card_number"].text == to_ascii(card.texts["card_number"]).replace(" ", "")
    assert fields["card_number"].check is True
    if iranian:
        assert fields["expiry"].text.startswith("20")
    else:
        assert fields["expiry"].text == f"20{card.texts['expiry'][3:]}-{card.texts['expiry'][:2]}"
        assert fields["holder"].text == card.texts["holder"]


def test_sixteen_digits_alone_are_no_bank_card() -> None:
    card = bank_card(2, marked=True)
    number = card.texts["card_number"].replace(" ", "")
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    reader = InkReader(card.inks, {card.texts["card_number"]: wrong, card.texts["expiry"]: "XX"})
    assert read(card, reader) == PrintedReading()


class Wavering:
    """Reads one digit differently at every look."""

    def __init__(self, inks: dict[int, str], of: str) -> None:
        self.inner, self.of, self.looks = InkReader(inks), of, 0

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        return [self._changed(line) for line in self.inner.read(lines, alphabet)]

    def _changed(self, line: ReadLine) -> ReadLine:
        if line.text != self.of:
            return line
        self.looks += 1
        characters = list(line.characters)
        characters[4] = ReadCharacter("0123456789"[self.looks % 10], 0.9, (), characters[4].place)
        return ReadLine(tuple(characters))


def test_a_number_on_which_no_two_looks_agree_is_not_given() -> None:
    card = turkish_card(0, marked=True)
    reading = read(card, Wavering(card.inks, card.texts["national_number"]))
    assert by_name(reading)["national_number"].text == ""
    assert by_name(reading)["national_number"].check is None


def test_two_dates_in_the_wrong_order_are_not_named() -> None:
    card = iran_card(4, marked=True)
    texts = card.texts
    reader = InkReader(card.inks, {texts["birth"]: texts["expiry"], texts["expiry"]: texts["birth"]})
    assert {"birth", "expiry"}.isdisjoint(by_name(read(card, reader)))


@pytest.mark.parametrize(
    ("line", "kind"), [("I<TURA12B345675", "tr_identity_card_back"), ("I<UTOD23145890", "unknown")]
)
def test_a_document_with_a_zone_is_not_read_again(line: str, kind: str) -> None:
    card = iran_card(1, marked=True)
    reader = InkReader(card.inks)
    zone = MrzReading("TD1", (line.ljust(30, "<"), "<" * 30, "<" * 30), ((), (), ()), (("number", True),), ())
    reading = PrintedReader(reader).read(card.picture, None, None, zone, TODAY)
    assert reading == PrintedReading(kind)
    assert reader.lines == 0


def test_a_picture_without_print_is_unknown() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    assert PrintedReader(InkReader({0: "1234567890"})).read(noise, None, None, None, TODAY).kind == "unknown"
