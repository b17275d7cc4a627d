"""The session log says what happened and nothing about who."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.flow.machine import start
from kiosk.flow.state import Session, Step, Transaction
from kiosk.profile.loading import load_profile
from kiosk.session.diary import Diary, DiaryFile

NUMBER, SERIAL, NAME, AMOUNT = "0123456789", "4242424242", "Maryam", "1750000"


def _session(**changes: Any) -> Session:
    begun = start(
        id="a1b2",
        profile=load_profile("demo"),
        source="demo",
        transaction=Transaction("T-77", (("amount", AMOUNT), ("holder", NAME))),
        now=10.0,
        language="en",
        reference_given=True,
        seed=3,
    ).session
    return replace(begun, **changes)


def _events(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_each_step_and_finding_is_written_once() -> None:
    lines: list[str] = []
    diary = Diary(lines.append)
    session = _session()
    diary.saw(session)
    session = replace(session, step=Step.FACE, now=12.5)
    diary.saw(session)
    diary.saw(replace(session, now=13.0))
    found = session.evidence.with_finding(Finding(Check.PAD, False, "pad_failed", 0.2, 0.5, 0.05, (("frames", "30"),)))
    diary.saw(replace(session, now=14.0, evidence=found))
    diary.saw(replace(session, now=15.0, evidence=found))
    events = _events(lines)
    assert [(e["event"], e.get("step") or e.get("check")) for e in events if e["event"] == "step"] == [
        ("step", "welcome"),
        ("step", "face"),
    ]
    pad = [e for e in events if e.get("check") == "pad"]
    assert pad == [
        {
            "session": "a1b2", "at": 4.0, "event": "finding", "check": "pad", "passed": False, "code": "pad_failed",
            "score": 0.2, "threshold": 0.5, "rate": 0.05, "frames": "30",
        }
    ]  # fmt: skip


def test_failed_attempts_are_written_with_their_reasons() -> None:
    lines: list[str] = []
    diary = Diary(lines.append)
    session = _session()
    diary.saw(session)
    failed = replace(session.liveness, failures=("liveness_too_early",), attempts=2)
    diary.saw(replace(session, liveness=failed))
    told = [event for event in _events(lines) if event["event"] == "attempt_failed"]
    assert [(event["reason"], event["attempt"]) for event in told] == [("liveness_too_early", 1)]


def test_no_number_name_or_fact_reaches_the_log() -> None:
    lines: list[str] = []
    diary = Diary(lines.append)
    session = _session()
    diary.saw(session)
    secrets = (("national_number", NUMBER), ("card_serial", SERIAL), ("holder", NAME), ("amount", AMOUNT))
    evidence = Evidence(tuple(Finding(check, True, "ok", detail=secrets) for check in Check))
    typed = replace(session.identity, national_number=NUMBER, card_serial=SERIAL)
    diary.saw(replace(session, evidence=evidence, identity=typed, step=Step.REVIEW))
    text = "\n".join(lines)
    assert all(secret not in text for secret in (NUMBER, SERIAL, NAME, AMOUNT, "T-77"))
    assert {event["event"] for event in _events(lines)} <= {"begins", "step", "finding", "ends", "asked", "camera"}


def test_the_silent_sign_is_not_in_the_log() -> None:
    def told(sign: bool) -> list[str]:
        lines: list[str] = []
        diary = Diary(lines.append)
        session = _session()
        diary.saw(session)
        evidence = session.evidence
        outcome = Outcome.APPROVE
        reasons: tuple[str, ...] = ()
        if sign:
            evidence = evidence.with_finding(Finding(Check.DURESS, False, "duress"))
            outcome, reasons = Outcome.REFER, ("duress",)
        diary.saw(replace(session, evidence=evidence))
        ended = replace(session, evidence=evidence, closing="shown", outcome=outcome, shown=Outcome.APPROVE)
        diary.saw(replace(ended, reasons=reasons))
        return lines

    assert told(True) == told(False)


def test_a_whole_session_leaves_steps_and_findings(world: Any, tmp_path: Path) -> None:
    path = tmp_path / "logs" / "sessions.jsonl"
    file = DiaryFile(path)
    world.watch = Diary(file.write).saw
    world.numbers = {"country": "IR", "national_number": NUMBER}
    result = world.run()
    file.close()
    text = path.read_text(encoding="utf-8")
    events = _events(text.splitlines())
    assert [event["step"] for event in events if event["event"] == "step"][-1] == "result"
    assert events[-1]["outcome"] == result.session.outcome.value
    assert any(event["event"] == "asked" for event in events)
    assert any(event.get("check") == "identity" for event in events)
    assert NUMBER not in text
    assert path.stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_written_costs_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    file = DiaryFile(tmp_path / "logs" / "sessions.jsonl")
    file.write("{}")
    file.write("{}")
    assert len(caplog.records) == 1
    assert re.search("session log cannot be written", caplog.text)


def test_the_log_is_kept_small(tmp_path: Path) -> None:
    file = DiaryFile(tmp_path / "sessions.jsonl")
    for _ in range(5):
        file.write("x" * 900_000)
    file.close()
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) > 1
    assert max(sizes) < 2_000_000
