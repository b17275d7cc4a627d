"""What of the toolbox needs no training framework: rows, coding, clustering's sums, verification, the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_models.recipes.compression import rows, table
from edge_models.recipes.compression.verification import verify

counting = pytest.importorskip(
    "edge_models.recipes.compression.counting", reason="onnx is not installed", exc_type=ImportError
)

ROWS = Path(rows.__file__).parent / "rows"
ROW = 'title = "t"\nfamily = "f"\ntechnique = "as_it_is"\nstart = "nothing"\nseed = 1\n[int8]\nway = "static"\n'


def test_every_row_is_readable_and_starts_from_an_earlier_one() -> None:
    found = rows.read_rows(ROWS)
    assert len(found) >= 18
    assert len({row.name[:2] for row in found}) == len(found)


def test_trained_rows_have_one_budget() -> None:
    assert len({row.training["minutes"] for row in rows.read_rows(ROWS) if row.training}) == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("way = ", "wey = "), "int8.way"),
        (('title = "t"\n', ""), "title"),
        (("seed = 1", "seed = "), "cannot be read"),
        (("[int8]", '[training]\nobjective = "x"\n[int8]'), "training.objective"),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, damage: tuple[str, str], said: str) -> None:
    path = tmp_path / "01_x.toml"
    path.write_text(ROW.replace(*damage))
    with pytest.raises(rows.RowInvalid, match=said):
        rows.read_row(path)


def test_a_row_that_starts_from_a_later_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "01_x.toml").write_text(ROW.replace("nothing", "02_y"))
    (tmp_path / "02_y.toml").write_text(ROW)
    with pytest.raises(rows.RowInvalid, match="no earlier row"):
        rows.read_rows(tmp_path)


def test_huffman_bits_of_known_frequencies() -> None:
    # Frequencies 4, 2, 1, 1: code lengths 1, 2, 3, 3.
    assert counting.huffman_bits(np.array([0, 0, 0, 0, 1, 1, 2, 3])) == 4 + 4 + 3 + 3
    assert counting.huffman_bits(np.zeros(5, int)) == 5


def test_sparse_code_pays_for_gaps_that_do_not_fit() -> None:
    weights = np.zeros(40)
    weights[[0, 3, 39]] = 1.0
    # The last gap is 35 zeros: two fillers of 16 come between.
    assert counting.sparse_bits(weights) == (3 + 2) * (8 + 4)


def test_codebook_is_indices_and_a_table() -> None:
    index = np.array([0, 1, 15, 0])
    assert counting.codebook_bits(index, 16) == 4 * 4 + 16 * 32


def test_persons_well_apart_verify_without_error() -> None:
    person = np.repeat(np.arange(6), 5)
    chance = np.random.default_rng(1)
    templates = np.eye(6)[person] + 0.01 * chance.normal(size=(30, 6))
    templates /= np.linalg.norm(templates, axis=1, keepdims=True)
    found = verify(templates, person)
    assert found.accuracy == 1.0
    assert found.tar_at_fmr_1e_3 == 1.0


def test_templates_without_meaning_verify_by_chance() -> None:
    chance = np.random.default_rng(2)
    templates = chance.normal(size=(300, 16))
    templates /= np.linalg.norm(templates, axis=1, keepdims=True)
    assert abs(verify(templates, np.repeat(np.arange(10), 30)).accuracy - 0.5) < 0.05


def test_three_persons_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="halved"):
        verify(np.eye(3), np.arange(3))


def test_the_front_keeps_what_nothing_beats() -> None:
    assert table.front([(1, 5), (2, 6), (3, 2), (3, 1), (4, 1)]) == [(1, 5), (3, 1)]


def standing() -> table.Standing:
    of: dict[str, Any] = {
        "bytes": 940_000, "zipped": 800_000, "apart_accuracy": 0.9123, "apart_tar": 0.51, "cosine": 0.94,
        "lfw": {"accuracy": 0.987, "tar_at_far_0.001": 0.93},
    }  # fmt: skip
    row = rows.Row("15_x", "zeros", "f", "magnitude", "nothing", 1, {}, {}, {"way": "static"}, "")
    return table.Standing(
        row,
        {"minutes": 2.5, "pictures": 7000, "coded": {"sparse": 400_000}},
        {
            "cost": {"parameters": 1_000_000, "nonzero": 450_000, "macs": 181e6},
            "fp32": of,
            "int8": of | {"apart_tar": 0.5},
        },
        {f"{p}_{e}": {"median": 1.5} for p in ("fp32", "int8") for e in ("open_vino", "onnx_runtime")},
    )


def test_the_table_says_what_was_measured() -> None:
    text = table.tables([standing()], {"cpu": "a chip", "runs": 200})
    line = next(line for line in text.splitlines() if line.startswith("| 15 | zeros | 2.5"))
    for cell in ("2.5 min, 7,000 crops", "91.23 / 91.23", "51.0 / 50.0", "1.00 (0.45 not zero)", "181", "1.50 / 1.50"):
        assert f"| {cell} |" in line
    assert "| 15 | zeros | sparse | 400 | 940 | 800 |" in text


def test_the_table_goes_between_its_marks_and_nowhere_else() -> None:
    page = f"before\n{table.BEGIN}\nold\n{table.END}\nafter"
    assert table.placed(page, "new") == f"before\n{table.BEGIN}\nnew\n{table.END}\nafter"
    with pytest.raises(table.PageInvalid):
        table.placed("no marks", "new")
