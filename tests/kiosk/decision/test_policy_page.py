"""The page on the decision shows the table that decides."""

from __future__ import annotations

from pathlib import Path

from kiosk.decision.assurance import LEVELS
from kiosk.decision.policy import policy_table

PAGE = Path(__file__).parents[3] / "docs" / "decision.md"


def test_the_page_shows_the_policy_as_it_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert policy_table() in text


def test_the_page_shows_the_levels_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for level, groups in LEVELS.items():
        row = f"| {level.word} | {', '.join(' or '.join(sorted(group)) for group in groups)} |"
        assert row in text
