"""Keys as they are printed, and what stays hidden of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.document.chip.access import Can, ChipAccess, access_from_lines
from kiosk.document.chip.apdu import Command, PlainChannel
from kiosk.document.chip.keys import Suite, derive_session, pad, unpad
from kiosk.document.chip.messaging import SecureChannel
from kiosk.errors import BadInput, ChipInvalid
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.card_side import Protection, der


class TestFromLines:
    def test_a_passport(self) -> None:
        assert access_from_lines(issuing.ZONE) == ChipAccess("L898902C3", "740812", "320415")

    def test_a_card(self) -> None:
        assert access_from_lines(issuing.CARD_ZONE) == ChipAccess("D23145890", "740812", "320415")

    def test_a_small_passport_with_fillers_in_its_number(self) -> None:
        lines = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L898902C<3UTO6908061F9406236<<<<<<<8")
        access = access_from_lines(lines)
        assert access.information() == b"L898902C<369080619406236"

    def test_a_number_that_runs_on(self) -> None:
        # Doc 9303-11, 4.3.2: number D23145890734, its check digit 9 behind the rest of it.
        lines = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
        assert access_from_lines(lines).information() == b"D23145890734934071279507122"

    def test_a_small_passport_s_number_that_runs_on(self) -> None:
        lines = ("I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<2")
        assert access_from_lines(lines).number == "D23145890734"

    @pytest.mark.parametrize("lines", [(), ("HELLO",), ("A" * 44,), ("A" * 44, "B" * 30), ("a" * 44, "b" * 44)])
    def test_other_lines_are_refused(self, lines: tuple[str, ...]) -> None:
        with pytest.raises(BadInput):
            access_from_lines(lines)


@pytest.mark.parametrize(
    "parts",
    [
        ("", "740812", "320415"),
        ("l898902c3", "740812", "320415"),
        ("L8", "74081", "320415"),
        ("L8", "740812", "1.1.32"),
    ],
)
def test_what_no_zone_holds_is_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(BadInput) as raised:
        ChipAccess(*parts)
    assert not any(part and part in raised.value.line() for part in parts)


@pytest.mark.parametrize("number", ["", "12", "12345a", "1" * 17, "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_what_is_no_access_number_is_refused(number: str) -> None:
    with pytest.raises(BadInput):
        Can(number)


def test_keys_do_not_show_themselves() -> None:
    assert repr(issuing.ACCESS) == "ChipAccess()"
    assert repr(Can("123456")) == "Can()"


@given(data=st.binary(max_size=100), block=st.sampled_from((8, 16)))
def test_padding_comes_off_again(data: bytes, block: int) -> None:
    padded = pad(data, block)
    assert len(padded) % block == 0
    assert unpad(padded) == data


@pytest.mark.parametrize("data", [b"", bytes(16), b"\1" * 16])
def test_what_has_no_padding_is_told(data: bytes) -> None:
    assert unpad(data) is None


class TestCommands:
    @pytest.mark.parametrize(
        ("command", "text"),
        [
            (Command(0, 0xA4, 4, 12), "00A4040C"),
            (Command(0, 0xB0, 0, 0, wanted=4), "00B0000004"),
            (Command(0, 0xB0, 0, 0, wanted=256), "00B0000000"),
            (Command(0, 0xB0, 0, 0, wanted=257), "00B00000000101"),
            (Command(0, 0xB0, 0, 0, wanted=65_536), "00B00000000000"),
            (Command(0, 0xA4, 2, 12, b"\1\x1e"), "00A4020C02011E"),
            (Command(0, 0x82, 0, 0, b"\1\2", 40), "0082000002010228"),
            (Command(0, 0x86, 0, 0, b"\1\2", 300), "008600000000020102012C"),
        ],
    )
    def test_they_take_the_extended_form_only_where_they_must(self, command: Command, text: str) -> None:
        assert command.encode().hex().upper() == text

    def test_long_data_take_the_extended_form(self) -> None:
        assert Command(0, 0x86, 0, 0, bytes(256)).encode()[:7].hex() == "00860000000100"


class TestProtection:
    @pytest.mark.parametrize("suite", list(Suite))
    def test_one_wrong_answer_ends_the_session(self, suite: Suite) -> None:
        class Liar:
            sent = 0

            def connect(self) -> bool:
                return True

            def transmit(self, command: bytes) -> bytes:
                self.sent += 1
                return bytes.fromhex("990290008E0800000000000000009000")

            def close(self) -> None:
                pass

        liar = Liar()
        session = SecureChannel(PlainChannel(liar), derive_session(b"secret", suite))
        for _ in range(2):
            with pytest.raises(ChipInvalid):
                session.send(Command(0, 0xB0, 0, 0, wanted=4))
        assert liar.sent == 1

    @pytest.mark.parametrize("cipher", [1, 2])
    def test_data_behind_the_seal_are_not_believed(self, cipher: int) -> None:
        card = Protection(b"secret", cipher)

        class Appending:
            def connect(self) -> bool:
                return True

            def transmit(self, command: bytes) -> bytes:
                card.step()
                counter = card.step()
                sealed = der(0x99, b"\x90\x00")
                sealed += der(0x8E, card.mac(card.padded(counter + sealed)))
                forged = card.crypt(card.padded(b"forged"), counter, encrypt=True)
                return sealed + der(0x87, b"\1" + forged) + b"\x90\x00"

            def close(self) -> None:
                pass

        keys = derive_session(b"secret", Suite.TRIPLE_DES if cipher == 1 else Suite.AES_128)
        with pytest.raises(ChipInvalid):
            SecureChannel(PlainChannel(Appending()), keys).send(Command(0, 0xB0, 0, 0, wanted=4))
