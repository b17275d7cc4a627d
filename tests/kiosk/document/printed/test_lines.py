from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.document.printed.lines import TextLine, joined, lines_of
from kiosk.document.printed.page import page_of
from tests.kiosk.document.printed.drawn import Drawn, bank_card, iran_card, photographed, turkish_card


def share_found(card: Drawn, lines: list[TextLine], size: tuple[int, int]) -> dict[str, bool]:
    """Say of each value whether lines that hold nothing else cover it."""
    across, down = size[0] / card.picture.shape[1], size[1] / card.picture.shape[0]
    found = {}
    for name, (x, y, width, height) in card.boxes.items():
        left, right, middle = x * across, (x + width) * across, (y + height / 2) * down
        slack = 0.6 * height * down
        inside = [
            line
            for line in lines
            if abs(line.middle[1] - middle) < slack and line.left > left - slack and line.right < right + slack
        ]
        found[name] = sum(line.width for line in inside if line.letters > 1) > 0.75 * (right - left)
    return found


@pytest.mark.parametrize("damage", ["", "blur", "noise", "dark", "glare", "small"])
@pytest.mark.parametrize("draw", [iran_card, turkish_card, bank_card])
def test_values_are_found_apart_from_their_labels(draw: object, damage: str) -> None:
    assert callable(draw)
    found: list[bool] = []
    for seed in (1, 2):
        card = draw(seed)
        page = page_of(*photographed(card.picture, seed, damage=damage))
        found += share_found(card, lines_of(page.grey), page.size).values()
    assert np.mean(found) > 0.8


def test_a_line_that_leans_is_followed() -> None:
    paper = np.full((200, 900), 220, np.uint8)
    cv2.putText(paper, "1234567890", (60, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 30, 3)
    leaning = cv2.warpAffine(paper, np.array([[1, 0, 0], [0.05, 1, -10]], float), (900, 200), borderValue=220)
    line = lines_of(np.asarray(leaning, np.uint8))[0]
    assert line.slope == pytest.approx(0.05, abs=0.02)
    assert line.width > 150


def test_light_print_on_a_dark_ground_is_light() -> None:
    ground = np.full((120, 600), 40, np.uint8)
    cv2.putText(ground, "5412 7512", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 230, 3)
    lines = [line for line in lines_of(ground) if line.letters >= 4]
    assert lines
    assert all(line.light for line in lines)


def test_a_colon_parts_label_and_value() -> None:
    paper = np.full((120, 700), 220, np.uint8)
    cv2.putText(paper, "98765", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 30, 3)
    end = 60 + cv2.getTextSize("98765", cv2.FONT_HERSHEY_SIMPLEX, 1.3, 3)[0][0]
    for level in (58, 74):
        cv2.rectangle(paper, (end + 4, level), (end + 8, level + 4), 30, -1)
    cv2.putText(paper, "ABCDE", (end + 14, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 30, 3)
    assert len([line for line in lines_of(paper) if line.letters >= 3]) == 2


def test_dots_and_breves_above_belong_to_the_line() -> None:
    paper = np.full((120, 500), 220, np.uint8)
    cv2.putText(paper, "OZGUR", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 30, 3)
    plain = next(line for line in lines_of(paper) if line.letters >= 4)
    cv2.rectangle(paper, (68, 43), (72, 48), 30, -1)
    cv2.rectangle(paper, (78, 43), (82, 48), 30, -1)
    line = next(line for line in lines_of(paper) if line.letters >= 4)
    assert plain.rise == 0
    assert line.rise > 5
    assert line.corners(0.2)[0, 1] < 43
    assert line.top == pytest.approx(plain.top, abs=1)


def test_empty_paper_has_no_lines() -> None:
    assert lines_of(np.full((300, 500), 200, np.uint8)) == []


def test_two_parts_make_one_line() -> None:
    one = TextLine(10, 50, 20, 40, 0.0, 4, 1.0, light=False)
    other = TextLine(60, 100, 22, 42, 0.0, 4, 0.8, light=False)
    assert joined(other, one) == TextLine(10, 100, 21, 41, 0.0, 8, 0.8, light=False)
