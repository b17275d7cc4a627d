"""A made-up state: its authority, its document signer, and the documents that they sign."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.document.chip.access import ChipAccess
from kiosk.document.chip.certificates import load_certificate
from kiosk.document.chip.csca import CscaStore
from kiosk.document.chip.curves import STANDARD
from tests.kiosk.document.chip.card_side import CHIP_AUTHENTICATION, der
from tests.kiosk.document.chip.software_card import SoftwareCard

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EARLY, LATE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
ZONE = ("P<D<<ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36D<<7408122F3204153<<<<<<<<<<<<<<<4")
CARD_ZONE = ("I<D<<D231458907<<<<<<<<<<<<<<<", "7408122F3204153D<<<<<<<<<<<<<2", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
ACCESS = ChipAccess("L898902C3", "740812", "320415")
INFORMATION = b"L898902C3674081223204153"
CAN = b"123456"
PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8 + b"\xff\xd9"

SHA = {
    "sha1": der(6, bytes.fromhex("2B0E03021A")),
    "sha256": der(6, bytes.fromhex("608648016503040201")),
    "sha384": der(6, bytes.fromhex("608648016503040202")),
    "sha512": der(6, bytes.fromhex("608648016503040203")),
}
_HASH = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_RSA = {
    name: bytes.fromhex("2A864886F70D0101" + end) for name, end in (("sha1", "05"), ("sha256", "0B"), ("sha512", "0D"))
}
_ECDSA = {
    "sha1": bytes.fromhex("2A8648CE3D0401"),
    "sha256": bytes.fromhex("2A8648CE3D040302"),
    "sha384": bytes.fromhex("2A8648CE3D040303"),
    "sha512": bytes.fromhex("2A8648CE3D040304"),
}
_PSS = bytes.fromhex("2A864886F70D01010A")
_MGF1 = bytes.fromhex("2A864886F70D010108")
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@functools.cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Make a key once for each name: they cost the most of all that the tests do."""
    del name
    return rsa.generate_private_key(65537, bits)


@functools.cache
def ec_key(name: str, curve: type[ec.EllipticCurve] = ec.BrainpoolP256R1) -> ec.EllipticCurvePrivateKey:
    del name
    return ec.generate_private_key(curve())


@dataclass(frozen=True)
class Signing:
    """A key, its hash, and whether RSA signs by PSS and curves are spelled out."""

    key: Key
    hash: str = "sha256"
    pss: bool = False
    spelled_out: bool = False

    def algorithm(self) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return der(0x30, der(6, _ECDSA[self.hash]))
        if not self.pss:
            return der(0x30, der(6, _RSA[self.hash]), der(5))
        hashed = der(0x30, SHA[self.hash], der(5))
        mask = der(0x30, der(6, _MGF1), hashed)
        salt = der(2, bytes([_HASH[self.hash].digest_size]))
        return der(0x30, der(6, _PSS), der(0x30, der(0xA0, hashed), der(0xA1, mask), der(0xA2, salt)))

    def sign(self, text: bytes) -> bytes:
        hashed = _HASH[self.hash]
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(text, ec.ECDSA(hashed))
        if self.pss:
            return self.key.sign(text, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
        return self.key.sign(text, padding.PKCS1v15(), hashed)

    def public(self) -> bytes:
        """Give the SubjectPublicKeyInfo."""
        public = self.key.public_key()
        if not self.spelled_out or not isinstance(public, ec.EllipticCurvePublicKey):
            return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        name = der(6, bytes.fromhex("2A8648CE3D0201"))
        return der(0x30, der(0x30, name, spelled_out(public.curve.name)), der(3, b"\0" + point))

    def key_name(self) -> bytes:
        return hashlib.sha1(self.public()).digest()


def spelled_out(name: str, generator: tuple[int, int] | None = None) -> bytes:
    """Spell a curve out (ECParameters), with another generator if one is given."""
    curve = next(one for one in STANDARD.values() if one.name == name)
    size = (curve.p.bit_length() + 7) // 8
    x, y = generator or curve.base
    return der(
        0x30,
        der(2, b"\1"),
        der(0x30, der(6, bytes.fromhex("2A8648CE3D0101")), _number(curve.p)),
        der(0x30, der(4, curve.a.to_bytes(size, "big")), der(4, curve.b.to_bytes(size, "big"))),
        der(4, b"\4" + x.to_bytes(size, "big") + y.to_bytes(size, "big")),
        _number(curve.n),
        _number(1),
    )


def _number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def name_of(country: str, common: str) -> bytes:
    def part(identifier: str, text: str) -> bytes:
        return der(0x31, der(0x30, der(6, bytes.fromhex(identifier)), der(0x0C, text.encode())))

    return der(0x30, part("550406", country) if country else b"", part("550403", common))


def _time(moment: datetime) -> bytes:
    return der(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def _extension(identifier: str, value: bytes) -> bytes:
    return der(0x30, der(6, bytes.fromhex(identifier)), der(4, value))


@dataclass(frozen=True)
class Holder:
    """Who a certificate speaks of."""

    signing: Signing
    name: bytes
    serial: int = 1
    authority: bool = False
    purpose: bytes = b""
    begins: datetime = EARLY
    ends: datetime = LATE


def certificate(holder: Holder, issuer: Holder, *, spoil: bool = False) -> bytes:
    extensions = _extension("551D0E", der(4, holder.signing.key_name()))
    extensions += _extension("551D23", der(0x30, der(0x80, issuer.signing.key_name())))
    if holder.authority:
        extensions += _extension("551D13", der(0x30, der(1, b"\xff")))
    # keyCertSign and cRLSign, or digitalSignature
    extensions += _extension("551D0F", der(3, b"\x01\x06" if holder.authority else b"\x07\x80"))
    if holder.purpose:
        extensions += _extension("551D25", der(0x30, der(6, holder.purpose)))
    body = der(
        0x30,
        der(0xA0, der(2, b"\2")),
        _number(holder.serial),
        issuer.signing.algorithm(),
        issuer.name,
        der(0x30, _time(holder.begins), _time(holder.ends)),
        holder.name,
        holder.signing.public(),
        der(0xA3, der(0x30, extensions)),
    )
    signature = issuer.signing.sign(body + b"?" if spoil else body)
    return der(0x30, body, issuer.signing.algorithm(), der(3, b"\0" + signature))


def revocation_list(issuer: Holder, serials: tuple[int, ...], until: datetime = LATE) -> bytes:
    entries = b"".join(der(0x30, _number(serial), _time(EARLY)) for serial in serials)
    body = der(
        0x30,
        _number(1),
        issuer.signing.algorithm(),
        issuer.name,
        _time(EARLY),
        _time(until),
        der(0x30, entries) if entries else b"",
    )
    return der(0x30, body, issuer.signing.algorithm(), der(3, b"\0" + issuer.signing.sign(body)))


def signed_message(kind: str, content: bytes, signer: Holder, issuer: Holder, certificates: tuple[bytes, ...]) -> bytes:
    """Write a CMS SignedData (RFC 5652)."""
    hashed = signer.signing.hash
    attributes = [
        der(0x30, der(6, bytes.fromhex("2A864886F70D010903")), der(0x31, der(6, bytes.fromhex(kind)))),
        der(
            0x30,
            der(6, bytes.fromhex("2A864886F70D010904")),
            der(0x31, der(4, hashlib.new(hashed, content).digest())),
        ),
    ]
    signature = signer.signing.sign(der(0x31, *attributes))
    info = der(
        0x30,
        _number(1),
        der(0x30, issuer.name, _number(signer.serial)),
        der(0x30, SHA[hashed]),
        der(0xA0, *attributes),
        signer.signing.algorithm(),
        der(4, signature),
    )
    body = der(
        0x30,
        _number(3),
        der(0x31, der(0x30, SHA[hashed])),
        der(0x30, der(6, bytes.fromhex(kind)), der(0xA0, der(4, content))),
        der(0xA0, *certificates) if certificates else b"",
        der(0x31, info),
    )
    return der(0x30, der(6, bytes.fromhex("2A864886F70D010702")), der(0xA0, body))


def zone_group(lines: tuple[str, ...]) -> bytes:
    return der(0x61, der(0x5F1F, "".join(lines).encode()))


def portrait_group(image: bytes = PICTURE, points: int = 2) -> bytes:
    """Write data group 2 with a face record of ISO/IEC 19794-5."""
    size = 20 + 8 * points + 12 + len(image)
    face = size.to_bytes(4, "big") + points.to_bytes(2, "big") + bytes(14) + bytes(8 * points)
    face += b"\1\0" + (240).to_bytes(2, "big") + (320).to_bytes(2, "big") + b"\1\2" + bytes(4) + image
    record = b"FAC\x00010\x00" + (14 + len(face)).to_bytes(4, "big") + b"\0\1" + face
    header = der(0xA1, der(0x80, b"\1\1"), der(0x87, b"\1\1"), der(0x88, b"\0\x08"))
    return der(0x75, der(0x7F61, der(2, b"\1"), der(0x7F60, header, der(0x5F2E, record))))


def key_group(key: ec.EllipticCurvePrivateKey, cipher: int, *, named: bool = True) -> bytes:
    """Write data group 14: the key of chip authentication and how it is used."""
    public = Signing(key, spelled_out=True).public()
    number = der(2, b"\1")
    infos = der(0x30, der(6, bytes.fromhex("04007F000702020102")), public, number)
    if named:
        infos += der(0x30, der(6, CHIP_AUTHENTICATION + bytes([cipher])), der(2, b"\1"), number)
    return der(0x6E, der(0x31, infos))


def hash_group(*, plain: bool) -> bytes:
    """Write data group 14 of a chip that signs with ECDSA and SHA-256, r and s side by side or in DER."""
    algorithm = bytes.fromhex("04007F00070101040103") if plain else _ECDSA["sha256"]
    info = der(0x30, der(6, bytes.fromhex("678108010105")), der(2, b"\1"), der(6, algorithm))
    return der(0x6E, der(0x31, info))


def active_group(key: Key) -> bytes:
    return der(0x6F, Signing(key).public())


def contents(groups: dict[int, bytes]) -> bytes:
    tags = bytes(data[0] for _, data in sorted(groups.items()))
    return der(0x60, der(0x5F01, b"0107"), der(0x5F36, b"040000"), der(0x5C, tags))


@dataclass(frozen=True)
class State:
    """An authority and a document signer."""

    authority: Holder
    signer: Holder

    def store(self) -> CscaStore:
        return CscaStore((load_certificate(certificate(self.authority, self.authority)),))

    def security_object(self, groups: dict[int, bytes], *, certificates: tuple[bytes, ...] | None = None) -> bytes:
        hashed = self.signer.signing.hash
        listed = b"".join(
            der(0x30, _number(number), der(4, hashlib.new(hashed, data).digest()))
            for number, data in sorted(groups.items())
        )
        content = der(0x30, _number(0), der(0x30, SHA[hashed]), der(0x30, listed))
        own = (certificate(self.signer, self.authority),) if certificates is None else certificates
        return der(0x77, signed_message("678108010101", content, self.signer, self.authority, own))

    def files(self, groups: dict[int, bytes], **options: tuple[bytes, ...] | None) -> dict[int, bytes]:
        files = {0x0100 + number: data for number, data in groups.items()}
        return files | {0x011E: contents(groups), 0x011D: self.security_object(groups, **options)}

    def card(self, groups: dict[int, bytes] | None = None, **options: object) -> SoftwareCard:
        held = groups or {1: zone_group(ZONE), 2: portrait_group()}
        settings: dict[str, object] = {"information": INFORMATION, "can": CAN, **options}
        return SoftwareCard(self.files(held), **settings)  # type: ignore[arg-type]

    def with_signer(self, **changes: object) -> State:
        return replace(self, signer=replace(self.signer, **changes))  # type: ignore[arg-type]


def state(authority: Signing | None = None, signer: Signing | None = None, country: str = "DE") -> State:
    return State(
        Holder(authority or Signing(ec_key("csca"), spelled_out=True), name_of(country, "CSCA"), 1, authority=True),
        Holder(signer or Signing(ec_key("signer"), spelled_out=True), name_of(country, "Signer"), 7),
    )
