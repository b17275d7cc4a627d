"""Copies of chips: found by both proofs, and said where there is none."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.document.chip.access import Can, ChipAccess
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.genuine import CloneDetection
from kiosk.document.chip.passive import Authenticity
from kiosk.document.chip.reading import ChipReading, read_chip
from kiosk.errors import ChipLost
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.issuing import ACCESS, NOW, ec_key, portrait_group, rsa_key, zone_group
from tests.kiosk.document.chip.software_card import SoftwareCard

GROUPS = {1: zone_group(issuing.ZONE), 2: portrait_group()}
STATE = issuing.state()
STORE = STATE.store()


def read(card: SoftwareCard, access: ChipAccess | Can = ACCESS, store: CscaStore = STORE) -> ChipReading:
    return read_chip(card, access, store, NOW)


class TestCopies:
    @pytest.mark.parametrize("cipher", [1, 2, 3, 4])
    @pytest.mark.parametrize("pace", [None, (4, 13)])
    def test_chip_authentication_proves_the_chip(self, cipher: int, pace: tuple[int, int] | None) -> None:
        key = ec_key("chip")
        groups = GROUPS | {14: issuing.key_group(key, cipher)}
        reading = read(STATE.card(groups, chip_key=key, chip_cipher=cipher, pace=pace))
        assert reading.clone_detection is CloneDetection.CHIP
        assert reading.authentic is Authenticity.PASSED

    def test_a_key_without_a_word_on_its_cipher_is_used_with_triple_des(self) -> None:
        key = ec_key("chip")
        groups = GROUPS | {14: issuing.key_group(key, 1, named=False)}
        assert read(STATE.card(groups, chip_key=key, chip_cipher=1)).clone_detection is CloneDetection.CHIP

    @pytest.mark.parametrize("cipher", [1, 2])
    def test_a_copy_without_the_key_is_found(self, cipher: int) -> None:
        groups = GROUPS | {14: issuing.key_group(ec_key("chip"), cipher)}
        reading = read(STATE.card(groups, chip_key=ec_key("copy"), chip_cipher=cipher))
        assert reading.clone_detection is CloneDetection.FAILED
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "chip_copied")

    def test_a_chip_that_refuses_to_prove_itself_is_not_authentic(self) -> None:
        key = ec_key("chip")
        groups = GROUPS | {14: issuing.key_group(key, 2)}
        reading = read(STATE.card(groups, chip_key=key, refuse_proof=True))
        assert reading.clone_detection is CloneDetection.REFUSED
        assert (reading.authentic, reading.code) == (Authenticity.UNKNOWN, "chip_unproven")

    @pytest.mark.parametrize("hidden", [14, 15])
    def test_a_copy_that_hides_the_key_is_not_authentic(self, hidden: int) -> None:
        groups = GROUPS | {14: issuing.key_group(ec_key("chip"), 2), 15: issuing.active_group(rsa_key("active", 1024))}
        card = STATE.card(groups, chip_key=ec_key("chip"), active_key=rsa_key("active", 1024))
        card.hide = frozenset({0x0100 + hidden})
        reading = read(card)
        assert reading.clone_detection is CloneDetection.REFUSED
        assert (reading.authentic, reading.code) == (Authenticity.UNKNOWN, "chip_unproven")

    def test_a_key_of_the_copier_s_own_does_not_help(self) -> None:
        groups = GROUPS | {14: issuing.key_group(ec_key("chip"), 2)}
        card = STATE.card(groups, chip_key=ec_key("copy"))
        card.files[0x010E] = issuing.key_group(ec_key("copy"), 2)
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "hash_wrong")
        assert reading.clone_detection is CloneDetection.NONE

    @pytest.mark.parametrize("bits", [1024, 2048])
    def test_active_authentication_proves_the_chip(self, bits: int) -> None:
        key = rsa_key("active", bits)
        reading = read(STATE.card(GROUPS | {15: issuing.active_group(key)}, active_key=key))
        assert reading.clone_detection is CloneDetection.ACTIVE
        assert reading.authentic is Authenticity.PASSED

    def test_a_signature_that_the_reader_cannot_carry_proves_nothing(self) -> None:
        key = rsa_key("active", 2048)
        card = STATE.card(GROUPS | {15: issuing.active_group(key)}, active_key=key)

        def drop(number: int, answer: bytes) -> bytes:
            if len(answer) > 258:
                raise ChipLost
            return answer

        card.spoil = drop
        reading = read(card)
        assert reading.clone_detection is CloneDetection.REFUSED
        assert (reading.authentic, reading.code) == (Authenticity.UNKNOWN, "chip_unproven")

    @pytest.mark.parametrize("plain", [False, True])
    def test_active_authentication_on_a_curve(self, plain: bool) -> None:
        key = ec_key("active", ec.SECP256R1)
        groups = GROUPS | {14: issuing.hash_group(plain=plain), 15: issuing.active_group(key)}
        card = STATE.card(groups, active_key=key, plain_signature=plain)
        assert read(card).clone_detection is CloneDetection.ACTIVE

    def test_active_authentication_finds_a_copy(self) -> None:
        groups = GROUPS | {15: issuing.active_group(rsa_key("active", 1024))}
        reading = read(STATE.card(groups, active_key=rsa_key("copy", 1024)))
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "chip_copied")

    @pytest.mark.parametrize(
        "garbage", [b"\0", b"\x30", b"\x30\x02\x02\x00", bytes(64), b"\xff" * 64, b"\x30\x80" + bytes(70)]
    )
    @pytest.mark.parametrize("on_curve", [False, True])
    def test_whatever_a_copy_answers_is_a_failure(self, garbage: bytes, on_curve: bool) -> None:
        class Babbling(SoftwareCard):
            def _sign(self, challenge: bytes) -> bytes:
                return garbage

        key = ec_key("active", ec.SECP256R1) if on_curve else rsa_key("active", 1024)
        held = STATE.card(GROUPS | {14: issuing.hash_group(plain=True), 15: issuing.active_group(key)})
        reading = read(Babbling(held.files, information=held.information, active_key=key))
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "chip_copied")

    def test_a_signature_of_another_challenge_is_no_proof(self) -> None:
        class Replaying(SoftwareCard):
            def _sign(self, challenge: bytes) -> bytes:
                return super()._sign(bytes(8))

        key = rsa_key("active", 1024)
        held = STATE.card(GROUPS | {15: issuing.active_group(key)})
        reading = read(Replaying(held.files, information=held.information, active_key=key))
        assert reading.clone_detection is CloneDetection.FAILED

    def test_active_authentication_on_a_curve_finds_a_copy(self) -> None:
        key = ec_key("active", ec.SECP256R1)
        groups = GROUPS | {14: issuing.hash_group(plain=True), 15: issuing.active_group(key)}
        reading = read(STATE.card(groups, active_key=ec_key("copy", ec.SECP256R1)))
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "chip_copied")

    def test_a_key_of_a_kind_that_is_not_known_leaves_copies_open_and_says_so(self) -> None:
        groups = GROUPS | {15: issuing.active_group(ec_key("active", ec.SECP256R1))}
        reading = read(STATE.card(groups))
        assert reading.clone_detection is CloneDetection.NONE
        assert "active_authentication_unknown" in reading.problems
