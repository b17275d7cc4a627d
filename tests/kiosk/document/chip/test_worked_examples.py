"""The worked examples of Doc 9303-11: appendix D (access and secure messaging) and appendix G.1 (PACE), byte for byte."""

from __future__ import annotations

import secrets

import pytest

from kiosk.document.chip.access import ChipAccess, open_by_bac
from kiosk.document.chip.apdu import Answer, Command, PlainChannel
from kiosk.document.chip.curves import STANDARD
from kiosk.document.chip.keys import FOR_ENCRYPTION, FOR_MAC, FOR_PASSWORD, Suite, decrypt_nonce, derive_key, session_of
from kiosk.document.chip.messaging import SecureChannel
from kiosk.document.chip.pace import find_offers, open_by_pace


class ScriptedPort:
    """Answers the commands of an example, and no others."""

    def __init__(self, *exchanges: tuple[str, str]) -> None:
        self._exchanges = [(bytes.fromhex(command), bytes.fromhex(answer)) for command, answer in exchanges]

    def connect(self) -> bool:
        return True

    def transmit(self, command: bytes) -> bytes:
        expected, answer = self._exchanges.pop(0)
        assert command.hex() == expected.hex()
        return answer

    def close(self) -> None:
        assert not self._exchanges


BAC_ACCESS = ChipAccess("L898902C", "690806", "940623")
PACE_ACCESS = ChipAccess("T22000129", "640812", "101031")


class TestBasicAccess:
    def test_the_information_of_the_zone(self) -> None:
        assert BAC_ACCESS.information() == b"L898902C<369080619406236"

    def test_the_keys_of_the_document(self) -> None:
        seed = bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE")
        assert BAC_ACCESS.password()[:16] == seed
        assert derive_key(seed, FOR_ENCRYPTION, Suite.TRIPLE_DES).hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
        assert derive_key(seed, FOR_MAC, Suite.TRIPLE_DES).hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"

    def test_the_session_that_is_agreed_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        draws = iter((bytes.fromhex("781723860C06C226"), bytes.fromhex("0B795240CB7049B01C19B33E32804F0B")))
        monkeypatch.setattr(secrets, "token_bytes", lambda _count: next(draws))
        port = ScriptedPort(
            ("0084000008", "4608F919887022129000"),
            (
                "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
                "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
            ),
            ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
        )
        session = open_by_bac(PlainChannel(port), BAC_ACCESS)
        assert session.send(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex("011E"))).status == 0x9000
        port.close()


class TestSecureMessaging:
    def test_a_file_is_chosen_and_read(self) -> None:
        keys = session_of(
            bytes.fromhex("979EC13B1CBFE9DCD01AB0FED307EAE5"),
            bytes.fromhex("F1CB1F1FB5ADF208806B89DC579DC1F8"),
            Suite.TRIPLE_DES,
        )
        port = ScriptedPort(
            ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
            ("0CB000000D9701048E08ED6705417E96BA5500", "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"),
            (
                "0CB000040D9701128E082EA28A70F3C7B53500",
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
            ),
        )
        session = SecureChannel(PlainChannel(port), keys, 0x887022120C06C226)
        assert session.send(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex("011E"))) == Answer(b"", 0x9000)
        assert session.send(Command(0x00, 0xB0, 0, 0, wanted=4)).data == bytes.fromhex("60145F01")
        rest = session.send(Command(0x00, 0xB0, 0, 4, wanted=18)).data
        assert rest == bytes.fromhex("04303130365F36063034303030305C026175")
        port.close()


class TestPace:
    def test_the_password_becomes_a_key_that_opens_the_nonce(self) -> None:
        assert PACE_ACCESS.password().hex().upper() == "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"
        key = derive_key(PACE_ACCESS.password(), FOR_PASSWORD, Suite.AES_128)
        assert key.hex().upper() == "89DED1B26624EC1E634C1989302849DD"
        nonce = decrypt_nonce(key, bytes.fromhex("95A3A016522EE98D01E76CB6B98B42C3"), Suite.AES_128)
        assert nonce.hex().upper() == "3F00C4D39D153F2B2A214A078D899B22"

    def test_the_base_is_mapped(self) -> None:
        curve = STANDARD[13]
        theirs = curve.decode(
            bytes.fromhex(
                "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
                "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
            )
        )
        shared = curve.multiply(0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99, theirs)
        assert shared[0] == 0x60332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5
        base = curve.add(curve.multiply(0x3F00C4D39D153F2B2A214A078D899B22, curve.base), shared)
        assert base == (
            0x8CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2,
            0x8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522,
        )

    def test_the_whole_exchange(self) -> None:
        offer = find_offers(bytes.fromhex("31143012060A04007F0007020204020202010202010D"))[0]
        assert (offer.curve.name, offer.suite) == ("brainpoolP256r1", Suite.AES_128)
        port = ScriptedPort(
            ("0022C1A412800A04007F0007020204020283010184010D", "9000"),
            ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000"),
            (
                (
                    "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
                    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00"
                ),
                (
                    "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
                    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000"
                ),
            ),
            (
                (
                    "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
                    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200"
                ),
                (
                    "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
                    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000"
                ),
            ),
            ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
        )
        scalars = iter(
            (
                0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99,
                0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595,
            )
        )
        open_by_pace(PlainChannel(port), PACE_ACCESS, offer, choose=lambda _below: next(scalars) - 1)
        port.close()
