"""Whether what a chip says is its issuer's: every usual algorithm, and every way to forge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.document.chip.access import Can, ChipAccess
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.passive import Authenticity
from kiosk.document.chip.reading import ChipReading, read_chip
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.card_side import der
from tests.kiosk.document.chip.issuing import ACCESS, NOW, Signing, ec_key, portrait_group, rsa_key, zone_group
from tests.kiosk.document.chip.software_card import SoftwareCard

GROUPS = {1: zone_group(issuing.ZONE), 2: portrait_group()}
STATE = issuing.state()
STORE = STATE.store()


def read(card: SoftwareCard, access: ChipAccess | Can = ACCESS, store: CscaStore = STORE) -> ChipReading:
    return read_chip(card, access, store, NOW)


class TestSignature:
    @pytest.mark.parametrize(
        ("authority", "signer"),
        [
            (Signing(rsa_key("csca", 3072)), Signing(rsa_key("signer"))),
            (Signing(rsa_key("csca", 3072), "sha512", pss=True), Signing(rsa_key("signer"), pss=True)),
            (Signing(ec_key("csca")), Signing(ec_key("signer"))),
            (Signing(ec_key("csca"), spelled_out=True), Signing(ec_key("signer"), spelled_out=True)),
            (
                Signing(ec_key("csca", ec.BrainpoolP512R1), "sha512", spelled_out=True),
                Signing(ec_key("signer", ec.BrainpoolP384R1), "sha384", spelled_out=True),
            ),
            (
                Signing(ec_key("csca", ec.SECP521R1), "sha512"),
                Signing(ec_key("signer", ec.SECP256R1), spelled_out=True),
            ),
            (Signing(rsa_key("csca", 3072)), Signing(ec_key("signer"), spelled_out=True)),
        ],
    )
    def test_every_usual_algorithm_passes(self, authority: Signing, signer: Signing) -> None:
        made = issuing.state(authority, signer)
        reading = read(made.card(), store=made.store())
        assert (reading.authentic, reading.code) == (Authenticity.PASSED, "")

    def test_a_weak_hash_is_named(self) -> None:
        made = issuing.state(Signing(rsa_key("csca", 3072)), Signing(rsa_key("signer"), "sha1"))
        reading = read(made.card(), store=made.store())
        assert reading.authentic is Authenticity.PASSED
        assert "weak_hash" in reading.problems

    @pytest.mark.parametrize("number", [1, 2])
    def test_a_changed_data_group_is_found(self, number: int) -> None:
        card = STATE.card()
        file = card.files[0x0100 + number]
        changed = file.replace(b"ANNA", b"ANNE") if number == 1 else file[:-5] + bytes([file[-5] ^ 1]) + file[-4:]
        assert changed != file
        card.files[0x0100 + number] = changed
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "hash_wrong")

    def test_a_portrait_that_nobody_signed_is_found(self) -> None:
        card = STATE.card({1: GROUPS[1]})
        card.files[0x0102] = GROUPS[2]
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "hash_missing")

    def test_the_list_of_hashes_cannot_be_changed(self) -> None:
        card = STATE.card()
        forged = zone_group((issuing.ZONE[0].replace("ANNA", "ANNE"), issuing.ZONE[1]))
        signed = STATE.security_object(GROUPS)
        content = STATE.security_object(GROUPS | {1: forged})
        # The list of the forgery under the signature of the true document.
        listed = _content(signed), _content(content)
        card.files |= {0x0101: forged, 0x011D: signed.replace(*listed)}
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "signature_wrong")

    def test_another_key_s_signature_is_found(self) -> None:
        other = STATE.with_signer(signing=Signing(ec_key("stranger"), spelled_out=True))
        own = issuing.certificate(STATE.signer, STATE.authority)
        card = STATE.card()
        card.files[0x011D] = other.security_object(GROUPS, certificates=(own,))
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "signature_wrong")

    def test_an_authority_that_is_not_in_the_store_proves_nothing(self) -> None:
        other = issuing.state(Signing(ec_key("other csca"), spelled_out=True))
        reading = read(other.card())
        assert (reading.authentic, reading.code) == (Authenticity.UNKNOWN, "issuer_unknown")
        assert (read(STATE.card(), store=CscaStore()).code) == "issuer_unknown"

    def test_a_signer_that_its_authority_did_not_sign_is_found(self) -> None:
        spoilt = issuing.certificate(STATE.signer, STATE.authority, spoil=True)
        card = STATE.card()
        card.files[0x011D] = STATE.security_object(GROUPS, certificates=(spoilt,))
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "issuer_signature_wrong")

    def test_a_curve_with_a_base_of_its_own_is_not_taken_for_the_known_one(self) -> None:
        holder = STATE.signer
        der_bytes = issuing.certificate(holder, STATE.authority)
        named = issuing.spelled_out("brainpoolP256r1")
        moved = issuing.spelled_out("brainpoolP256r1", (1, 2))
        assert named in der_bytes
        card = STATE.card()
        card.files[0x011D] = STATE.security_object(GROUPS, certificates=(der_bytes.replace(named, moved),))
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.UNKNOWN, "algorithm_unknown")

    @pytest.mark.parametrize(
        ("begins", "ends", "code"),
        [
            (issuing.EARLY, NOW - timedelta(days=1), "signer_expired"),
            (NOW + timedelta(days=1), issuing.LATE, "signer_not_yet_valid"),
        ],
    )
    def test_a_signer_out_of_its_time_is_found(self, begins: datetime, ends: datetime, code: str) -> None:
        made = STATE.with_signer(begins=begins, ends=ends)
        reading = read(made.card())
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, code)

    def test_an_authority_out_of_its_time_is_found(self) -> None:
        old = replace(STATE, authority=replace(STATE.authority, ends=datetime(2025, 1, 1, tzinfo=UTC)))
        reading = read(old.card(), store=old.store())
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "issuer_expired")

    def test_who_signs_lists_may_not_sign_documents(self) -> None:
        made = STATE.with_signer(purpose=bytes.fromhex("678108010103"))
        assert read(made.card()).code == "signer_not_for_documents"

    def test_one_state_s_signer_may_not_sign_for_another(self) -> None:
        made = issuing.state(country="FR")
        reading = read(made.card(), store=made.store())
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "issuer_country_wrong")

    def test_a_country_that_nobody_knows_proves_nothing(self) -> None:
        made = issuing.state(country="UT")
        reading = read(made.card(), store=made.store())
        assert (reading.authentic, reading.code) == (Authenticity.UNKNOWN, "issuer_country_unknown")

    def test_without_a_signature_nothing_is_proven(self) -> None:
        reading = read(STATE.card(hide=frozenset({0x011D})))
        assert (reading.authentic, reading.code) == (Authenticity.UNKNOWN, "security_object_missing")
        assert reading.lines == issuing.ZONE

    def test_without_the_signer_s_certificate_nothing_is_proven(self) -> None:
        card = STATE.card()
        card.files[0x011D] = STATE.security_object(GROUPS, certificates=())
        assert read(card).code == "signer_missing"

    def test_a_broken_signature_is_found(self) -> None:
        card = STATE.card()
        card.files[0x011D] = der(0x77, der(0x30, b"\6\1\1"))
        reading = read(card)
        assert (reading.authentic, reading.code) == (Authenticity.FAILED, "security_object_invalid")


def _content(security_object: bytes) -> bytes:
    """Give the list of hashes within a security object."""
    start = security_object.index(bytes.fromhex("678108010101")) + 6
    inner = security_object[start:]
    # [0] { OCTET STRING { list } }, both of lengths below 256
    assert inner[0] == 0xA0
    head = 2 if inner[1] < 128 else 3
    return inner[head : head + inner[head + 1] + 2]
