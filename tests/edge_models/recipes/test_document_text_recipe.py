"""Made-up lines look like what cards print; drawn lines say where their characters are; damage leaves print or is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from edge_models.recipes.document_text.damage import BLURS, HELD_OUT, OTHERS
from edge_models.recipes.document_text.distil import cropped, loss_of
from edge_models.recipes.document_text.glyphs import CAP, Glyph, Sheet, read_sheets, write_sheets
from edge_models.recipes.document_text.labels import UNTOLD, canonical, columns, numbers
from edge_models.recipes.document_text.layout import BASELINE, draw_line
from edge_models.recipes.document_text.network import TextStudent
from edge_models.recipes.document_text.reading import distance, rates, same
from edge_models.recipes.document_text.scenes import Hardness, Scenes, legibility, sorted_windows
from edge_models.recipes.document_text.textures import make_pool
from edge_models.recipes.document_text.wording import MRZ_LENGTHS, Script, Wording, draw_wording, mrz_line
from edge_models.tasks.document_text import BLANK, CLASSES, HEIGHT, MRZ, STEP, WINDOW


def sheet(script: Script) -> Sheet:
    """A font of rectangles, each character of a width and a hole of its own."""
    glyphs = {}
    for number, character in enumerate(CLASSES + "٠١٢٣٧٨٩"):
        mask = np.full((CAP, 12 + number % 5), 255, np.uint8)
        mask[4 + number % 17 : 8 + number % 17, 3:9] = 0
        glyphs[character] = Glyph(mask, 1, -CAP, float(mask.shape[1] + 3))
    glyphs[" "] = Glyph(np.zeros((1, 1), np.uint8), 0, 0, 12.0)
    return Sheet("blocks", script, glyphs, fixed=False)


SHEETS = tuple(sheet(script) for script in Script)


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return Scenes(SHEETS, make_pool(np.random.default_rng(1), SHEETS, 7), Hardness())


def test_made_up_zones_have_a_zones_lengths_and_letters() -> None:
    generator = np.random.default_rng(3)
    lines = [mrz_line(generator) for _ in range(300)]
    assert {len(line) for line in lines} == set(MRZ_LENGTHS)
    assert set("".join(lines)) <= set(MRZ)
    assert any("<" * 12 in line for line in lines)
    assert len(set(lines)) > 290


def test_every_class_is_drawn_and_every_wording_can_be_spelt() -> None:
    generator = np.random.default_rng(4)
    drawn = [draw_wording(generator) for _ in range(1500)]
    assert set("".join(canonical(one.text) for one in drawn)) == set(CLASSES)
    assert {one.script for one in drawn} == set(Script)


def test_arabic_digits_that_look_persian_are_spelt_as_persian() -> None:
    assert canonical("٠١٢٣٤٥٦٧٨٩") == "۰۱۲۳٤٥٦۷۸۹"
    assert len(set(numbers("٠١٢٣٤٥٦٧٨٩"))) == 10
    assert numbers("٧") == numbers("۷") != numbers("7")


def test_sheets_come_back_as_they_were_stored(tmp_path: Path) -> None:
    write_sheets(tmp_path / "sheets.zip", list(SHEETS[:2]))
    back = read_sheets(tmp_path / "sheets.zip")
    assert [one.script for one in back] == [one.script for one in SHEETS[:2]]
    assert set(back[0].glyphs) == set(SHEETS[0].glyphs)
    assert np.array_equal(back[0].glyphs["Ş"].mask, SHEETS[0].glyphs["Ş"].mask)
    assert back[0].glyphs["Ş"].advance == SHEETS[0].glyphs["Ş"].advance


@pytest.mark.parametrize("whole", [True, False])
def test_the_ink_of_each_character_lies_within_its_edges(whole: bool) -> None:
    generator = np.random.default_rng(5)
    for _ in range(30):
        line = draw_line(generator, SHEETS[0], Wording("ABCDEFGHIJKLMNOP", Script.MRZ, "mrz"), 300, whole=whole)
        assert line.text in "ABCDEFGHIJKLMNOP"
        assert len(line.edges) == len(line.text)
        for character, (left, right) in zip(line.text, line.edges, strict=True):
            stretch = line.mask[BASELINE - CAP : BASELINE, round(left) : round(right)]
            ink = int((SHEETS[0].glyphs[character].mask > 0).sum())
            assert (stretch > 0).sum() == pytest.approx(ink, rel=0.2)


def test_a_line_that_does_not_fit_ends_with_a_whole_character() -> None:
    line = draw_line(np.random.default_rng(6), SHEETS[0], Wording("A" * 40, Script.MRZ, "mrz"), 200, whole=True)
    assert 3 < len(line.text) < 14
    assert line.edges[-1][1] <= 200


def test_known_columns_name_middles_and_ground() -> None:
    edges = np.array([[20, 40], [40, 60]], np.float32)
    told = columns("AB", edges)
    assert told[30 // STEP] == CLASSES.index("A")
    assert told[50 // STEP] == CLASSES.index("B")
    assert told[0] == told[-1] == BLANK
    assert UNTOLD in told[20 // STEP : 60 // STEP]
    assert len(told) == WINDOW // STEP


def test_windows_hold_legible_lines_and_say_where(scenes: Scenes) -> None:
    batches = sorted_windows(scenes, 8, 6)
    widths = set()
    for _ in range(8):
        batch = next(batches)
        assert len({one.picture.shape for one in batch}) == 1
        height, width = batch[0].picture.shape
        widths.add(width)
        assert height == HEIGHT
        for one in batch:
            assert len(one.edges) == len(one.text)
            assert not one.text or one.legibility > Hardness().legible
            middles = one.edges.mean(1)
            assert (np.diff(middles) > 0).all()
            assert (middles > 0).all()
            assert (middles < width).all()
    assert len(widths) == 2


def test_one_seed_draws_the_same_windows(scenes: Scenes) -> None:
    first, second = (next(sorted_windows(scenes, 9, 4)) for _ in range(2))
    assert [one.text for one in first] == [one.text for one in second]
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, second, strict=True))


def test_a_line_is_legible_as_far_as_its_print_is_left() -> None:
    relief = np.zeros((32, 80), np.float32)
    relief[8:24, 10:14] = relief[8:24, 40:60] = 1
    cells = np.array([[4.0, 20.0], [35.0, 66.0]])
    picture = 200 - 120 * relief
    assert legibility(picture, relief, cells) == pytest.approx(1, abs=0.02)
    covered = picture.copy()
    covered[:, 36:80] = 255  # a streak of glare over the second character
    assert legibility(covered, relief, cells) < 0.2
    assert legibility(255 - picture, relief, cells) == pytest.approx(1, abs=0.02)  # light on dark is print too
    assert legibility(picture, relief, np.zeros((0, 2))) == 0


@pytest.mark.parametrize("name", [*BLURS, *OTHERS, *HELD_OUT])
def test_each_damage_changes_a_picture_and_keeps_its_shape(name: str) -> None:
    picture = np.full((30, 90), 190, np.float32)
    picture[8:22, 10:80:9] = 40
    done = (BLURS | OTHERS | HELD_OUT)[name](np.random.default_rng(2), picture.copy(), 14.0 if name in BLURS else 150.0)
    assert done.shape == picture.shape
    assert np.isfinite(done).all()
    assert np.abs(done - picture).max() > 1


def test_what_is_kept_for_the_report_is_not_trained_on() -> None:
    assert not set(HELD_OUT) & set(Hardness().damages)


def test_a_crop_close_behind_the_line_keeps_the_line(scenes: Scenes) -> None:
    generator = np.random.default_rng(10)
    drawn = next(
        one
        for batch in sorted_windows(scenes, 11, 8)
        for one in batch
        if len(one.edges) and one.edges[-1, 1] < one.picture.shape[1] - 40
    )
    made = [cropped(generator, drawn) for _ in range(12)]
    assert {one.shape for one in made} == {drawn.picture.shape}
    assert len({one.tobytes() for one in made}) > 2


def test_the_student_learns_from_a_batch() -> None:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    network = TextStudent([4, 4, 8, 8, 8]).train()
    edges = np.array([[10, 40], [40, 70]], np.float32)
    batch = {
        "pixels": torch.randn(2, 1, HEIGHT, WINDOW),
        "labels": torch.tensor(numbers("AB") * 2),
        "lengths": torch.tensor([2, 2]),
        "columns": torch.from_numpy(np.stack([columns("AB", edges)] * 2)),
    }
    lost = []
    for _ in range(12):
        loss = loss_of(network, batch)
        network.zero_grad()
        loss.backward()
        with torch.no_grad():
            for weights in network.parameters():
                weights -= 0.03 * weights.grad / (weights.grad.norm() + 1e-6)
        lost.append(float(loss.detach()))
    assert network(batch["pixels"]).shape == (2, BLANK + 1, WINDOW // STEP)
    assert lost[-1] < 0.9 * lost[0]


def test_rates_count_strings_characters_and_the_one_pair_that_ocr_b_draws_alike() -> None:
    assert distance("KITTEN", "SITTING") == 3
    assert distance("", "AB") == distance("AB", "") == 2
    assert same("O0", "00")
    found = rates(["AB", "C0", "1 2", "12"], ["AB", "CO", "12", "13"])
    assert found == {"exact": 0.25, "exact_but_o": 0.5, "exact_but_o_and_spaces": 0.75, "character_errors": 0.25}
