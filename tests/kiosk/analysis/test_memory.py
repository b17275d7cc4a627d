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
