"""Lists of pairs and what is counted over them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cli.pairs import Pair, accuracy_by_fold, picture_reader, read_pairs, tar_at
from kiosk.errors import BadInput

Numbers = list[tuple[float, bool]]
NUMBERS = st.lists(st.tuples(st.floats(-1, 1), st.booleans()), min_size=1, max_size=60)


def listed(tmp_path: Path, text: str) -> list[Pair]:
    path = tmp_path / "pairs.txt"
    path.write_text(text, encoding="utf-8")
    return read_pairs(path)


def arrays(numbers: Numbers) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score for score, _ in numbers]), np.array([mated for _, mated in numbers], bool)


def test_mated_and_other_pairs(tmp_path: Path) -> None:
    pairs = listed(tmp_path, "A_B\t1\t12\nA_B\t2\tC\t3\n")
    assert pairs == [
        Pair("A_B/A_B_0001", "A_B/A_B_0012", True, 0),
        Pair("A_B/A_B_0002", "C/C_0003", False, 0),
    ]


@pytest.mark.parametrize(("head", "folds"), [("2 1", [0, 0, 1, 1]), ("2", [0, 0, 0, 0]), ("", [0, 0, 1, 1])])
def test_the_head_sets_the_folds_else_they_change_with_the_kind(tmp_path: Path, head: str, folds: list[int]) -> None:
    pairs = listed(tmp_path, f"{head}\nA 1 2\nA 1 B 1\nC 1 2\nC 1 D 1\n")
    assert [pair.fold for pair in pairs] == folds


@pytest.mark.parametrize(
    ("text", "line"), [("A 1 2\nA 1\n", 2), ("1 1\n\nA 1 2\nA x B 1\n", 4), ("A 1 ²\n", 1), ("A 1 2 3 4\n", 1)]
)
def test_a_wrong_line_is_named_by_its_number_in_the_file(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(BadInput, match=f"line {line} "):
        listed(tmp_path, text)


@pytest.mark.parametrize("text", ["", "\n\n", "10 300\n"])
def test_a_list_without_pairs_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="no pairs"):
        listed(tmp_path, text)


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_pairs(tmp_path / "gone.txt")
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="cannot be read"):
        read_pairs(tmp_path / "odd.txt")


def test_pictures_come_from_folder_and_zip_alike(tmp_path: Path) -> None:
    picture = np.full((4, 6, 3), 90, np.uint8)
    content = cv2.imencode(".png", picture)[1].tobytes()
    (tmp_path / "lfw" / "A").mkdir(parents=True)
    (tmp_path / "lfw" / "A" / "A_0001.png").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("deep/lfw/A/A_0001.png", content)
        archive.writestr("deep/lfw/A/A_0002.png", b"no picture")
        archive.writestr("deep/lfw/A/A_0003.png", b"")
    for root in (tmp_path, tmp_path / "lfw", tmp_path / "all.zip"):
        read = picture_reader(root)
        np.testing.assert_array_equal(read("A/A_0001"), picture)
        with pytest.raises(BadInput, match="A_0009"):
            read("A/A_0009")
    for name in ("A/A_0002", "A/A_0003"):
        with pytest.raises(BadInput, match="does not decode"):
            picture_reader(tmp_path / "all.zip")(name)


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no zip")
    for path in (tmp_path / "x", tmp_path / "gone"):
        with pytest.raises(BadInput, match="neither"):
            picture_reader(path)


def test_scores_that_part_cleanly_are_all_right() -> None:
    scores, mated = arrays([(0.9, True), (0.8, True), (0.2, False), (0.1, False)] * 2)
    assert accuracy_by_fold(scores, mated, np.repeat([0, 1], 4)) == [1.0, 1.0]


def test_the_threshold_is_that_of_the_other_folds() -> None:
    # Fold 1 alone would part at 0.55; the threshold of fold 0 lies at 0.3 and gets its 0.5 wrong.
    scores, mated = arrays([(0.4, True), (0.2, False), (0.6, True), (0.5, False)])
    assert accuracy_by_fold(scores, mated, np.array([0, 0, 1, 1])) == [0.5, 0.5]
    assert accuracy_by_fold(scores[2:], mated[2:], np.array([1, 1])) == [1.0]


def test_what_could_not_be_compared_counts_as_wrong() -> None:
    scores, mated = arrays([(0.9, True), (np.nan, True), (0.1, False), (np.nan, False)])
    assert accuracy_by_fold(scores, mated, np.zeros(4, int)) == [0.5]
    assert tar_at(scores, mated, 0.5) == 0.5


def test_tar_at_a_far() -> None:
    scores, mated = arrays([(s / 10, False) for s in range(10)] + [(0.95, True), (0.85, True), (0.05, True)])
    assert tar_at(scores, mated, 0.0) == pytest.approx(1 / 3)
    assert tar_at(scores, mated, 0.1) == pytest.approx(2 / 3)
    assert tar_at(scores, mated, 1.0) == 1.0


def test_tar_without_the_one_or_the_other_kind_is_nothing() -> None:
    assert tar_at(*arrays([(0.9, True)]), 0.01) == 0.0
    assert tar_at(*arrays([(0.9, False)]), 0.01) == 0.0


@given(numbers=NUMBERS, far=st.floats(0, 1))
def test_no_more_than_the_far_is_falsely_accepted(numbers: Numbers, far: float) -> None:
    scores, mated = arrays(numbers)
    # Mated copies of the negatives are accepted just where the negatives would be.
    negative = scores[~mated]
    twins = np.concatenate([negative, negative])
    kinds = np.repeat([False, True], len(negative))
    assert tar_at(twins, kinds, far) <= far + 1e-12


@given(numbers=NUMBERS, fars=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_tar_grows_with_the_far(numbers: Numbers, fars: tuple[float, float]) -> None:
    scores, mated = arrays(numbers)
    assert tar_at(scores, mated, min(fars)) <= tar_at(scores, mated, max(fars))


@given(numbers=NUMBERS)
def test_one_fold_is_never_worse_than_accepting_all_or_none(numbers: Numbers) -> None:
    scores, mated = arrays(numbers)
    (accuracy,) = accuracy_by_fold(scores, mated, np.zeros(len(scores), int))
    assert max(mated.mean(), 1 - mated.mean()) - 1e-12 <= accuracy <= 1


@given(numbers=NUMBERS, seed=st.integers(0, 99))
def test_the_order_of_pairs_does_not_matter(numbers: Numbers, seed: int) -> None:
    scores, mated = arrays(numbers)
    order = np.random.default_rng(seed).permutation(len(scores))
    folds = np.zeros(len(scores), int)
    assert accuracy_by_fold(scores[order], mated[order], folds) == accuracy_by_fold(scores, mated, folds)
    assert tar_at(scores[order], mated[order], 0.1) == tar_at(scores, mated, 0.1)
