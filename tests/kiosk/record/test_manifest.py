"""Manifests fit the schema that is published for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import RecordInvalid
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.record.manifest import BLOCK, Place, RecordFacts, build_manifest, canonical, padded

SCHEMA = Path(__file__).parents[3] / "docs" / "protocol" / "record.schema.json"
HASH = "ab" * 32


def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="needs jsonschema of the development group")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def manifest(
    evidence: Evidence, outcome: Outcome = Outcome.APPROVE, place: Place | None = None, **changed: Any
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "record": "0123abcd",
        "session": "4567",
        "source": "device",
        "camera": "v4l2:/dev/video0",
        "profile": "bank_account",
        "production": True,
        "language": "fa",
        "assistance": ("large_type", "speech"),
        "transaction": "T-1",
        "transaction_facts": (("مبلغ", "۱۰"),),
        "started": "2026-01-01T00:00:00+00:00",
        "ended": "2026-01-01T00:01:00+00:00",
        "retention_days": 30,
        "models": (("face_detection", "1", HASH, "onnx_runtime"),),
        "software": "1.0",
        "assurance": "low",
        "demo_key": False,
    }
    return build_manifest(
        RecordFacts(**facts | changed), evidence, outcome.value, ("late",), {"probe": b"x"}, place or Place(1, ""), HASH
    )


findings = st.builds(
    Finding,
    check=st.sampled_from(Check),
    passed=st.booleans(),
    code=st.from_regex(r"[a-z_]{0,20}", fullmatch=True),
    score=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    threshold=st.none() | st.floats(-1, 1),
    rate=st.none() | st.floats(0, 1),
    detail=st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(findings, max_size=5),
    st.sampled_from(Outcome),
    st.sampled_from([Place(1, ""), Place(2, HASH)]),
    st.sampled_from(["device", "replay", "demo"]),
)
def test_every_manifest_fits_the_schema(found: list[Finding], outcome: Outcome, place: Place, source: str) -> None:
    document = json.loads(canonical(manifest(Evidence(tuple(found)), outcome, place, source=source)))
    assert [error.message for error in validator().iter_errors(document)] == []


@pytest.mark.parametrize(
    "broken",
    [
        {"sequence": 0},
        {"outcome": "maybe"},
        {"source": "film"},
        {"previous": "short"},
        {"started": "yesterday"},
        {"unknown": 1},
        {"device": HASH.upper()},
    ],
)
def test_the_schema_refuses_what_is_no_record(broken: dict[str, Any]) -> None:
    assert list(validator().iter_errors(manifest(Evidence()) | broken))


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8")), st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    )
)
def test_canonical_json_reads_back_and_is_stable(document: dict[str, Any]) -> None:
    once = canonical(document)
    assert json.loads(once) == document
    assert canonical(json.loads(once)) == once


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", 2**60])
def test_what_has_no_json_form_is_told_without_its_value(value: object) -> None:
    with pytest.raises(RecordInvalid) as caught:
        canonical({"a": value})
    assert caught.value.message == "the record holds a value that has no JSON form"


def test_an_engines_own_numbers_become_plain_ones() -> None:
    score: Any = np.float32(0.5)
    document = manifest(Evidence((Finding(Check.MATCH, True, score=score, threshold=score, rate=score),)))
    assert json.loads(canonical(document))["evidence"][0]["score"] == 0.5


def test_a_silent_sign_does_not_show_in_the_size() -> None:
    whole = tuple(Finding(check, True, "passed") for check in Check)
    plain = manifest(Evidence(whole))
    signed = manifest(Evidence(whole).with_finding(Finding(Check.DURESS, False, "duress")), Outcome.REFER)
    assert len(canonical(plain)) != len(canonical(signed))
    sizes = {len(canonical(padded(one))) for one in (plain, signed)}
    assert len(sizes) == 1
    assert sizes.pop() % BLOCK == 0


@settings(deadline=None)
@given(st.integers(0, 3 * BLOCK))
def test_any_manifest_is_filled_up_to_whole_blocks_and_fits_the_schema(length: int) -> None:
    whole = padded(manifest(Evidence(), transaction="x" * length))
    assert len(canonical(whole)) % BLOCK == 0
    assert validator().is_valid(whole)
