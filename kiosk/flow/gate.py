"""The quality gate: what stands between this face and a good picture. One guidance at a time."""

from __future__ import annotations

from math import isfinite

from kiosk.analysis.facts import FaceFacts, FrameFacts, Quality
from kiosk.document.capture.legibility import legibility
from kiosk.document.facts import DocumentView
from kiosk.flow.state import Guidance
from kiosk.profile.format import Capture, DocumentCapture


def face_guidance(facts: FrameFacts, capture: Capture) -> Guidance:
    """Give what the person should do next so that the face can be kept; ``GOOD`` when nothing is left.

    What was not measured is not good: without pose, eyes, quality and its components no frame passes (nor with NaN in their place,
    hence the comparisons that are turned round).
    """
    face = facts.face
    if face is None:
        return Guidance.NO_FACE
    if second_face(facts, capture):
        return Guidance.MORE_THAN_ONE
    return (
        _place(facts, face, capture)
        or _pose(face, capture)
        or _light(face, capture)
        or _covered(face, capture)
        or _eyes(face, capture)
        or _clear(face, capture)
        or Guidance.GOOD
    )


def face_score(face: FaceFacts, capture: Capture) -> float:
    """Give how good a face's picture is for comparison, 0..1, to choose between frames that pass the gate."""
    if face.pose is None or face.quality is None or face.components is None:
        return 0.0
    straight = 1.0 - min(1.0, (abs(face.pose.yaw) / capture.max_yaw + abs(face.pose.pitch) / capture.max_pitch) / 2)
    near = min(1.0, face.quality.eye_distance / (2 * capture.min_eye_distance))
    light = 1.0 - min(1.0, abs(face.quality.luminance - 0.5) * 2)
    eyes = min(face.eyes_open) if face.eyes_open else 0.0
    useful = 0.4 * face.components.utility + 0.15 * face.quality.sharpness
    score = useful + 0.2 * straight + 0.1 * near + 0.05 * light + 0.1 * eyes
    return max(0.0, min(1.0, score))


def second_face(facts: FrameFacts, capture: Capture) -> bool:
    """Say whether another face is nearly as large as the first, and surely a face: the detector sees some in hair."""
    if len(facts.faces) < 2:
        return False
    first, *others = facts.faces
    least = capture.comparable_face * first.box.width * first.box.height
    return any(
        face.box.width * face.box.height >= least and face.confidence >= capture.comparable_confidence
        for face in others
    )


def document_guidance(facts: FrameFacts, document: DocumentCapture) -> Guidance:
    """Give what to do next so that the document can be read; ``GOOD`` when nothing is left.

    Where its outline is not found, its portrait tells where it is: cards without an edge to be seen are taken too.
    """
    view = facts.document
    return _portrait_guidance(facts, document) if view is None else _view_guidance(view, document)


def _view_guidance(view: DocumentView, document: DocumentCapture) -> Guidance:
    """Judge in the order in which a person can mend it: place, size, light, angle, stillness; NaN is not good."""
    if not view.complete:
        return Guidance.CARD_BACK if view.share > 0.6 else Guidance.CARD_WHOLE
    if not view.share >= document.min_share:
        return Guidance.CARD_CLOSER
    if not view.luminance >= document.min_luminance:
        return Guidance.CARD_TOO_DARK
    if not view.glare <= document.max_glare:
        return Guidance.CARD_GLARE
    if not (view.skew <= document.max_skew and view.perspective <= document.max_perspective):
        return Guidance.CARD_STRAIGHTER
    legible = isfinite(view.sharpness) and legibility(view) >= document.min_legibility
    return Guidance.GOOD if legible else Guidance.CARD_STILL


def _portrait_guidance(facts: FrameFacts, document: DocumentCapture) -> Guidance:
    face = facts.face
    if face is None:
        return Guidance.SHOW_DOCUMENT
    margin = (1 - document.guide) / 2
    box = face.box
    inside = (
        box.x >= margin * facts.width
        and box.y >= margin * facts.height
        and box.x + box.width <= (1 - margin) * facts.width
        and box.y + box.height <= (1 - margin) * facts.height
    )
    if box.width > document.max_face_share * facts.width:
        # Too large for a portrait on a card: the person's own face, or the card too near.
        return Guidance.SHOW_DOCUMENT
    if not inside:
        return Guidance.SHOW_DOCUMENT
    if face.quality is None or not face.quality.eye_distance >= document.min_eye_distance:
        return Guidance.CARD_CLOSER
    return Guidance.CARD_STILL if not face.quality.sharpness >= document.min_sharpness else Guidance.GOOD


def _place(facts: FrameFacts, face: FaceFacts, capture: Capture) -> Guidance | None:
    x, y = face.box.centre
    if face.quality is None or not face.quality.eye_distance >= capture.min_eye_distance:
        return Guidance.COME_CLOSER
    if face.box.width > capture.max_face_share * facts.width:
        return Guidance.MOVE_BACK
    off_x, off_y = abs(x / facts.width - 0.5), abs(y / facts.height - 0.5)
    if off_x > capture.max_off_centre_x or off_y > capture.max_off_centre_y:
        return Guidance.MOVE_TO_MIDDLE
    return None


def _pose(face: FaceFacts, capture: Capture) -> Guidance | None:
    pose = face.pose
    if pose is None or not (
        abs(pose.yaw) <= capture.max_yaw and abs(pose.pitch) <= capture.max_pitch and abs(pose.roll) <= capture.max_roll
    ):
        return Guidance.LOOK_STRAIGHT
    return None


def _light(face: FaceFacts, capture: Capture) -> Guidance | None:
    """Judge light before anything that has to be seen in it."""
    quality = face.quality
    if quality is None:
        return Guidance.HOLD_STILL
    if quality.background_luminance - quality.luminance > capture.max_light_behind:
        return Guidance.LIGHT_BEHIND
    if not quality.luminance >= capture.min_luminance or quality.under_exposed > capture.max_under_exposed:
        return Guidance.TOO_DARK
    if quality.luminance > capture.max_luminance or quality.over_exposed > capture.max_over_exposed:
        return Guidance.TOO_BRIGHT
    return Guidance.LIGHT_UNEVEN if quality.uneven_light > capture.max_uneven_light else None


def _covered(face: FaceFacts, capture: Capture) -> Guidance | None:
    """Judge what is before the face. Clear glasses, beards and headscarves hide nothing that counts."""
    seen = face.components
    if seen is None:
        return Guidance.UNCLEAR
    if not seen.mouth_nose_covered <= capture.max_covered:
        return Guidance.UNCOVER_FACE
    if not (seen.eyes_covered <= capture.max_covered and seen.dark_glasses <= capture.max_covered):
        return Guidance.UNCOVER_EYES
    return None if seen.glare <= capture.max_glare else Guidance.GLARE


def _eyes(face: FaceFacts, capture: Capture) -> Guidance | None:
    if face.eyes_open is None or not min(face.eyes_open) >= capture.min_eyes_open:
        return Guidance.OPEN_EYES
    return None


def _clear(face: FaceFacts, capture: Capture) -> Guidance | None:
    quality, seen = face.quality, face.components
    if quality is None or not quality.sharpness >= capture.min_sharpness:
        return Guidance.HOLD_STILL
    if seen is None or not seen.utility >= capture.min_utility:
        return _why_unclear(quality, capture)
    return None


def _why_unclear(quality: Quality, capture: Capture) -> Guidance:
    """Say what most likely makes a template worth little: the plain component that lies furthest from comfortable."""
    troubles = (
        (2 * capture.min_luminance - quality.luminance, Guidance.TOO_DARK),
        (quality.luminance - 0.8, Guidance.TOO_BRIGHT),
        (quality.uneven_light - 0.25, Guidance.LIGHT_UNEVEN),
        (quality.background_luminance - quality.luminance - 0.4, Guidance.LIGHT_BEHIND),
    )
    worst, guidance = max(troubles, key=lambda trouble: trouble[0])
    if worst > 0:
        return guidance
    return Guidance.COME_CLOSER if quality.eye_distance < 1.25 * capture.min_eye_distance else Guidance.UNCLEAR
