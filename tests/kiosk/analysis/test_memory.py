"""What is remembered within a session, and what is left of it afterwards."""

from __future__ import annotations

import numpy as np

from kiosk.analysis.memory import KeptFace, SessionMemory


def kept(value: int = 7) -> KeptFace:
    return KeptFace(np.full(4, value, np.float32), np.full((2, 2, 3), value, np.uint8), 40.0)


def blank(face: KeptFace) -> bool:
    return not face.template.any() and not face.picture.any()


def test_a_recent_face_can_be_asked_for() -> None:
    memory, face = SessionMemory(), kept()
    memory.saw(3, face)
    assert memory.recall(3) is face
    assert memory.recall(4) is None


def test_old_faces_go_and_are_overwritten() -> None:
    memory = SessionMemory()
    faces = [kept() for _ in range(60)]
    for index, face in enumerate(faces):
        memory.saw(index, face)
    gone = [face for index, face in enumerate(faces) if memory.recall(index) is None]
    assert gone == faces[: len(gone)]
    assert 0 < len(gone) < 60
    assert all(blank(face) for face in gone)
    assert not any(blank(face) for face in faces[len(gone) :])


def test_a_probe_outlives_the_recent_frames() -> None:
    memory, probe = SessionMemory(), kept()
    memory.saw(0, probe)
    memory.probe = memory.recall(0)
    for index in range(1, 100):
        memory.saw(index, kept())
    memory.forget_recent()
    assert memory.recall(0) is None
    assert not blank(probe)


def test_wiping_overwrites_all_there_was() -> None:
    memory = SessionMemory()
    reference, probe, recent = kept(1), kept(2), kept(3)
    memory.saw(1, probe)
    memory.saw(2, recent)
    memory.reference, memory.probe = reference, probe
    memory.wipe()
    assert memory.reference is None
    assert memory.probe is None
    assert memory.recall(1) is memory.recall(2) is None
    assert all(blank(face) for face in (reference, probe, recent))


def test_an_empty_memory_can_be_wiped_twice() -> None:
    memory = SessionMemory()
    memory.wipe()
    memory.wipe()
    assert memory.probe is None


def test_a_probe_from_within_the_challenge_leaves_the_anchor_and_the_next_first_probe_replaces_both() -> None:
    memory = SessionMemory()
    first, second, third = kept(1), kept(2), kept(3)
    for index, face in enumerate((first, second, third)):
        memory.saw(index, face)
    assert memory.keep_probe(0)
    assert memory.keep_probe(1, within=True)
    assert (memory.probe, memory.anchor) == (second, first)
    memory.forget_recent()
    assert not any(blank(face) for face in (first, second))
    assert not memory.keep_probe(2)
    memory.saw(4, third := kept(3))
    assert memory.keep_probe(4)
    assert (memory.probe, memory.anchor) == (third, third)
    assert blank(first)
    assert blank(second)
    memory.wipe()
    assert blank(third)
    assert memory.anchor is None


def test_a_face_is_the_one_before_for_a_short_while_only() -> None:
    memory, face = SessionMemory(), kept()
    assert memory.last_seen(0.0) is None
    memory.saw(0, face, 10.0)
    assert memory.last_seen(10.1) is face
    assert memory.last_seen(11.0) is None
    assert memory.last_seen(9.0) is None
    memory.wipe()
    assert memory.last_seen(10.1) is None
