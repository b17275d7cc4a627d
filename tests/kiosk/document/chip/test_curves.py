"""The curves' constants and the arithmetic on their points, against the library where it has the same."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.document.chip.curves import STANDARD, Curve
from kiosk.errors import ChipInvalid
from tests.kiosk.document.chip.card_side import times

LIBRARY: dict[int, ec.EllipticCurve] = {
    8: ec.SECP192R1(),
    10: ec.SECP224R1(),
    12: ec.SECP256R1(),
    13: ec.BrainpoolP256R1(),
    15: ec.SECP384R1(),
    16: ec.BrainpoolP384R1(),
    17: ec.BrainpoolP512R1(),
    18: ec.SECP521R1(),
}


@pytest.mark.parametrize("number", sorted(STANDARD))
class TestEveryCurve:
    def test_its_base_lies_on_it_and_has_its_order(self, number: int) -> None:
        curve = STANDARD[number]
        assert curve.holds(curve.base)
        last = curve.multiply(curve.n - 1, curve.base)
        # One step before nothing is left lies the base upside down.
        assert last == (curve.base[0], curve.p - curve.base[1])
        with pytest.raises(ChipInvalid):
            curve.add(last, curve.base)
        with pytest.raises(ChipInvalid):
            curve.multiply(curve.n, curve.base)

    def test_points_are_written_and_read(self, number: int) -> None:
        curve = STANDARD[number]
        assert curve.decode(curve.encode(curve.base)) == curve.base

    def test_what_is_no_point_is_refused(self, number: int) -> None:
        curve = STANDARD[number]
        good = curve.encode(curve.base)
        for bad in (b"", good[:-1], good + b"\0", b"\2" + good[1:], good[:-1] + bytes([good[-1] ^ 1])):
            with pytest.raises(ChipInvalid):
                curve.decode(bad)
        beyond = b"\4" + (curve.base[0] + curve.p).to_bytes(curve.size + 1, "big")[-curve.size :] + good[-curve.size :]
        with pytest.raises(ChipInvalid):
            curve.decode(beyond)

    @settings(max_examples=5, deadline=None)
    @given(scalar=st.integers(1, 1 << 96))
    def test_it_multiplies_as_the_textbook_does(self, number: int, scalar: int) -> None:
        curve = STANDARD[number]
        assert curve.multiply(scalar, curve.base) == times(curve, scalar, curve.base)

    @settings(max_examples=5, deadline=None)
    @given(one=st.integers(1, 1 << 80), other=st.integers(1, 1 << 80))
    def test_sums_of_multiples_are_multiples_of_sums(self, number: int, one: int, other: int) -> None:
        curve = STANDARD[number]
        first, second = curve.multiply(one, curve.base), curve.multiply(other, curve.base)
        assert curve.add(first, second) == curve.multiply(one + other, curve.base)


@pytest.mark.parametrize("number", sorted(LIBRARY))
@settings(max_examples=5, deadline=None)
@given(scalar=st.integers(1, 1 << 190))
def test_it_multiplies_as_the_library_does(number: int, scalar: int) -> None:
    curve: Curve = STANDARD[number]
    numbers = ec.derive_private_key(scalar, LIBRARY[number]).public_key().public_numbers()
    assert curve.multiply(scalar, curve.base) == (numbers.x, numbers.y)
