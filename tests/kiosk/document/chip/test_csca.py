"""The folder of authorities: certificates, master lists, revocation lists, and what cannot be used."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.document.chip.csca import CscaStore, load_store
from kiosk.document.chip.passive import Authenticity
from kiosk.document.chip.reading import read_chip
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.card_side import der
from tests.kiosk.document.chip.issuing import (
    ACCESS,
    EARLY,
    NOW,
    Holder,
    Signing,
    certificate,
    ec_key,
    name_of,
    revocation_list,
    signed_message,
)

STATE = issuing.state()
OTHER = issuing.state(Signing(ec_key("other csca"), spelled_out=True), country="FR")
MINE = certificate(STATE.authority, STATE.authority)
THEIRS = certificate(OTHER.authority, OTHER.authority)


def pem(data: bytes, kind: str = "CERTIFICATE") -> bytes:
    body = base64.encodebytes(data)
    return b"-----BEGIN " + kind.encode() + b"-----\n" + body + b"-----END " + kind.encode() + b"-----\n"


def code_of(store: CscaStore) -> str:
    reading = read_chip(STATE.card(), ACCESS, store, NOW)
    assert (reading.authentic is Authenticity.PASSED) == (reading.code == "")
    return reading.code


class TestLoading:
    def test_no_folder_is_an_empty_store(self, tmp_path: Path) -> None:
        assert load_store(tmp_path / "none") == CscaStore()

    @pytest.mark.parametrize("text", [MINE, pem(MINE), b"a comment\n" + pem(THEIRS) + pem(MINE)])
    def test_der_pem_and_several_in_one_file(self, tmp_path: Path, text: bytes) -> None:
        (tmp_path / "de").mkdir()
        (tmp_path / "de" / "csca.crt").write_bytes(text)
        store = load_store(tmp_path)
        assert store.skipped == ()
        assert code_of(store) == ""

    def test_the_same_certificate_twice_is_one(self, tmp_path: Path) -> None:
        (tmp_path / "one.der").write_bytes(MINE)
        (tmp_path / "two.pem").write_bytes(pem(MINE))
        assert len(load_store(tmp_path).authorities) == 1

    def test_a_master_list_brings_all_that_it_holds(self, tmp_path: Path) -> None:
        listed = der(0x30, der(2, b"\0"), der(0x31, MINE, THEIRS))
        signer = Holder(Signing(ec_key("list signer")), name_of("DE", "List"), 9)
        own = (certificate(signer, STATE.authority),)
        message = signed_message("678108010102", listed, signer, STATE.authority, own)
        (tmp_path / "list.ml").write_bytes(message)
        store = load_store(tmp_path)
        assert (len(store.authorities), store.skipped) == (2, ())
        assert code_of(store) == ""

    def test_what_cannot_be_used_is_named_and_the_rest_serves(self, tmp_path: Path) -> None:
        (tmp_path / "a.der").write_bytes(MINE)
        (tmp_path / "broken.der").write_bytes(MINE[:-9])
        (tmp_path / "empty").write_bytes(b"")
        (tmp_path / "signer.der").write_bytes(certificate(STATE.signer, STATE.authority))
        (tmp_path / "words.txt").write_text("hello", encoding="ascii")
        (tmp_path / "two.pem").write_bytes(pem(THEIRS) + pem(b"nothing"))
        store = load_store(tmp_path)
        assert store.skipped == ("broken.der", "empty", "signer.der", "two.pem, 2", "words.txt")
        assert code_of(store) == ""

    def test_certificates_numbered_from_zero_or_below_serve_too(self, tmp_path: Path) -> None:
        # Some states do so, and the library warns of them.
        odd = issuing.certificate(replace(STATE.authority, serial=-5), STATE.authority)
        (tmp_path / "odd.der").write_bytes(odd)
        store = load_store(tmp_path)
        assert (store.skipped, [one.serial for one in store.authorities]) == ((), [-5])
        card = STATE.with_signer(serial=0).card()
        assert read_chip(card, ACCESS, store, NOW).authentic is Authenticity.PASSED

    def test_a_signer_in_the_folder_makes_nobody_believed(self, tmp_path: Path) -> None:
        (tmp_path / "signer.der").write_bytes(certificate(STATE.signer, STATE.authority))
        assert code_of(load_store(tmp_path)) == "issuer_unknown"


class TestRevocation:
    def _store(self, folder: Path, *lists: bytes) -> CscaStore:
        (folder / "csca.der").write_bytes(MINE)
        for place, data in enumerate(lists):
            (folder / f"{place}.crl").write_bytes(data)
        return load_store(folder)

    def test_a_revoked_signer_is_found(self, tmp_path: Path) -> None:
        store = self._store(tmp_path, revocation_list(STATE.authority, (3, STATE.signer.serial)))
        assert store.skipped == ()
        assert code_of(store) == "signer_revoked"

    def test_a_list_in_pem_serves_too(self, tmp_path: Path) -> None:
        store = self._store(tmp_path, pem(revocation_list(STATE.authority, (STATE.signer.serial,)), "X509 CRL"))
        assert code_of(store) == "signer_revoked"

    def test_a_current_list_without_the_signer_settles_it(self, tmp_path: Path) -> None:
        store = self._store(tmp_path, revocation_list(STATE.authority, (3,)))
        reading = read_chip(STATE.card(), ACCESS, store, NOW)
        assert (reading.authentic, reading.problems) == (Authenticity.PASSED, ())

    def test_an_old_list_still_revokes_but_does_not_settle_it(self, tmp_path: Path) -> None:
        old = NOW - timedelta(days=1)
        store = self._store(tmp_path, revocation_list(STATE.authority, (3,), old))
        reading = read_chip(STATE.card(), ACCESS, store, NOW)
        assert reading.problems == ("revocation_unchecked",)
        (tmp_path / "0.crl").write_bytes(revocation_list(STATE.authority, (STATE.signer.serial,), old))
        assert code_of(load_store(tmp_path)) == "signer_revoked"

    def test_a_list_that_another_made_in_its_name_is_not_heard(self, tmp_path: Path) -> None:
        forger = Holder(Signing(ec_key("forger")), STATE.authority.name, authority=True, begins=EARLY)
        store = self._store(tmp_path, revocation_list(forger, (STATE.signer.serial,)))
        reading = read_chip(STATE.card(), ACCESS, store, NOW)
        assert (reading.authentic, reading.problems) == (Authenticity.PASSED, ("revocation_unchecked",))
