"""Light sessions that exist only in numbers: the kiosk's screen, a face or an attack, and the camera between.

Light adds up linearly (Lambert): ambient light and the screen's, times what the skin throws back. The camera sets
exposure and white balance by itself, mixes channels a little, blurs by its exposure, and gives 8 bits with a gamma and
noise. Figures from here say how the judge behaves on this model, not how a certain site does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.facts import Gathered, LightSample, LightSlot
from kiosk.analysis.light_colours import GREY
from kiosk.flow.light_sequence import LightStep, draw_light

Array = NDArray[np.float64]

SKINS: dict[str, tuple[float, float, float]] = {
    "light": (0.58, 0.40, 0.32),
    "medium": (0.44, 0.28, 0.20),
    "brown": (0.27, 0.15, 0.095),
    "dark": (0.12, 0.066, 0.045),
}
"""share of red, green and blue light that the skin throws back"""
_PIXELS = 500
"""of each region; a face at arm's length has more"""
_FILM_LUX = 2400.0
"""what a face would have to stand in to be as bright as on a phone's screen of about 300 cd/m2"""
_RATE = 100.0
"""steps a second in which light and camera are followed"""


class Scene(StrEnum):
    """What is before the camera."""

    FACE = "face"
    SCREEN = "screen"
    """a film on a dull screen: it glows by itself and throws back a little"""
    GLARE = "screen_with_glare"
    """the same behind glass that mirrors the kiosk's screen on part of the face"""
    REPLAY = "replay_of_light_session"
    """a film of the person at an earlier light session, on a screen"""
    INJECTED = "injected_light_session"
    """the same film in the camera's place"""
    RELAY = "relay"
    """the person elsewhere, lit by a relay of this screen, shown on a screen here"""
    PRINT = "print"
    """a print held before the scene: flat, but lit"""
    PRINT_ALL = "print_fills_the_picture"
    MASK = "mask"
    """a worn mask: lit as a head is"""


@dataclass(frozen=True, slots=True)
class Site:
    """A session's place, person and camera."""

    skin: str = "medium"
    ambient: float = 300.0
    """lux on the face"""
    warmth: float = 1.0
    """red of the ambient light against its blue"""
    side: float = 1.0
    """ambient light of the left half of the face against the right"""
    screen: float = 120.0
    """lux that the white screen gives the face"""
    behind: float = 0.12
    """share of the screen's light that reaches the background"""
    fps: float = 25.0
    latency: float = 0.11
    """seconds from light to analysed frame"""
    jitter: float = 0.008
    """seconds"""
    relay: float = 0.0
    """further seconds of a relay"""
    moving: float = 1.0
    """how much person and background move, 1 as usual"""


def any_site(random: np.random.Generator, **fixed: object) -> Site:
    """Draw a site; ``fixed`` sets what is not drawn."""
    drawn: dict[str, object] = {
        "skin": str(random.choice(list(SKINS))),
        "ambient": float(np.exp(random.uniform(np.log(50), np.log(1000)))),
        "warmth": float(np.exp(random.uniform(np.log(0.7), np.log(2.0)))),
        "side": float(np.exp(random.uniform(np.log(1 / 3), np.log(3)))),
        "screen": float(random.uniform(100, 150)),
        "behind": float(random.uniform(0.03, 0.35)),
        "fps": float(random.uniform(15, 30)),
        "latency": float(random.uniform(0.06, 0.20)),
        "jitter": float(random.uniform(0.002, 0.015)),
        "moving": float(np.exp(random.normal(0, 0.5))),
    }
    return Site(**{**drawn, **fixed})  # type: ignore[arg-type]


def session(scene: Scene, site: Site, random: np.random.Generator) -> Gathered:
    """Give what the flow would gather over a light sequence drawn for this session."""
    slots = timed(draw_light(int(random.integers(1 << 60)), "simulated"), random)
    return Gathered(light_slots=slots, light=_film(scene, site, slots, random))


def timed(steps: Sequence[LightStep], random: np.random.Generator, begin: float = 0.0) -> tuple[LightSlot, ...]:
    """Give the steps with the times at which a screen would show them: a little later than asked."""
    slots, now = [], begin
    for step in steps:
        slots.append(LightSlot(now, step.colour))
        now += step.seconds + random.uniform(0.005, 0.04)
    return tuple(slots)


def _film(
    scene: Scene, site: Site, slots: Sequence[LightSlot], random: np.random.Generator
) -> tuple[tuple[float, LightSample], ...]:
    begin, end = slots[0].since - 1.0, slots[-1].since + 0.8
    clock = np.arange(begin, end, 1 / _RATE)
    light = _shown(slots, clock)
    match scene:
        case Scene.FACE | Scene.MASK:
            regions = _face(site, clock, light, random)
        case Scene.PRINT | Scene.PRINT_ALL:
            flat = replace(site, side=1.0)
            regions = _face(flat, clock, light, random, flat=True)
            if scene is Scene.PRINT_ALL:
                regions[2] = 0.9 * regions[0]
        case _:
            regions = _on_screen(scene, site, clock, light, random)
    return _taken(regions, site, clock, random, through_camera=scene is not Scene.INJECTED)


def _shown(slots: Sequence[LightSlot], clock: Array) -> Array:
    """Give the screen's light over time (steps x 3); its pixels take some milliseconds."""
    index = np.searchsorted([slot.since for slot in slots], clock, side="right")
    levels = np.array([GREY, *(slot.colour for slot in slots)])
    return _smoothed(levels[index], 0.008)


def _smoothed(values: Array, seconds: float) -> Array:
    """Follow the values with a first-order lag."""
    keep = np.exp(-1 / (_RATE * seconds))
    out = np.empty_like(values)
    state = values[0]
    for index, value in enumerate(values):
        state = keep * state + (1 - keep) * value
        out[index] = state
    return out


def _wander(clock: Array, sigma: float, seconds: float, random: np.random.Generator, channels: int = 1) -> Array:
    """Give a slow random movement of this standard deviation (steps x channels)."""
    keep = np.exp(-1 / (_RATE * seconds))
    noise = random.normal(0.0, sigma * np.sqrt(1 - keep**2), (len(clock), channels))
    out = np.empty_like(noise)
    state = random.normal(0.0, sigma, channels)
    for index, step in enumerate(noise):
        state = keep * state + step
        out[index] = state
    return out


def _face(site: Site, clock: Array, light: Array, random: np.random.Generator, flat: bool = False) -> Array:
    """Give the light from left half, right half and background (3 x steps x 3), in lux thrown back."""
    tint = np.array([site.warmth**0.5, 1.0, site.warmth**-0.5])
    ambient = site.ambient * tint * np.exp(_wander(clock, 0.01, 1.5, random) + _wander(clock, 0.003, 1.0, random, 3))
    skin = np.array(SKINS[site.skin])
    sides = site.side**0.5 * np.array([1.0, 1 / site.side])
    turned = np.array([1.0, 1.0]) if flat else random.uniform(0.55, 0.95, 2)
    common = _wander(clock, 0.015 * site.moving, 0.6, random)
    regions = []
    for side, facing in zip(sides, turned, strict=True):
        own = common + (0.0 if flat else _wander(clock, 0.012 * site.moving, 0.4, random))
        texture = _wander(clock, 0.004 * site.moving, 0.3, random, 3)
        regions.append(skin * (side * ambient + facing * site.screen * light) * np.exp(own + texture))
    wall = random.uniform(0.2, 0.7) * np.array([1.0, random.uniform(0.8, 1.1), random.uniform(0.7, 1.1)])
    behind = random.uniform(0.5, 2.5) * ambient + site.behind * site.screen * light
    moved = _wander(clock, 0.02 * site.moving, 0.8, random) + _wander(clock, 0.006 * site.moving, 0.8, random, 3)
    regions.append(wall * behind * np.exp(moved))
    return np.array(regions)


def _on_screen(scene: Scene, site: Site, clock: Array, light: Array, random: np.random.Generator) -> Array:
    """Give the light of a film on a screen before the kiosk, and of the background behind that screen."""
    other = any_site(random, skin=site.skin)
    match scene:
        case Scene.REPLAY | Scene.INJECTED:
            earlier = timed(draw_light(int(random.integers(1 << 60)), "earlier"), random, random.uniform(-0.4, 0.4))
            content = _face(other, clock, _shown(earlier, clock), random)
        case Scene.RELAY:
            late = round((site.relay + site.latency) * _RATE)
            content = _face(
                other, clock, np.concatenate([np.repeat(light[:1], late, axis=0), light])[: len(clock)], random
            )
        case _:
            content = _face(other, clock, np.full_like(light, 0.2), random)
    if scene is Scene.INJECTED:
        return content
    # The film was exposed for the face; the screen shows it as if lit by so many lux.
    glowing = content * (_FILM_LUX * np.mean(SKINS[site.skin]) / content[0].mean())
    here = _face(site, clock, light, random)
    dull = random.uniform(0.002, 0.02)
    for half in range(2):
        lit = site.ambient + site.screen * light
        glowing[half] += dull * lit
        if scene is Scene.GLARE:
            # Glass mirrors about 4 % of a screen of 250 cd/m2 into part of each half.
            glowing[half] += random.uniform(0.0, 0.8) * 0.04 * 250 * np.pi * light
    return np.array([glowing[0], glowing[1], here[2]])


def _taken(
    regions: Array, site: Site, clock: Array, random: np.random.Generator, *, through_camera: bool
) -> tuple[tuple[float, LightSample], ...]:
    """Let a camera look: exposure and white balance of its own, blur, mixing, noise, 8 bits."""
    whole = 0.25 * regions[0] + 0.25 * regions[1] + 0.5 * regions[2]
    seen = _smoothed(whole, random.uniform(0.25, 1.0))
    exposure = 0.2 / seen.mean(axis=1)
    gains = _smoothed(whole, random.uniform(1.5, 5.0))
    share = random.uniform(0.3, 0.9)
    balance = (gains.mean(axis=1, keepdims=True) / gains) ** share
    mix = np.eye(3) + random.uniform(-0.08, 0.10, (3, 3)) * (1 - np.eye(3))
    mix /= mix.sum(axis=1, keepdims=True)
    # Less light, more gain, more noise: electrons of a white pixel.
    well = float(np.clip(20.0 * site.ambient, 600, 8000))
    blur = max(1, round(random.uniform(0.008, 0.033) * _RATE))
    sums = np.cumsum(regions, axis=1)
    samples = []
    now = clock[0] + 0.3
    while now < clock[-1]:
        index = int((now - clock[0]) * _RATE)
        mean = (sums[:, index] - sums[:, index - blur]) / blur
        pixels = mean * exposure[index] * balance[index] @ mix.T
        values = [tuple(_measured(pixel, well, random)) for pixel in np.maximum(pixels, 1e-5)]
        # What the analysis calls the time of a frame is when it was done with it.
        told = now + (site.latency if through_camera else 0.02) + abs(random.normal(0.0, site.jitter))
        samples.append((float(told), LightSample(*values)))
        now += 1 / site.fps
    return tuple(samples)


def _measured(colour: Array, well: float, random: np.random.Generator) -> Array:
    """Give the mean linear light of a region's pixels after noise, gamma and 8 bits."""
    level = np.clip(colour, 0, 1) * random.normal(1.0, 0.12, (_PIXELS, 1))
    level = level + np.sqrt(np.maximum(level, 0) / well + (6.0 / well) ** 2) * random.standard_normal((_PIXELS, 3))
    coded = np.rint(255 * _encoded(np.clip(level, 0, 1)))
    return np.asarray(np.maximum(_decoded(coded / 255).mean(axis=0), 1e-5), np.float64)


def _encoded(linear: Array) -> Array:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


def _decoded(coded: Array) -> Array:
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
