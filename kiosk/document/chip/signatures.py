"""Public keys and signatures as travel documents use them (Doc 9303-12, 4.4; BSI TR-03111).

Keys are read here and not by the library: Doc 9303-12 demands curves that are spelled out, which the library knows of only some.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kiosk.document.chip.curves import STANDARD, Curve, Point
from kiosk.document.chip.tlv import Element, first, need, read_one
from kiosk.errors import ChipInvalid

HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.3.14.3.2.26": hashes.SHA1(),  # noqa: S303 - whoever accepts it says so in the reading
    "2.16.840.1.101.3.4.2.4": hashes.SHA224(),
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA = "1.2.840.113549.1.1."
_RSA_KEY, _RSA_PSS = _RSA + "1", _RSA + "10"
_EC_KEY = "1.2.840.10045.2.1"
_PRIME_FIELD = "1.2.840.10045.1.1"
_BY_RSA = {"5": "SHA1", "14": "SHA224", "11": "SHA256", "12": "SHA384", "13": "SHA512"}
_BY_ECDSA = {
    "1.2.840.10045.4.1": "SHA1",
    "1.2.840.10045.4.3.1": "SHA224",
    "1.2.840.10045.4.3.2": "SHA256",
    "1.2.840.10045.4.3.3": "SHA384",
    "1.2.840.10045.4.3.4": "SHA512",
    # BSI TR-03111, 5.2.1: r and s side by side
    "0.4.0.127.0.7.1.1.4.1.1": "SHA1",
    "0.4.0.127.0.7.1.1.4.1.2": "SHA224",
    "0.4.0.127.0.7.1.1.4.1.3": "SHA256",
    "0.4.0.127.0.7.1.1.4.1.4": "SHA384",
    "0.4.0.127.0.7.1.1.4.1.5": "SHA512",
}
_BY_NAME: dict[str, hashes.HashAlgorithm] = {
    "SHA1": hashes.SHA1(),  # noqa: S303
    "SHA224": hashes.SHA224(),
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
}
_CURVE_NUMBERS = {
    "1.2.840.10045.3.1.1": 8,
    "1.3.36.3.3.2.8.1.1.3": 9,
    "1.3.132.0.33": 10,
    "1.3.36.3.3.2.8.1.1.5": 11,
    "1.2.840.10045.3.1.7": 12,
    "1.3.36.3.3.2.8.1.1.7": 13,
    "1.3.36.3.3.2.8.1.1.9": 14,
    "1.3.132.0.34": 15,
    "1.3.36.3.3.2.8.1.1.11": 16,
    "1.3.36.3.3.2.8.1.1.13": 17,
    "1.3.132.0.35": 18,
}
_LIBRARY_CURVES: dict[str, ec.EllipticCurve] = {
    "secp192r1": ec.SECP192R1(),
    "secp224r1": ec.SECP224R1(),
    "secp256r1": ec.SECP256R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "secp384r1": ec.SECP384R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
    "secp521r1": ec.SECP521R1(),
}
_RSA_BITS = range(1024, 8193)


class AlgorithmUnknown(ChipInvalid):
    """The document uses an algorithm that is not known here."""

    code = "CHIP_ALGORITHM"


class SignatureWrongHere(ChipInvalid):
    """A signature does not fit what it should sign."""

    code = "CHIP_SIGNATURE"


@dataclass(frozen=True, slots=True)
class EcKey:
    """A point on a curve."""

    curve: Curve
    point: Point


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A modulus and an exponent."""

    modulus: int
    exponent: int


PublicKey = EcKey | RsaKey


def hash_of(algorithm: Element) -> hashes.HashAlgorithm:
    """Give the hash that an AlgorithmIdentifier names. Raises ``AlgorithmUnknown``."""
    found = HASHES.get(need(algorithm.children(), 0x06).identifier())
    if found is None:
        raise AlgorithmUnknown("a hash is not known here")
    return found


def digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    """Hash data."""
    maker = hashes.Hash(algorithm)
    maker.update(data)
    return maker.finalize()


def read_public_key(info: Element) -> PublicKey:
    """Read a SubjectPublicKeyInfo. Raises ``ChipInvalid``, ``AlgorithmUnknown``."""
    parts = info.children()
    algorithm, bits = need(parts, 0x30).children(), need(parts, 0x03).value
    name = need(algorithm, 0x06).identifier()
    if not bits or bits[0] != 0:
        raise ChipInvalid("a key is not in whole bytes")
    if name in (_RSA_KEY, _RSA_PSS):
        numbers = read_one(bits[1:], 0x30).children()
        if len(numbers) != 2:
            raise ChipInvalid("a key lacks a part")
        key = RsaKey(numbers[0].number(), numbers[1].number())
        if key.modulus <= 0 or key.modulus.bit_length() not in _RSA_BITS or not 3 <= key.exponent < 1 << 64:
            raise AlgorithmUnknown("a key has a length that is not known here")
        return key
    if name == _EC_KEY and len(algorithm) == 2:
        curve = _curve_of(algorithm[1])
        return EcKey(curve, curve.decode(bits[1:]))
    raise AlgorithmUnknown("a kind of key is not known here")


def _curve_of(parameters: Element) -> Curve:
    if parameters.tag == 0x06:
        number = _CURVE_NUMBERS.get(parameters.identifier())
        if number is None:
            raise AlgorithmUnknown("a curve is not known here")
        return STANDARD[number]
    # Spelled out: version, field, curve, base, order. All of it must be one of the known curves, never a curve of the
    # document's own: with a base of one's choice any signature can be made to fit (CVE-2020-0601).
    parts = parameters.children()
    if len(parts) < 5 or any(part.tag != tag for part, tag in zip(parts, (0x02, 0x30, 0x30, 0x04, 0x02), strict=False)):
        raise ChipInvalid("a curve is not spelled out as it should be")
    field, coefficients = parts[1].children(), parts[2].children()
    if len(field) != 2 or field[0].identifier() != _PRIME_FIELD or len(coefficients) < 2:
        raise AlgorithmUnknown("a kind of curve is not known here")
    for curve in STANDARD.values():
        if curve.p == field[1].number():
            spelled = (int.from_bytes(coefficients[0].value, "big"), int.from_bytes(coefficients[1].value, "big"))
            if spelled == (curve.a, curve.b) and parts[4].number() == curve.n and _is_base(curve, parts[3].value):
                return curve
    raise AlgorithmUnknown("a curve is not known here")


def _is_base(curve: Curve, data: bytes) -> bool:
    if data[:1] in (b"\2", b"\3"):
        return data == bytes([2 + curve.base[1] % 2]) + curve.base[0].to_bytes(curve.size, "big")
    return data == curve.encode(curve.base)


def verify(
    key: PublicKey, signature: bytes, message: bytes, algorithm: Element, named: hashes.HashAlgorithm | None = None
) -> None:
    """Check a signature. ``named`` is the hash where the algorithm itself names none.

    Raises ``SignatureWrongHere``, ``AlgorithmUnknown``, ``ChipInvalid``.
    """
    parts = algorithm.children()
    name = need(parts, 0x06).identifier()
    try:
        if isinstance(key, RsaKey):
            scheme, hashed = _rsa_scheme(name, parts, named)
            rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key().verify(signature, message, scheme, hashed)
        else:
            hashed = _ecdsa_hash(name, named)
            library_key(key).verify(_as_der(key.curve, signature), message, ec.ECDSA(hashed))
    except InvalidSignature as error:
        raise SignatureWrongHere from error
    except (UnsupportedAlgorithm, ValueError) as error:
        raise AlgorithmUnknown("a signature cannot be checked here") from error


def check_usable(key: EcKey, algorithm: Element | None) -> None:
    """Check that signatures by this key and algorithm can be verified here. Raises ``AlgorithmUnknown``."""
    if algorithm is None:
        raise AlgorithmUnknown("it is not said how the key signs")
    library_key(key)
    _ecdsa_hash(need(algorithm.children(), 0x06).identifier(), None)


def library_key(key: EcKey) -> ec.EllipticCurvePublicKey:
    """Give the key as the library has it. Raises ``AlgorithmUnknown`` for a curve that it lacks."""
    curve = _LIBRARY_CURVES.get(key.curve.name)
    if curve is None:
        raise AlgorithmUnknown("signatures on this curve cannot be checked here")
    return ec.EllipticCurvePublicNumbers(*key.point, curve).public_key()


def _ecdsa_hash(name: str, named: hashes.HashAlgorithm | None) -> hashes.HashAlgorithm:
    found = _BY_NAME.get(_BY_ECDSA.get(name, "")) or (named if name == _EC_KEY else None)
    if found is None:
        raise AlgorithmUnknown("a signature's kind is not known here")
    return found


def _as_der(curve: Curve, signature: bytes) -> bytes:
    """Give r and s in DER, also when they stand side by side."""
    half = (curve.n.bit_length() + 7) // 8
    if len(signature) == 2 * half and signature[:1] != b"\x30":
        return _side_by_side(signature)
    try:
        read_one(signature, 0x30)
    except ChipInvalid:
        return _side_by_side(signature) if len(signature) == 2 * half else signature
    return signature


def _side_by_side(signature: bytes) -> bytes:
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


def _rsa_scheme(
    name: str, parts: tuple[Element, ...], named: hashes.HashAlgorithm | None
) -> tuple[padding.AsymmetricPadding, hashes.HashAlgorithm]:
    if name == _RSA_PSS:
        return _pss(parts)
    found = named if name == _RSA_KEY else None
    if name.startswith(_RSA):
        found = _BY_NAME.get(_BY_RSA.get(name.removeprefix(_RSA), "")) or found
    if found is None:
        raise AlgorithmUnknown("a signature's kind is not known here")
    return padding.PKCS1v15(), found


def _pss(parts: tuple[Element, ...]) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    """Read RSASSA-PSS-params (RFC 4055): each part has a default."""
    fields = parts[1].children() if len(parts) > 1 else ()
    hashed, masked, salted = (first(fields, tag) for tag in (0xA0, 0xA1, 0xA2))
    algorithm: hashes.HashAlgorithm = hash_of(read_one(hashed.value, 0x30)) if hashed else _BY_NAME["SHA1"]
    mask: hashes.HashAlgorithm = _BY_NAME["SHA1"]
    if masked:
        mask = hash_of(need(read_one(masked.value, 0x30).children(), 0x30))
    salt = read_one(salted.value, 0x02).number() if salted else 20
    if not 0 <= salt <= 512:
        raise ChipInvalid("a signature's salt has no length that can be")
    return padding.PSS(padding.MGF1(mask), salt), algorithm
