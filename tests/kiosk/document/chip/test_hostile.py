"""Chips that lie, stammer or break off: a typed error or a reading that is not authentic, never a crash or a belief."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.document.chip.certificates import load_certificate
from kiosk.document.chip.data_groups import read_contents, read_portrait, read_zone
from kiosk.document.chip.genuine import find_chip_key
from kiosk.document.chip.pace import find_offers
from kiosk.document.chip.passive import Authenticity, authenticate
from kiosk.document.chip.reading import read_chip
from kiosk.document.chip.security_object import read_security_object
from kiosk.document.chip.signatures import read_public_key
from kiosk.document.chip.tlv import dotted, encode, read_all, read_one
from kiosk.errors import ChipInvalid, GisheError
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.card_side import der
from tests.kiosk.document.chip.issuing import ACCESS, NOW, ec_key, portrait_group, zone_group
from tests.kiosk.document.chip.software_card import SoftwareCard

GROUPS = {1: zone_group(issuing.ZONE), 2: portrait_group()}
STATE = issuing.state()
STORE = STATE.store()
SECURITY = STATE.security_object(GROUPS)
CERTIFICATE = issuing.certificate(STATE.signer, STATE.authority)
OFFER = der(0x31, der(0x30, der(6, bytes.fromhex("04007F00070202040202")), der(2, b"\2"), der(2, b"\x0d")))


def _judged(data: bytes) -> None:
    security = read_security_object(data)
    verdict = authenticate(security, GROUPS, STORE, NOW, "D")
    # A change that leaves hashes, signature and chain whole is one of what nobody signs.
    assert verdict.authentic is not Authenticity.PASSED or security.hashes == read_security_object(SECURITY).hashes


def _key_read(data: bytes) -> None:
    read_public_key(read_one(data, 0x30))


def _certificate_checked(data: bytes) -> None:
    load_certificate(data).check_signed_by(STORE.authorities[0])


READERS: list[tuple[Callable[[bytes], object], bytes]] = [
    (_judged, SECURITY),
    (_certificate_checked, CERTIFICATE),
    (_key_read, STATE.signer.signing.public()),
    (_key_read, issuing.Signing(issuing.rsa_key("signer")).public()),
    (find_chip_key, issuing.key_group(ec_key("chip"), 2)),
    (find_offers, OFFER),
    (read_zone, GROUPS[1]),
    (read_portrait, GROUPS[2]),
    (read_contents, issuing.contents(GROUPS)),
]


@pytest.mark.parametrize(("reader", "valid"), READERS)
class TestEveryParser:
    @settings(max_examples=60, deadline=None)
    @given(data=st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused(self, reader: Callable[[bytes], object], valid: bytes, data: bytes) -> None:
        with contextlib.suppress(ChipInvalid):
            reader(data)

    @settings(max_examples=80, deadline=None)
    @given(place=st.integers(0), value=st.integers(0, 255), many=st.integers(1, 3))
    def test_changed_bytes_are_read_or_refused(
        self, reader: Callable[[bytes], object], valid: bytes, place: int, value: int, many: int
    ) -> None:
        data = bytearray(valid)
        for step in range(many):
            data[(place + step * 7) % len(data)] = (value + step) % 256
        with contextlib.suppress(ChipInvalid):
            reader(bytes(data))

    @settings(max_examples=30, deadline=None)
    @given(length=st.integers(0))
    def test_what_is_cut_off_is_refused(self, reader: Callable[[bytes], object], valid: bytes, length: int) -> None:
        with pytest.raises(ChipInvalid):
            reader(valid[: length % len(valid)])

    def test_the_whole_is_read(self, reader: Callable[[bytes], object], valid: bytes) -> None:
        reader(valid)


class TestElements:
    @given(tag=st.sampled_from((0x30, 0x5C, 0x87, 0x5F1F, 0x7F61)), value=st.binary(max_size=70_000))
    @settings(max_examples=40, deadline=None)
    def test_what_is_written_is_read_again(self, tag: int, value: bytes) -> None:
        element = read_one(encode(tag, value), tag)
        assert (element.value, element.raw) == (value, encode(tag, value))

    @pytest.mark.parametrize(
        "data",
        ["30", "3005", "3080", "308500000000", "30820100", "1F", "1FFFFFFFFF", "1F8182838401", "30840FFFFFFF00"],
    )
    def test_forms_that_are_not_allowed_are_refused(self, data: str) -> None:
        with pytest.raises(ChipInvalid):
            read_all(bytes.fromhex(data))

    def test_too_many_parts_are_refused(self) -> None:
        with pytest.raises(ChipInvalid, match="many"):
            read_all(b"\5\0" * 5000)

    def test_identifiers_are_spelled_in_dots(self) -> None:
        assert dotted(bytes.fromhex("2A864886F70D010702")) == "1.2.840.113549.1.7.2"
        assert dotted(bytes.fromhex("678108010101")) == "2.23.136.1.1.1"
        assert dotted(bytes.fromhex("04007F00070202040202")) == "0.4.0.127.0.7.2.2.4.2.2"


@functools.cache
def _undisturbed(pace: tuple[int, int] | None) -> int:
    card = _card(pace)
    read_chip(card, ACCESS, STORE, NOW)
    return card.commands


def _card(pace: tuple[int, int] | None) -> SoftwareCard:
    key = ec_key("chip")
    return STATE.card(GROUPS | {14: issuing.key_group(key, 2)}, pace=pace, chip_key=key)


@pytest.mark.parametrize("pace", [None, (2, 12)])
class TestAnswersOnTheirWay:
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(which=st.integers(0), place=st.integers(0), bit=st.integers(0, 7))
    def test_one_flipped_bit_never_leads_to_belief_in_something_else(
        self, pace: tuple[int, int] | None, which: int, place: int, bit: int
    ) -> None:
        def flip(answer: bytes) -> bytes:
            at = place % len(answer)
            return answer[:at] + bytes([answer[at] ^ 1 << bit]) + answer[at + 1 :]

        self._check(pace, which, flip)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(which=st.integers(0), length=st.integers(0))
    def test_a_truncated_answer_never_leads_to_belief_in_something_else(
        self, pace: tuple[int, int] | None, which: int, length: int
    ) -> None:
        self._check(pace, which, lambda answer: answer[: length % len(answer)])

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(which=st.integers(0), other=st.binary(max_size=40))
    def test_another_answer_never_leads_to_belief_in_something_else(
        self, pace: tuple[int, int] | None, which: int, other: bytes
    ) -> None:
        self._check(pace, which, lambda answer: other)

    def _check(self, pace: tuple[int, int] | None, which: int, change: Callable[[bytes], bytes]) -> None:
        card = _card(pace)
        spoilt = 1 + which % _undisturbed(pace)
        card.spoil = lambda number, answer: change(answer) if number == spoilt else answer
        try:
            reading = read_chip(card, ACCESS, STORE, NOW)
        except GisheError:
            return
        if reading.authentic is Authenticity.PASSED:
            assert reading.lines == issuing.ZONE
            assert reading.portrait is None or reading.portrait.image == issuing.PICTURE


class TestEndlessChips:
    @pytest.mark.parametrize("answer", ["6101", "006101", "6C01"])
    def test_a_chip_that_never_comes_to_an_end_is_given_up(self, answer: str) -> None:
        card = STATE.card()
        card.spoil = lambda number, given: bytes.fromhex(answer)
        with pytest.raises(ChipInvalid):
            read_chip(card, ACCESS, STORE, NOW)

    def test_a_file_that_comes_byte_by_byte_is_given_up(self) -> None:
        card = STATE.card()
        card.files[0x0102] = portrait_group(issuing.PICTURE[:4] + bytes(20_000))
        card.stammer = True
        reading = read_chip(card, ACCESS, STORE, NOW)
        assert "group_2_unreadable" in reading.problems
        assert reading.portrait is None
