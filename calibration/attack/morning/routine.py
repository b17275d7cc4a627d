"""Prepare, present each instrument, judge: the PAD subsystem at the site's camera, in the light of this morning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calibration.attack.morning.history import Morning, Presented
from calibration.attack.watching import watch
from kiosk.analysis.cues.frame_content import Kind
from kiosk.analysis.cues.stream import StreamCues
from kiosk.analysis.models import Models
from kiosk.analysis.pipeline import Analyst
from kiosk.camera.address import Address, DemoAddress, Pace, Variant
from kiosk.camera.frame import SourceKind
from kiosk.camera.opening import make_camera
from kiosk.camera.port import Camera
from kiosk.camera.site.store import Site
from kiosk.profile.format import Profile

FEWEST = 10
"""scored frames under which a presentation has no answer"""
_SAYS = {
    "": "stand before the camera yourself, as a customer does, and turn your head a little both ways",
    "print": "hold the print so that its face fills the oval; tilt and turn it a little",
    "phone": "show a film of a face on the phone, its face filling the oval",
    "tablet": "show a film of a face on the tablet, its face filling the oval",
    "screen": "show a film of a face on a laptop or monitor, its face filling the oval",
}
_DEMO = {"": Variant.BONA_FIDE, "print": Variant.PHOTO}


@dataclass(frozen=True)
class Plan:
    """What a morning presents: the technician first, then each instrument."""

    bona_fide: int
    attacks: Sequence[str]
    seconds: float
    """that each is looked at"""

    @property
    def species(self) -> list[str]:
        """Give the species in order, "" for the technician."""
        return [*[""] * self.bona_fide, *self.attacks]


def run_morning(
    plan: Plan,
    address: Address,
    models: Models,
    profile: Profile,
    site: Site | None,
    now: datetime,
    *,
    say: Callable[[str], None],
    ready: Callable[[], None],
) -> Morning:
    """Prompt, wait until ``ready`` returns, look, say what came; again for each. Nothing of a face outlives its turn.

    Raises what the camera raises (``CameraError``).
    """
    presented: list[Presented] = []
    kind = "device"
    species = plan.species
    _prove(address, species)
    for number, one in enumerate(species, start=1):
        say(f"{number} of {len(species)}: {_SAYS.get(one, f'present the attack {one}')}, for {plan.seconds:g} seconds.")
        ready()
        camera = _camera_for(address, one)
        kind = camera.kind.value
        analyst = Analyst(models, StreamCues(_kind(camera), site))
        presented.append(_present(camera, one, analyst, profile, plan.seconds))
        say("   " + _said(presented[-1]))
    return Morning(
        taken=now.isoformat(timespec="seconds"),
        camera=kind,
        model=next(f"{model.name} {model.version}" for model in models.in_use if model.name == "face_pad"),
        bpcer=profile.pad.bpcer,
        presented=tuple(presented),
    )


def _prove(address: Address, species: Sequence[str]) -> None:
    """Open the camera once before anybody is asked to stand there. Raises ``CameraError``."""
    for one in species[:1]:
        camera = _camera_for(address, one)
        camera.open()
        camera.close()


def _present(camera: Camera, species: str, analyst: Analyst, profile: Profile, seconds: float) -> Presented:
    pad = profile.pad
    watched = watch(analyst, camera, bpcer=pad.bpcer, max_yaw=pad.max_yaw, seconds=seconds, fewest=FEWEST)
    score = None if watched.pad is None else round(watched.pad, 4)
    return Presented(species, watched.refused_by, score, watched.scored)


def _camera_for(address: Address, species: str) -> Camera:
    """Give the camera; the demonstration plays the instrument, so that the deck can be tried without one."""
    if isinstance(address, DemoAddress) and address.variant is Variant.BONA_FIDE:
        address = replace(address, variant=_DEMO.get(species, Variant.SCREEN))
    return make_camera(address, pace=Pace.REAL if not isinstance(address, DemoAddress) else Pace.FREE)


def _said(one: Presented) -> str:
    if not one.answered:
        return "no answer: a face was seen in too few frames"
    told = f"refused by {', '.join(one.refused_by)}" if one.refused_by else "accepted as bona fide"
    score = "" if one.pad is None else f" (PAD score {one.pad:.2f}, {one.frames} frames)"
    return f"{told}{score}" + (" - WRONG" if one.wrong else "")


def _kind(camera: Camera) -> Kind:
    """Give what the camera is in the stream cues' words."""
    match camera.kind:
        case SourceKind.DEVICE:
            return "device"
        case SourceKind.REPLAY:
            return "replay"
        case SourceKind.DEMO:
            return "demo"
