"""What a reading says of a chip's contents, in pieces of any size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.document.chip.access import Can, ChipAccess
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.passive import Authenticity
from kiosk.document.chip.reading import ChipReading, read_chip
from kiosk.errors import ChipInvalid, ChipLost
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.card_side import der
from tests.kiosk.document.chip.issuing import ACCESS, NOW, portrait_group, zone_group
from tests.kiosk.document.chip.software_card import SoftwareCard

GROUPS = {1: zone_group(issuing.ZONE), 2: portrait_group()}
STATE = issuing.state()
STORE = STATE.store()


def read(card: SoftwareCard, access: ChipAccess | Can = ACCESS, store: CscaStore = STORE) -> ChipReading:
    return read_chip(card, access, store, NOW)


class TestContents:
    def test_contents_that_differ_from_what_is_signed_are_named(self) -> None:
        card = STATE.card()
        card.files[0x011E] = issuing.contents(GROUPS | {3: b"\x63"})
        reading = read(card)
        assert reading.authentic is Authenticity.PASSED
        assert "contents_differ" in reading.problems

    def test_a_portrait_that_cannot_be_read_is_named(self) -> None:
        groups = GROUPS | {2: portrait_group(b"no picture at all")}
        reading = read(STATE.card(groups))
        assert reading.portrait is None
        assert reading.authentic is Authenticity.PASSED
        assert "portrait_unreadable" in reading.problems

    def test_a_chip_without_a_zone_cannot_be_read(self) -> None:
        with pytest.raises(ChipInvalid):
            read(STATE.card({1: der(0x61, der(0x5F1F, b"HELLO")), 2: GROUPS[2]}))

    def test_an_expired_document_and_a_wrong_check_digit_are_named(self) -> None:
        lines = (issuing.ZONE[0], issuing.ZONE[1].replace("3204153", "2004150")[:-1] + "9")
        card = STATE.card({1: zone_group(lines), 2: GROUPS[2]}, information=b"L898902C3674081222004150")
        reading = read(card, replace(ACCESS, expiry="200415"))
        assert {"expired", "check_digit_wrong"} <= set(reading.problems)

    def test_a_chip_of_another_document_is_named(self) -> None:
        other = (issuing.ZONE[0], "L898902D47D<<7408122F3204153<<<<<<<<<<<<<<<2")
        reading = read(STATE.card({1: zone_group(other), 2: GROUPS[2]}))
        assert "zone_differs" in reading.problems

    @pytest.mark.parametrize("largest", [256, 300, 1000, 65_000])
    @pytest.mark.parametrize("size", [30_000, 70_000])
    def test_large_portraits_come_whole_in_pieces_of_any_size(self, largest: int, size: int) -> None:
        image = issuing.PICTURE[:4] + bytes(size)
        card = STATE.card({1: GROUPS[1], 2: portrait_group(image)}, pace=(4, 12), largest_answer=largest)
        if largest > 256:
            card.files[0x2F01] = der(0x7F66, der(2, b"\x04\x00"), der(2, b"\0" + largest.to_bytes(2, "big")))
        reading = read(card)
        assert reading.portrait is not None
        assert reading.portrait.image == image
        assert reading.authentic is Authenticity.PASSED
        assert max(card.lengths) > 256 if largest > 400 else max(card.lengths) <= 258

    @pytest.mark.parametrize("rest", [222, 223, 224, 250, 256, 257])
    def test_a_last_piece_of_any_size_finds_room(self, rest: int) -> None:
        size = 2 * (1000 - 64) + rest - len(portrait_group(b"\xff\xd8\xff" + bytes(2000))) + 2000 + 8
        card = STATE.card({1: GROUPS[1], 2: portrait_group(b"\xff\xd8\xff" + bytes(size))}, pace=(4, 12))
        card.largest_answer = 1000
        card.files[0x2F01] = der(0x7F66, der(2, b"\x04\x00"), der(2, b"\x03\xe8"))
        assert (len(card.files[0x0102]) - 8) % (1000 - 64) == rest
        assert read(card).authentic is Authenticity.PASSED

    def test_a_chip_that_promises_too_long_answers_is_read_in_short_ones(self) -> None:
        card = STATE.card(largest_answer=256)
        card.files[0x2F01] = der(0x7F66, der(2, b"\x04\x00"), der(2, b"\x10\x00"))
        assert read(card).authentic is Authenticity.PASSED

    def test_a_reader_that_drops_the_chip_at_long_answers_is_read_in_short_ones(self) -> None:
        card = STATE.card(largest_answer=4096)
        card.files[0x2F01] = der(0x7F66, der(2, b"\x04\x00"), der(2, b"\x10\x00"))

        def drop(number: int, answer: bytes) -> bytes:
            if len(answer) > 258:
                raise ChipLost
            return answer

        card.spoil = drop
        assert read(card).authentic is Authenticity.PASSED

    def test_it_does_not_show_what_it_read(self) -> None:
        shown = repr(read(STATE.card()))
        assert "ERIKSSON" not in shown
        assert "L898902C3" not in shown
