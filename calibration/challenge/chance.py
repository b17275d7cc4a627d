"""``python -m calibration.challenge.chance``: how often a film that nobody paced passes a challenge, computed and played.

Films are played against the flow itself, frame by frame, without pixels: what is measured is the challenge alone. Face,
scene and everything else are those of a bona fide session, so that nothing but order and time can refuse a film.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass, field, replace

from calibration.challenge.acting import Played, face_at, film_of, length_of
from calibration.rates import rate
from kiosk.analysis.facts import FrameFacts
from kiosk.flow.answers import ProbeKept
from kiosk.flow.challenge import entropy_bits
from kiosk.flow.effects import Cue, Effect, KeepProbe
from kiosk.flow.events import CameraChanged, CameraState, Event, FrameAnalysed, GestureDeclined, Tick
from kiosk.flow.evidence import Check
from kiosk.flow.machine import advance, start
from kiosk.flow.state import Gesture, Session, Step, Transaction
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

RATE = 12.0
"""frames a second"""
_LONGEST = 150.0
ALL = tuple(Gesture)


class Presented:
    """What stands before the camera: told of cues and of time, gives what is being played."""

    def __init__(self, dice: random.Random) -> None:
        """Take the dice of this presentation."""
        self.dice = dice
        self.played: list[Played] = []

    def cued(self, gesture: Gesture, now: float) -> None:
        """Hear of a cue."""

    def declines(self, _session: Session, _now: float) -> str:
        """Give a gesture to decline now, "" for none."""
        return ""


class Person(Presented):
    """A living person: follows each cue after the time that people take."""

    reaction = (0.25, 0.9)

    def cued(self, gesture: Gesture, now: float) -> None:
        """Answer."""
        begins = now + self.dice.uniform(*self.reaction)
        self.played = [Played(gesture, begins, length_of(gesture, self.dice))]


class Operator(Person):
    """An attacker with one recorded clip of each gesture, who starts the right one by hand."""

    reaction = (0.5, 1.0)


class Film(Presented):
    """A recording of every gesture once, in an order and at a pace of its own; once through."""

    loops = 1

    def __init__(self, dice: random.Random) -> None:
        """Record it, and start it at any moment."""
        super().__init__(dice)
        now = dice.uniform(0.0, 6.0)
        order = list(ALL)
        dice.shuffle(order)
        for _ in range(self.loops):
            self.played += film_of(order, dice, begins=now)
            now = self.played[-1].ends


class Looped(Film):
    """The same recording again and again."""

    loops = 8


class Fishing(Looped):
    """A looped recording whose owner declines what the film does not show next, as long as declining is possible."""

    def declines(self, _session: Session, _now: float) -> str:
        """Decline the asked gesture when another one comes next."""
        progress = _session.liveness
        if progress.phase != "gesture" or len(_session.declined) >= _session.profile.liveness.declines:
            return ""
        asked = _session.challenge[progress.position]
        following = next((one.gesture for one in self.played if one.ends > _now), None)
        return asked.value if following is not asked else ""


@dataclass
class Tally:
    """How presentations of one kind ended."""

    played: int = 0
    passed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def line(self, name: str) -> str:
        """Give a row of the page's table."""
        shown = rate(self.passed, self.played)
        why = ", ".join(f"{code} {count / self.played:.1%}" for code, count in self.reasons.most_common(4))
        share = self.passed / self.played
        return (
            f"| {name} | {self.passed} of {self.played} | {share:.3%} ({shown.low:.3%} to {shown.high:.3%}) | {why} |"
        )


def play(profile: Profile, presented: Presented, seed: int, declined: tuple[Gesture, ...] = ()) -> Session:
    """Lead one session from the face to the end of its challenge."""
    now = 10.0
    session = start(
        id=f"{seed:032x}",
        profile=profile,
        source="device",
        transaction=Transaction("T"),
        now=now,
        language="en",
        reference_given=False,
        seed=seed,
    ).session
    session = replace(session, step=Step.FACE, deadline=now + 60, entered=now, camera=CameraState.OK)
    session = _post(session, CameraChanged(CameraState.OK), presented)
    for gesture in declined:
        session = _post(session, GestureDeclined(gesture.value), presented)
    index = 0
    while session.evidence.of(Check.LIVENESS) is None and not session.evidence.stopped and now < 10.0 + _LONGEST:
        now += 1 / RATE
        index += 1
        session = _post(session, Tick(now), presented)
        begun = session.step is Step.LIVENESS
        face = face_at(now - 10.0, presented.played if begun else [], presented.dice)
        frame = FrameFacts(now, index, 640, 480, (face,), 0.02)
        session = _post(session, FrameAnalysed(frame), presented)
        refused = presented.declines(session, now - 10.0)
        if refused:
            session = _post(session, GestureDeclined(refused), presented)
    return session


def _post(session: Session, event: Event, presented: Presented) -> Session:
    moved = advance(session, event)
    session = moved.session
    effects: tuple[Effect, ...] = moved.effects
    for effect in effects:
        match effect:
            case Cue(gesture) if gesture is not None:
                presented.cued(Gesture(gesture), session.now - 10.0)
            case KeepProbe(index):
                session = _post(session, ProbeKept(index), presented)
            case _:
                pass
    return session


def tally(
    profile: Profile, kind: type[Presented], count: int, declined: tuple[Gesture, ...] = (), first: int = 0
) -> Tally:
    """Play many presentations of a kind, each against a challenge of its own."""
    result = Tally()
    for number in range(count):
        dice = random.Random(f"{kind.__name__}/{first + number}")
        session = play(profile, kind(dice), dice.getrandbits(256), declined)
        finding = session.evidence.of(Check.LIVENESS)
        passed = finding is not None and finding.passed
        result.played += 1
        result.passed += passed
        if not passed:
            result.reasons[session.evidence.stopped or "none"] += 1
    return result


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="calibration.challenge.chance", description=__doc__)
    parser.add_argument("--films", type=int, default=5000, help="films of each kind")
    parser.add_argument("--people", type=int, default=1000, help="living people")
    given = parser.parse_args()
    for name, attempts in (("demo", 1), ("demo", 3), ("bank_account", 2)):
        shipped = load_profile(name)
        profile = shipped.model_copy(
            update={"liveness": shipped.liveness.model_copy(update={"attempts": attempts, "window": 8.0})}
        )
        rules = profile.liveness
        bits = entropy_bits(rules.gestures, rules.count)
        print(f"\n{name}: {rules.count} gestures, {bits:.2f} bits, {attempts} attempts;", end=" ")
        print(f"order foreseen by chance: {attempts * 2**-bits:.3%} (1 - (1 - 2^-bits)^attempts)")
        print("| presented | passed | share (95 % interval) | refused for |")
        print("|---|---|---|---|")
        kinds: tuple[tuple[str, type[Presented], int], ...] = (
            ("a living person", Person, given.people),
            ("a film, once through", Film, given.films),
            ("a film, looped", Looped, given.films),
            ("a looped film, declining what does not fit", Fishing, given.films),
            ("clips started by hand", Operator, given.people),
        )
        for said, kind, count in kinds:
            print(tally(profile, kind, count).line(said), flush=True)


if __name__ == "__main__":
    main()
