"""A chip read from end to end against a card in software."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.document.chip.access import Can, ChipAccess
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.genuine import CloneDetection
from kiosk.document.chip.passive import Authenticity
from kiosk.document.chip.reading import ChipReading, read_chip
from kiosk.document.facts import Source
from kiosk.errors import ChipAbsent, ChipInvalid, ChipLost, ChipRefused
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.issuing import ACCESS, CAN, NOW, Signing, ec_key, portrait_group, rsa_key, zone_group
from tests.kiosk.document.chip.software_card import SoftwareCard, der

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
        reading = read(STATE.card(groups, hide=frozenset({0x0100 + hidden})))
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
        card = STATE.card(GROUPS | {15: issuing.active_group(key)}, active_key=key, largest_answer=1024)
        card.files[0x2F01] = der(0x7F66, der(2, b"\x04\x00"), der(2, b"\x04\x00"))
        reading = read(card)
        assert reading.clone_detection is CloneDetection.ACTIVE
        assert reading.authentic is Authenticity.PASSED

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


def _content(security_object: bytes) -> bytes:
    """Give the list of hashes within a security object."""
    start = security_object.index(bytes.fromhex("678108010101")) + 6
    inner = security_object[start:]
    # [0] { OCTET STRING { list } }, both of lengths below 256
    assert inner[0] == 0xA0
    head = 2 if inner[1] < 128 else 3
    return inner[head : head + inner[head + 1] + 2]
