"""A profile's format: misspelt keys, impossible values and unsafe combinations are refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.profile.format import ConsentText, Profile


def _fields(model: type[Any]) -> list[tuple[str, Any]]:
    return [(f"{model.__name__}.{name}", field) for name, field in model.model_fields.items()]


def test_every_field_says_what_it_is() -> None:
    parts: list[Any] = [f.annotation for f in Profile.model_fields.values() if hasattr(f.annotation, "model_fields")]
    silent = [name for part in (Profile, ConsentText, *parts) for name, field in _fields(part) if not field.description]
    assert len(parts) >= 7
    assert silent == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"stepz": []}, "stepz"),
        ({"match_fmr": 0}, "match_fmr"),
        ({"match_fmr": 0.5}, "match_fmr"),
        ({"steps": ["welcome", "face", "result"]}, "liveness cannot be left out"),
        ({"steps": ["face", "welcome", "liveness", "result"]}, "in this order"),
        ({"production": True, "steps": ["welcome", "face", "liveness", "result"]}, "consent"),
        ({"languages": ["tr"], "default_language": "fa"}, "default_language"),
        ({"liveness": {"gestures": ["blink"]}}, "at least two"),
        ({"liveness": {"pause_least": 2.0}}, "pause_least"),
        ({"liveness": {"still_least": 3.0}}, "still_least"),
        ({"liveness": {"count": 6, "longest": 5}}, "longest"),
        ({"liveness": {"windows": 3}}, "windows"),
        ({"pad": {"bpcer": 1.0}}, "bpcer"),
        ({"steps": ["welcome", "face", "liveness", "awareness", "result"]}, "without it"),
        ({"awareness": {"answer": 4}}, "answer"),
        ({"awareness": {"distractors": {"kind": ["a", "b"]}}}, "distractors.kind: at least 3"),
        ({"awareness": {"distractors": {"kind": ["a", "b", "a", "b"]}}}, "distractors.kind: at least 3"),
        ({"awareness": {"duress": {"kind": {"fa": "x", "tr": "y"}}}}, "kind: a text is missing"),
        ({"awareness": {"duress": {"kind": "x"}, "leave_out": ["kind"]}}, "duress.kind: is never asked"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Profile.model_validate({"name": "x", **change})


def test_a_profile_cannot_be_changed_once_read() -> None:
    profile = Profile(name="x")
    with pytest.raises(ValidationError, match="frozen"):
        profile.match_fmr = 1.0


def test_every_step_but_welcome_has_a_limit() -> None:
    profile = Profile(name="x")
    assert profile.limits.of("welcome") is None
    assert all(profile.limits.of(step) for step in profile.steps if step != "welcome")


def test_the_hash_of_a_consent_text_follows_each_word() -> None:
    text = ConsentText(language="en", version="1", title="Title", paragraphs=("one", "two"))
    assert len(text.sha256) == 64
    assert text.sha256 == ConsentText(language="en", version="1", title="Title", paragraphs=("one", "two")).sha256
    assert text.sha256 != text.model_copy(update={"paragraphs": ("one", "too")}).sha256


def test_wrong_answers_and_signs_are_keys_texts_or_a_text_for_each_language() -> None:
    own = {"fa": "وام", "tr": "kredi", "en": "loan"}
    rules = {"distractors": {"kind": ["transaction.kind.loan", "plain", own]}, "duress": {"kind": own}}
    profile = Profile.model_validate({"name": "x", "awareness": rules})
    assert profile.awareness.distractors["kind"] == ("transaction.kind.loan", "plain", own)
    assert profile.awareness.duress == {"kind": own}


def test_attention_and_company_are_asked_for_unless_the_profile_says_otherwise() -> None:
    rules = Profile(name="x").awareness
    assert (rules.watched, rules.companion, rules.duress) == ("required", "refer", {})
