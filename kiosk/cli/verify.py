"""``kiosk verify``: the whole session headless."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.analysis.facts import FrameFacts
from kiosk.bootstrap.headless import headless_session
from kiosk.cli.options import Engine, Json, settings_of
from kiosk.cli.speech import err, out, write_json
from kiosk.decision.policy import POLICY
from kiosk.errors import SettingsInvalid
from kiosk.flow.answers import Outcome
from kiosk.flow.challenge import parse_challenge
from kiosk.flow.evidence import Evidence
from kiosk.flow.state import Session
from kiosk.session.headless import Answering, HeadlessResult

EXIT = {Outcome.APPROVE: 0, Outcome.APPROVE_DEFERRED: 0, Outcome.REFER: 10, Outcome.REJECT: 11}

_PERSONAL = frozenset({"identity", "document"})
"""checks whose details are the person's numbers and names: for the sealed record alone"""

_NO_ANSWER = frozenset(reason.value for rule in POLICY for reason in rule.not_judged)
"""codes of checks that could not be judged"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)


def verify(
    context: typer.Context,
    camera: Annotated[str | None, typer.Option(help="camera address: v4l2:, gst:, replay:, demo:")] = None,
    microphone: Annotated[str | None, typer.Option(help="microphone address: alsa:, replay:, none:")] = None,
    portrait: Annotated[Path | None, typer.Option(help="reference portrait")] = None,
    document: Annotated[
        list[Path] | None, typer.Option(help="picture of a document that is read; give it twice for two sides")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="profile: a shipped name or a file")] = None,
    challenge: Annotated[str | None, typer.Option(help="gestures in order, such as look_left,open_mouth")] = None,
    country: Annotated[str | None, typer.Option(help="IR, TR or passport")] = None,
    national_number: Annotated[str | None, typer.Option(help="national number that is typed")] = None,
    card_serial: Annotated[str | None, typer.Option(help="card serial that is typed")] = None,
    passport_number: Annotated[str | None, typer.Option(help="passport number that is typed")] = None,
    language: Annotated[str | None, typer.Option(help="fa, tr or en")] = None,
    answering: Annotated[
        Answering, typer.Option("--answer", help="how the question about the transaction is answered")
    ] = Answering.RIGHT,
    decline: Annotated[
        str | None, typer.Option(help="gestures that the person will not make, such as smile,open_mouth")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the random challenge; default: a fresh one")] = None,
    engine: Engine = None,
    as_json: Json = False,
) -> int:
    """Lead a session from consent to verdict without a screen; exit 0 approved, 10 referred, 11 rejected."""
    settings = settings_of(
        context, camera=camera, microphone=microphone, profile=profile, language=language, engine=engine
    )
    try:
        gestures = parse_challenge(challenge) if challenge is not None else ()
    except ValueError as error:
        raise SettingsInvalid(f"--challenge: {error}", hint="name gestures in order, separated by commas") from error
    try:
        declined = parse_challenge(decline) if decline is not None else ()
    except ValueError as error:
        raise SettingsInvalid(f"--decline: {error}", hint="name gestures, separated by commas") from error
    typed = {
        "country": country or ("passport" if passport_number else None),
        "national_number": national_number,
        "card_serial": card_serial,
        "passport_number": passport_number,
    }
    said = _Progress()
    result = headless_session(
        settings,
        portrait=portrait,
        document=document or (),
        challenge=gestures,
        numbers={name: text for name, text in typed.items() if text is not None},
        answering=answering,
        declined=declined,
        seed=seed,
        progress=said,
        note=lambda line: err().print(line),
    )
    if as_json:
        write_json(answer(result))
    else:
        print_answer(result)
    outcome = result.session.outcome or Outcome.REFER
    return EXIT[outcome]


class _Progress:
    """Says each new step and gesture on stderr."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, session: Session, facts: FrameFacts) -> None:
        word = session.step.value
        if word == "liveness" and session.liveness.position < len(session.challenge):
            word += f": {session.challenge[session.liveness.position].value}"
        if word != self._last:
            self._last = word
            err().print(f"{facts.time:7.2f} s  {word}")


def answer(result: HeadlessResult) -> dict[str, Any]:
    """Give the command's JSON document."""
    session = result.session
    return {
        "verdict": (session.outcome or Outcome.REFER).value,
        "reasons": list(session.reasons),
        "assurance": session.assurance or None,
        "evidence": _evidence(result.before_wipe.evidence),
        "timings_ms": {stage: round(ms, 2) for stage, ms in result.milliseconds.items()},
        "challenge": [gesture.value for gesture in result.before_wipe.challenge],
        "profile": session.profile.name,
        "source": session.source,
        "frames": result.frames,
        "seconds": round(result.seconds, 2),
        "record": session.entry or None,
    }


def _evidence(evidence: Evidence) -> list[dict[str, Any]]:
    return [
        {
            "check": finding.check.value,
            "passed": finding.passed,
            "score": finding.score,
            "threshold": finding.threshold,
            "rate": finding.rate,
            "code": finding.code,
            "detail": {} if finding.check.value in _PERSONAL else dict(finding.detail),
        }
        for finding in evidence.findings
    ]


def print_answer(result: HeadlessResult) -> None:
    """Say it for people."""
    document = answer(result)
    verdicts = {"approve": "APPROVED", "approve_deferred": "APPROVED (registry check follows)"}
    verdict = verdicts.get(document["verdict"], "REFERRED" if document["verdict"] == "refer" else "REJECTED")
    level = f" at assurance {document['assurance']}" if document["assurance"] else ""
    out().print(
        f"{verdict}{level}" + (f": {', '.join(document['reasons'])}" if document["reasons"] else ""), style="bold"
    )
    # The words live beside the screens; nothing else of theirs is needed here.
    from kiosk.ui.catalogue import Catalogue

    words = Catalogue("en")
    for code in document["reasons"]:
        out().print(f"  {code}: {words(f'operator.{code}')}")
    for item in document["evidence"]:
        mark = "passed" if item["passed"] else "no answer" if item["code"] in _NO_ANSWER else "FAILED"
        figures = ""
        if item["score"] is not None:
            figures = f"  {item['score']:.3f}"
            figures += f" (threshold {item['threshold']:.3f}" if item["threshold"] is not None else ""
            figures += (
                f", rate {item['rate']:g})"
                if item["rate"] is not None
                else (")" if item["threshold"] is not None else "")
            )
        out().print(f"  {item['check']:<13} {mark:<9}  {item['code']}{figures}")
    stages = ", ".join(f"{stage} {ms:.1f}" for stage, ms in document["timings_ms"].items())
    out().print(f"  {document['frames']} frames in {document['seconds']} s; milliseconds: {stages}")
    if document["record"]:
        out().print(f"  sealed record queued: {document['record']} ('kiosk queue show {document['record']}')")
    else:
        out().print("  no record was queued")
