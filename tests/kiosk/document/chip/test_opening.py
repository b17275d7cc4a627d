"""A chip opened against a card in software: with the right key, the wrong one, and none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.document.chip.access import Can, ChipAccess, open_by_bac, select_application
from kiosk.document.chip.apdu import PlainChannel
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.genuine import CloneDetection
from kiosk.document.chip.pace import find_offers, open_by_pace
from kiosk.document.chip.passive import Authenticity
from kiosk.document.chip.reading import ChipReading, read_chip
from kiosk.document.facts import Source
from kiosk.errors import ChipAbsent, ChipInvalid, ChipLost, ChipRefused
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.card_side import der
from tests.kiosk.document.chip.issuing import ACCESS, CAN, NOW, portrait_group, zone_group
from tests.kiosk.document.chip.software_card import SoftwareCard

GROUPS = {1: zone_group(issuing.ZONE), 2: portrait_group()}
STATE = issuing.state()
STORE = STATE.store()


def read(card: SoftwareCard, access: ChipAccess | Can = ACCESS, store: CscaStore = STORE) -> ChipReading:
    return read_chip(card, access, store, NOW)


class TestOpening:
    def test_by_basic_access_the_whole_reading_stands(self) -> None:
        reading = read(STATE.card())
        assert reading.access == "BAC"
        assert (reading.kind, reading.lines) == ("TD3", issuing.ZONE)
        assert (reading.authentic, reading.code) == (Authenticity.PASSED, "")
        assert reading.portrait is not None
        assert (reading.portrait.image, reading.portrait.mime) == (issuing.PICTURE, "image/jpeg")
        assert reading.clone_detection is CloneDetection.NONE
        assert reading.groups == (1, 2)
        assert reading.problems == ("revocation_unchecked",)

    def test_the_fields_say_that_they_are_the_chip_s(self) -> None:
        fields = {field.name: field for field in read(STATE.card()).fields}
        assert {
            name: fields[name].text for name in ("surname", "given_names", "number", "birth", "expiry", "issuer")
        } == {
            "surname": "ERIKSSON",
            "given_names": "ANNA MARIA",
            "number": "L898902C3",
            "birth": "1974-08-12",
            "expiry": "2032-04-15",
            "issuer": "D",
        }
        assert {field.source for field in fields.values()} == {Source.CHIP}
        assert fields["number"].check is True

    @pytest.mark.parametrize("cipher", [1, 2, 3, 4])
    @pytest.mark.parametrize("curve", [12, 13])
    def test_by_pace_with_the_zone(self, cipher: int, curve: int) -> None:
        reading = read(STATE.card(pace=(cipher, curve)))
        assert (reading.access, reading.authentic) == ("PACE", Authenticity.PASSED)

    @pytest.mark.parametrize("curve", [8, 9, 10, 11, 14, 15, 16, 17, 18])
    def test_by_pace_on_every_standard_curve(self, curve: int) -> None:
        assert read(STATE.card(pace=(2, curve))).access == "PACE"

    def test_by_the_number_on_the_card_s_face(self) -> None:
        groups = {1: zone_group(issuing.CARD_ZONE), 2: portrait_group()}
        reading = read(STATE.card(groups, pace=(4, 13)), Can(CAN.decode()))
        assert (reading.access, reading.kind, reading.authentic) == ("PACE", "TD1", Authenticity.PASSED)

    @pytest.mark.parametrize("pace", [None, (2, 13)])
    @pytest.mark.parametrize(
        "wrong",
        [replace(ACCESS, number="L898902C4"), replace(ACCESS, birth="740813"), replace(ACCESS, expiry="320416")],
    )
    def test_a_wrong_zone_is_refused(self, pace: tuple[int, int] | None, wrong: ChipAccess) -> None:
        card = STATE.card(pace=pace)
        with pytest.raises(ChipRefused):
            read(card, wrong)

    def test_a_wrong_card_number_is_refused(self) -> None:
        with pytest.raises(ChipRefused):
            read(STATE.card(pace=(2, 13)), Can("654321"))

    def test_a_card_number_opens_no_chip_without_pace(self) -> None:
        with pytest.raises(ChipRefused, match="access number"):
            read(STATE.card(), Can(CAN.decode()))

    def test_a_kind_of_pace_that_is_not_known_leaves_the_older_way(self) -> None:
        card = STATE.card()
        integrated = der(6, bytes.fromhex("04007F00070202040402"))
        card.files[0x011C] = der(0x31, der(0x30, integrated, der(2, b"\2"), der(2, b"\x0d")))
        reading = read(card)
        assert reading.access == "BAC"
        assert "pace_unknown" in reading.problems

    def test_a_chip_that_opens_only_in_a_way_that_is_not_known_says_so(self) -> None:
        card = STATE.card(bac=False)
        integrated = der(6, bytes.fromhex("04007F00070202040402"))
        card.files[0x011C] = der(0x31, der(0x30, integrated, der(2, b"\2"), der(2, b"\x0d")))
        with pytest.raises(ChipInvalid, match="not known here"):
            read(card)

    def test_a_chip_that_shows_its_zone_to_others_only_says_so(self) -> None:
        card = STATE.card(guarded=frozenset({0x0101}))
        with pytest.raises(ChipInvalid, match="others only"):
            read(card)

    def test_a_chip_that_errs_in_pace_is_opened_the_older_way_and_it_is_said(self) -> None:
        card = STATE.card()
        offer = der(6, bytes.fromhex("04007F00070202040202"))
        card.files[0x011C] = der(0x31, der(0x30, offer, der(2, b"\2"), der(2, b"\x0d")))
        reading = read(card)
        assert reading.access == "BAC"
        assert "pace_failed" in reading.problems

    def test_a_chip_that_does_not_know_the_password_is_not_believed(self) -> None:
        card = STATE.card(pace=(2, 13))
        # The last step's answer: the token by which the chip proves itself.
        card.spoil = lambda number, answer: (
            answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:] if answer.startswith(b"\x7c\x0a\x86") else answer
        )
        with pytest.raises(ChipInvalid):
            read(card, Can(CAN.decode()))

    def test_no_document_is_said_as_such(self) -> None:
        with pytest.raises(ChipAbsent):
            read(STATE.card(present=False))

    def test_a_card_of_another_kind_is_no_travel_document(self) -> None:
        card = STATE.card(bac=False)
        with pytest.raises(ChipInvalid):
            read(card)

    def test_it_lets_go_of_the_chip_also_after_an_error(self) -> None:
        card = STATE.card()
        with pytest.raises(ChipRefused):
            read(card, replace(ACCESS, number="X1"))
        with pytest.raises(ChipLost):
            card.transmit(bytes.fromhex("0084000008"))

    @pytest.mark.parametrize("after", [0, 1, 4, 7, 12, 20])
    def test_a_document_that_is_taken_away_is_lost(self, after: int) -> None:
        with pytest.raises(ChipLost):
            read(STATE.card(gone_after=after))

    def test_a_time_without_a_zone_is_a_mistake_of_the_caller(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            read_chip(STATE.card(), ACCESS, STORE, NOW.replace(tzinfo=None))

    def test_progress_grows_to_its_end(self) -> None:
        told: list[tuple[str, float]] = []
        read_chip(STATE.card(), ACCESS, STORE, NOW, lambda stage, share: told.append((stage, share)))
        assert list(dict.fromkeys(stage for stage, _ in told)) == ["opening", "zone", "portrait", "proof", "done"]
        assert len([stage for stage, _ in told if stage == "portrait"]) > 5
        assert [share for _, share in told] == sorted(share for _, share in told)
        assert told[-1][1] == 1.0

    def test_it_can_be_stopped(self) -> None:
        class Stopped(Exception):
            pass

        def stop(stage: str, share: float) -> None:
            if stage == "portrait":
                raise Stopped

        with pytest.raises(Stopped):
            read_chip(STATE.card(), ACCESS, STORE, NOW, stop)


class TestProofOfTheKey:
    """The chip must show that it knows the key too, before anything of it is believed."""

    def test_an_answer_whose_seal_is_broken_opens_nothing(self) -> None:
        card = STATE.card()
        card.spoil = lambda number, answer: (
            answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:] if number == 3 else answer
        )
        with pytest.raises(ChipInvalid, match="knows the key"):
            self._open(card)

    def test_an_answer_of_another_session_opens_nothing(self) -> None:
        card, heard = STATE.card(), []
        card.spoil = lambda number, answer: heard.append(answer) or answer  # type: ignore[func-returns-value]
        self._open(card)
        card.spoil = lambda number, answer: heard[2] if len(answer) == 42 else answer
        with pytest.raises(ChipInvalid, match="knows the key"):
            self._open(card)

    def test_our_own_key_sent_back_opens_nothing(self) -> None:
        class Mirror(SoftwareCard):
            def transmit(self, command: bytes) -> bytes:
                answer = super().transmit(command)
                return b"\x7c\x43\x84" + command[8:-1] + answer[-2:] if answer[:3] == b"\x7c\x43\x84" else answer

        held = STATE.card(pace=(2, 13))
        card = Mirror(held.files, information=held.information, pace=held.pace)
        card.connect()
        offer = find_offers(card.files[0x011C])[0]
        with pytest.raises(ChipInvalid, match="own key"):
            open_by_pace(PlainChannel(card), ACCESS, offer)

    def _open(self, card: SoftwareCard) -> None:
        card.connect()
        channel = PlainChannel(card)
        card.commands = 0
        select_application(channel)
        open_by_bac(channel, ACCESS)
