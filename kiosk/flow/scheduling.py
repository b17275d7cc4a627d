"""Which challenge is asked: drawn from what the person does not decline, as strong as the profile asks."""

from __future__ import annotations

from dataclasses import replace
from math import log2

from kiosk.flow.challenge import build_challenge, count_ways, entropy_bits, length_for
from kiosk.flow.drawing import draw_between
from kiosk.flow.state import Gesture, Session
from kiosk.profile.format import Liveness


def asked_bits(rules: Liveness) -> float:
    """Give the strength that a challenge must have: the profile's, or what its count of gestures gives."""
    return rules.bits if rules.bits is not None else entropy_bits(rules.gestures, rules.count)


def first_challenge(rules: Liveness, seed: int, session: str) -> tuple[Gesture, ...]:
    """Give the challenge of a session in which nothing was declined."""
    length = length_for(rules.gestures, asked_bits(rules), rules.count, rules.longest)
    return build_challenge(seed, rules.gestures, length or rules.longest, 1, session)


def gestures_left(session: Session) -> tuple[Gesture, ...]:
    """Give what may still be asked."""
    allowed = (Gesture(name) for name in session.profile.liveness.gestures)
    return tuple(gesture for gesture in allowed if gesture not in session.declined)


def challenge_length(session: Session) -> int | None:
    """Give how many gestures the next draw must hold; None: what is left makes no challenge of the same strength."""
    rules = session.profile.liveness
    if len(session.declined) > rules.declines:
        return None
    return length_for(gestures_left(session), asked_bits(rules), rules.count, rules.longest, session.redraws)


def redrawn(session: Session) -> Session | None:
    """Give the session with a challenge drawn anew for its attempt, None where too few gestures are left."""
    length = challenge_length(session)
    if length is None:
        return None
    attempt, redraws = session.liveness.attempts, session.redraws
    challenge = build_challenge(session.seed, gestures_left(session), length, attempt, session.id, redraws)
    return replace(session, challenge=challenge)


def draw_seconds(session: Session, purpose: str, least: float, most: float) -> float:
    """Give a drawn time for the gesture that is next; each attempt, challenge and gesture has its own."""
    progress = session.liveness
    drawn_for = f"{purpose}/{session.redraws}/{len(session.declined)}/{progress.position}"
    return draw_between(session.seed, session.id, drawn_for, progress.attempts, least, most)


def strength_detail(session: Session) -> tuple[tuple[str, str], ...]:
    """Give how strong the challenge is: bits less those of choosing among draws; the chance to foresee one of all shown.

    Films that an operator's challenge is told to fit hold no secret: 0 bits.
    """
    left = gestures_left(session)
    drawn = not session.challenge_fixed and len(left) > 1
    ways = count_ways(left, len(session.challenge)) if drawn else 1
    bits = log2(ways) - log2(1 + session.redraws) if ways else 0.0
    chance = 1.0 if session.challenge_fixed else min(1.0, sum(1.0 / shown for shown in session.shown_ways if shown))
    return (
        ("entropy_bits", f"{max(0.0, bits):.2f}"),
        ("redraws", str(session.redraws)),
        ("chance", f"{chance:.3g}"),
        ("paced", "no" if session.challenge_fixed else "yes"),
        ("declined", ",".join(gesture.value for gesture in session.declined)),
    )


def shown_ways(session: Session) -> tuple[int, ...]:
    """Give the sizes of all draws of which a gesture was shown, this one among them."""
    if session.challenge_fixed:
        return session.shown_ways
    return (*session.shown_ways, count_ways(gestures_left(session), len(session.challenge)))
