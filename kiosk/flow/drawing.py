"""Random draws bound to a session: HMAC-SHA256 keyed by its 256-bit seed, over its id, what is drawn and the attempt.

The seed comes from the system's generator; who does not hold it can foresee no draw from any number of others (HMAC is a
pseudorandom function: RFC 2104, NIST SP 800-90A uses it so).
"""

from __future__ import annotations

import hmac

_KEY_BITS = 256
_GRAIN = 1 << 32


def draw_below(seed: int, session: str, purpose: str, attempt: int, below: int) -> int:
    """Give a number under ``below``, each as likely as another (draws that would favour small ones are thrown away)."""
    space = 1 << 256
    round_ = 0
    while True:
        number = int.from_bytes(_digest(seed, session, purpose, attempt, round_))
        if number < space - space % below:
            return number % below
        round_ += 1


def draw_between(seed: int, session: str, purpose: str, attempt: int, least: float, most: float) -> float:
    """Give a number from ``least`` to ``most``, each as likely as another."""
    return least + (most - least) * draw_below(seed, session, purpose, attempt, _GRAIN) / _GRAIN


def _digest(seed: int, session: str, purpose: str, attempt: int, round_: int) -> bytes:
    key = (seed % (1 << _KEY_BITS)).to_bytes(_KEY_BITS // 8)
    parts = (part.encode() for part in (session, purpose, str(attempt), str(round_)))
    # Lengths before the parts: no two lists of parts give the same message.
    message = b"".join(len(part).to_bytes(4) + part for part in parts)
    return hmac.digest(key, message, "sha256")
